/**
 * What happens in a group, without what follows from it: who commits, but not who is there to process the Commit; which
 * message is read, but not at which step of a script it was sent. Of such decisions any may be left out, and the rest still
 * makes a script.
 */
import { ScriptError, type Script } from '../script.ts';
import type { ScriptExtension, ScriptProposal, Step } from '../steps.ts';

/** Names a decision in those that refer to it. */
export type Id = number;

export interface RawExtension {
  readonly extension_type: number;
  /** In base64. */
  readonly extension_data: string;
}

/** A proposal that can also be made by value, or by an external signer. */
export type Described =
  | { readonly type: 'add'; readonly keyPackage: Id }
  | { readonly type: 'remove'; readonly removed: string }
  | { readonly type: 'externalPSK'; readonly psk: Id }
  /** Of so many epochs ago. */
  | { readonly type: 'resumptionPSK'; readonly back: number }
  | { readonly type: 'groupContextExtensions'; readonly extensions: readonly RawExtension[] };

export type Act =
  | { readonly kind: 'create'; readonly actor: string; readonly members: readonly string[] }
  | { readonly kind: 'keyPackage'; readonly actor: string }
  /** Everybody present gets it, and all who wait to join. */
  | { readonly kind: 'psk' }
  | { readonly kind: 'propose'; readonly actor: string; readonly proposal: Described | { readonly type: 'update' } }
  | { readonly kind: 'newMember'; readonly actor: string; readonly joiner: string }
  | { readonly kind: 'addSigner'; readonly actor: string; readonly signer: string }
  | { readonly kind: 'signerProposes'; readonly signer: string; readonly member: string; readonly proposal: Described }
  | {
      readonly kind: 'commit';
      readonly actor: string;
      readonly byReference: readonly Id[];
      readonly byValue: readonly Described[];
      readonly forcePath: boolean;
      readonly treeApart: boolean;
    }
  | {
      readonly kind: 'externalJoin';
      readonly actor: string;
      readonly joiner: string;
      readonly removePrior: boolean;
      readonly treeApart: boolean;
      readonly psks: readonly Id[];
    }
  | { readonly kind: 'send'; readonly actor: string }
  | { readonly kind: 'read'; readonly actor: string; readonly message: Id }
  | { readonly kind: 'check'; readonly actor: string; readonly what: 'stateAuth' | 'export' };

export type Decision = Act & { readonly id: Id };

/**
 * The decisions behind a script, each with the number of its step as id.
 * @throws ScriptError for an action that the model of evolutions does not know
 */
export function decisionsOf({ id: script, steps }: Script): Decision[] {
  let epoch = 0;
  return steps.map((step, id) => {
    const act = actOf(step, epoch);
    if (act === undefined) throw new ScriptError(`${script}: step ${id} (${step.action}) is not one that evolutions have`);
    if (act.kind === 'commit' || act.kind === 'externalJoin' || (act.kind === 'create' && act.members.length > 0)) epoch++;
    return { ...act, id };
  });
}

function actOf(step: Step, epoch: number): Act | undefined {
  switch (step.action) {
    case 'createGroup':
      return { kind: 'create', actor: step.actor, members: step.members };
    case 'createKeyPackage':
      return { kind: 'keyPackage', actor: step.actor };
    case 'installExternalPSK':
      return { kind: 'psk' };
    case 'addProposal':
      return { kind: 'propose', actor: step.actor, proposal: { type: 'add', keyPackage: step.keyPackage } };
    case 'updateProposal':
      return { kind: 'propose', actor: step.actor, proposal: { type: 'update' } };
    case 'removeProposal':
      return { kind: 'propose', actor: step.actor, proposal: { type: 'remove', removed: step.removed } };
    case 'externalPSKProposal':
      return { kind: 'propose', actor: step.actor, proposal: { type: 'externalPSK', psk: step.pskID } };
    case 'resumptionPSKProposal':
      return { kind: 'propose', actor: step.actor, proposal: { type: 'resumptionPSK', back: epoch - step.epochID } };
    case 'groupContextExtensionsProposal':
      return { kind: 'propose', actor: step.actor, proposal: { type: 'groupContextExtensions', extensions: raw(step.extensions) } };
    case 'newMemberAddProposal':
      return { kind: 'newMember', actor: step.actor, joiner: step.joiner };
    case 'addExternalSigner':
      return { kind: 'addSigner', actor: step.actor, signer: step.signer };
    case 'externalSignerProposal':
      return withDescribed(step.description, epoch, (proposal) => ({ kind: 'signerProposes', signer: step.actor, member: step.member, proposal }));
    case 'fullCommit': {
      const byValue = step.byValue.map((proposal) => described(proposal, epoch));
      if (byValue.includes(undefined)) return undefined;
      const { actor, byReference, force_path: forcePath, external_tree: treeApart } = step;
      return { kind: 'commit', actor, byReference, byValue: byValue as Described[], forcePath, treeApart };
    }
    case 'externalJoin': {
      const { actor, joiner, removePrior, externalTree: treeApart, psks } = step;
      return { kind: 'externalJoin', actor, joiner, removePrior, treeApart, psks };
    }
    case 'protect':
      return { kind: 'send', actor: step.actor };
    case 'unprotect':
      return { kind: 'read', actor: step.actor, message: step.ciphertext };
    case 'stateAuth':
    case 'export':
      return { kind: 'check', actor: step.actor, what: step.action };
    default:
      return undefined;
  }
}

function withDescribed(said: ScriptProposal, epoch: number, act: (proposal: Described) => Act): Act | undefined {
  const proposal = described(said, epoch);
  return proposal === undefined ? undefined : act(proposal);
}

function described(proposal: ScriptProposal, epoch: number): Described | undefined {
  switch (proposal.proposalType) {
    case 'add':
      return { type: 'add', keyPackage: proposal.keyPackage };
    case 'remove':
      return { type: 'remove', removed: proposal.removed };
    case 'externalPSK':
      return { type: 'externalPSK', psk: proposal.pskID };
    case 'resumptionPSK':
      return { type: 'resumptionPSK', back: epoch - proposal.epochID };
    case 'groupContextExtensions':
      return { type: 'groupContextExtensions', extensions: raw(proposal.extensions) };
    case 'reinit':
      return undefined;
  }
}

const raw = (extensions: readonly ScriptExtension[]): RawExtension[] =>
  extensions.map(({ extension_type, extension_data }) => ({ extension_type, extension_data: Buffer.from(extension_data).toString('base64') }));
