/** Which features a script asks of each of its actors, basics aside. */
import type { Script } from '../script.ts';
import type { ScriptProposal, Step } from '../steps.ts';
import type { Feature } from './features.ts';

const known = new WeakMap<Script, ReadonlyMap<string, ReadonlySet<Feature>>>();

export function needs(script: Script): ReadonlyMap<string, ReadonlySet<Feature>> {
  const before = known.get(script);
  if (before !== undefined) return before;
  const needed = new Map(script.actors.map((actor) => [actor, new Set<Feature>()]));
  for (const [feature, ...actors] of script.steps.flatMap((step) => needsOfStep(step, script))) {
    for (const actor of actors) needed.get(actor)?.add(feature);
  }
  known.set(script, needed);
  return needed;
}

type Need = readonly [Feature, ...actors: string[]];

function needsOfStep(step: Step, script: Script): Need[] {
  switch (step.action) {
    case 'externalJoin':
      return [['group-info', step.actor], ['external-join', step.joiner], ...(step.psks.length > 0 ? [['external-psk', step.joiner] as const] : [])];
    case 'installExternalPSK':
      return [['external-psk', ...step.clients]];
    case 'groupInfo':
    case 'expectGroupInfo':
      return [['group-info', step.actor]];
    case 'addProposal':
    case 'updateProposal':
    case 'removeProposal':
      return [['proposals', step.actor]];
    case 'externalPSKProposal':
      return [['external-psk', step.actor]];
    case 'resumptionPSKProposal':
      return [['resumption-psk', step.actor]];
    case 'groupContextExtensionsProposal':
      return [['group-context-extensions', step.actor]];
    case 'commit':
    case 'fullCommit':
      return step.byValue.flatMap(({ proposalType }) => (byValue[proposalType] === undefined ? [] : [[byValue[proposalType], step.actor] as const]));
    case 'protect':
    case 'unprotect':
      return [['application', step.actor]];
    // Whoever is in the actor's epoch is asked too, and that takes a run to know.
    case 'export':
      return [['export', ...script.actors]];
    case 'stateAuth':
      return [['state-auth', ...script.actors]];
    case 'reinit':
      return [['reinit', step.proposer, step.committer, step.welcomer, ...step.members]];
    case 'branch':
      return [['branch', step.actor, ...step.members], ['free', ...(step.keepParent ? [] : step.members)]];
    case 'newMemberAddProposal':
      return [['group-info', step.actor], ['new-member-proposal', step.joiner]];
    case 'addExternalSigner':
      return [['external-signer', step.actor, step.signer]];
    case 'externalSignerProposal':
      return [['external-signer', step.actor], ['group-info', step.member]];
    case 'expectFailure':
      return needsOfStep(step.step, script);
    default:
      return [];
  }
}

/** What a committer must be able to put into a Commit itself. */
const byValue: { readonly [T in ScriptProposal['proposalType']]?: Feature } = {
  externalPSK: 'external-psk',
  resumptionPSK: 'resumption-psk',
  groupContextExtensions: 'group-context-extensions',
  reinit: 'reinit',
};
