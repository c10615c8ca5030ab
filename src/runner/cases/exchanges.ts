/** Who sends what to whom in a script: what it makes one actor produce and another one read. */
import type { Script } from '../script.ts';
import type { ScriptProposal, Step } from '../steps.ts';

export const messageTypes = ['key_package', 'group_info', 'welcome', 'proposal', 'external_proposal', 'commit', 'external_commit', 'application'] as const;
/** `external_proposal` is that of a new member or an external sender; whatever else is called external comes from outside too. */
export type MessageType = (typeof messageTypes)[number];

export interface Exchange {
  /** The step in which it is read. */
  readonly step: number;
  readonly type: MessageType;
  readonly from: string;
  readonly to: string;
}

/** All exchanges that are to succeed: what is read in an expectFailure is refused. Nobody exchanges anything with itself. */
export function exchangesOf({ steps }: Pick<Script, 'steps'>): Exchange[] {
  return steps.flatMap((step, index) =>
    readIn(step, steps).flatMap(({ type, from, to }) => to.filter((reader) => reader !== from).map((reader): Exchange => ({ step: index, type, from, to: reader }))),
  );
}

interface Sent {
  readonly type: MessageType;
  readonly from: string;
  readonly to: readonly string[];
}

function readIn(step: Step, steps: readonly Step[]): Sent[] {
  switch (step.action) {
    case 'createGroup':
      return [...keyPackagesOf(step.members, step.actor), { type: 'welcome', from: step.actor, to: step.members }];
    case 'joinGroup':
      return [{ type: 'welcome', from: maker(steps[step.welcome]), to: [step.actor] }];
    case 'externalJoin':
      return [
        { type: 'group_info', from: step.actor, to: [step.joiner] },
        { type: 'external_commit', from: step.joiner, to: [step.actor, ...step.members] },
      ];
    case 'addProposal':
      return [{ type: 'key_package', from: maker(steps[step.keyPackage]), to: [step.actor] }];
    case 'newMemberAddProposal':
      return [{ type: 'group_info', from: step.actor, to: [step.joiner] }];
    case 'externalSignerProposal':
      return [{ type: 'group_info', from: step.member, to: [step.actor] }, ...described([step.description], step.actor, steps)];
    case 'commit':
      return [...proposals(step.byReference, [step.actor], steps), ...described(step.byValue, step.actor, steps)];
    case 'fullCommit':
      return [
        ...proposals(step.byReference, [step.actor, ...step.members], steps),
        ...described(step.byValue, step.actor, steps),
        { type: 'commit', from: step.actor, to: step.members },
        { type: 'welcome', from: step.actor, to: step.joiners },
      ];
    case 'handleCommit':
      return [...proposals(step.byReference, [step.actor], steps), commitRead(steps[step.commit], step.actor)];
    case 'unprotect':
      return [{ type: 'application', from: maker(steps[step.ciphertext]), to: [step.actor] }];
    case 'reinit':
      return reinitialised(step, steps);
    case 'branch':
      return [...keyPackagesOf(step.members, step.actor), { type: 'welcome', from: step.actor, to: step.members }];
    default:
      return [];
  }
}

/** A commit that is handled by itself may be that of an externalJoin. */
function commitRead(made: Step | undefined, reader: string): Sent {
  return { type: made?.action === 'externalJoin' ? 'external_commit' : 'commit', from: maker(made), to: [reader] };
}

function reinitialised(step: Extract<Step, { action: 'reinit' }>, steps: readonly Step[]): Sent[] {
  const everybody = [...new Set([step.proposer, step.committer, step.welcomer, ...step.members])].filter((actor) => actor !== '');
  const fromMember: Sent = { type: 'proposal', from: step.proposer, to: everybody };
  return [
    ...(step.proposer === '' ? proposals([step.externalReinitProposal], everybody, steps) : [fromMember]),
    { type: 'commit', from: step.committer, to: everybody },
    ...keyPackagesOf(everybody, step.welcomer),
    { type: 'welcome', from: step.welcomer, to: everybody },
  ];
}

const keyPackagesOf = (owners: readonly string[], reader: string): Sent[] => owners.map((from): Sent => ({ type: 'key_package', from, to: [reader] }));

const proposals = (made: readonly number[], readers: readonly string[], steps: readonly Step[]): Sent[] =>
  made.map((index): Sent => {
    const step = steps[index];
    const outside = step?.action === 'newMemberAddProposal' || step?.action === 'externalSignerProposal';
    return { type: outside ? 'external_proposal' : 'proposal', from: maker(step), to: readers };
  });

const described = (list: readonly ScriptProposal[], reader: string, steps: readonly Step[]): Sent[] =>
  list.filter(({ proposalType }) => proposalType === 'add').flatMap(({ keyPackage }) => keyPackagesOf([maker(steps[keyPackage])], reader));

/** Whose message a step leaves. */
function maker(step: Step | undefined): string {
  if (step?.action === 'newMemberAddProposal' || step?.action === 'externalJoin') return step.joiner;
  return step !== undefined && 'actor' in step ? step.actor : '';
}
