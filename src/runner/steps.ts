/**
 * What a step of a script may say: the 23 actions of the mlswg script format, and a few of our own for what those leave
 * unchecked. The keys are upstream's, odd ones out included: `force_path` in a commit is `forcePath` in a reinit.
 *
 * A missing key reads as zero, false or empty, as upstream's JSON decoder has it.
 */
import { status } from '@grpc/grpc-js';
import { z } from 'zod';

const name = z.string().min(1);
const names = z.array(name).default([]);
/** A position in the script, counted from 0. */
const stepIndex = z.int().nonnegative().default(0);
const stepIndices = z.array(z.int().nonnegative()).default([]);
const flag = z.boolean().default(false);
const text = z.string().default('');
const epoch = z.int().nonnegative().default(0);
const uint16 = z.int().min(0).max(0xffff);

const extension = z.object({
  extension_type: uint16.default(0),
  extension_data: z
    .base64()
    .default('')
    .transform((base64): Uint8Array => Buffer.from(base64, 'base64')),
});
export type ScriptExtension = z.output<typeof extension>;
const extensions = z.array(extension).default([]);

const proposalDescription = z.object({
  proposalType: z.enum(['add', 'remove', 'externalPSK', 'resumptionPSK', 'groupContextExtensions', 'reinit']),
  keyPackage: stepIndex,
  removed: text,
  pskID: stepIndex,
  epochID: epoch,
  extensions,
  changeGroupID: flag,
  changeCipherSuite: flag,
});
export type ScriptProposal = z.output<typeof proposalDescription>;

const commit = { actor: name, byReference: stepIndices, byValue: z.array(proposalDescription).default([]), force_path: flag, external_tree: flag };

/** The actions of the mlswg format. */
const upstream = {
  createGroup: z.object({ actor: name, members: names }),
  createKeyPackage: z.object({ actor: name }),
  joinGroup: z.object({ actor: name, welcome: stepIndex }),
  externalJoin: z.object({ actor: name, joiner: name, members: names, externalTree: flag, removePrior: flag, psks: stepIndices }),
  installExternalPSK: z.object({ clients: names }),
  groupInfo: z.object({ actor: name, externalTree: flag }),
  addProposal: z.object({ actor: name, keyPackage: stepIndex }),
  updateProposal: z.object({ actor: name }),
  removeProposal: z.object({ actor: name, removed: text }),
  externalPSKProposal: z.object({ actor: name, pskID: stepIndex }),
  resumptionPSKProposal: z.object({ actor: name, epochID: epoch }),
  groupContextExtensionsProposal: z.object({ actor: name, extensions }),
  fullCommit: z.object({ ...commit, members: names, joiners: names }),
  commit: z.object(commit),
  handleCommit: z.object({ actor: name, commit: stepIndex, byReference: stepIndices }),
  handlePendingCommit: z.object({ actor: name }),
  protect: z.object({ actor: name, authenticatedData: text, plaintext: text }),
  unprotect: z.object({ actor: name, ciphertext: stepIndex }),
  reinit: z.object({
    proposer: text,
    committer: name,
    welcomer: name,
    members: names,
    changeCipherSuite: flag,
    changeGroupID: flag,
    extensions,
    forcePath: flag,
    externalTree: flag,
    externalReinitProposal: stepIndex,
  }),
  branch: z.object({
    actor: name,
    members: names,
    extensions,
    force_path: flag,
    external_tree: flag,
    /** Ours: the members keep their states of the parent group, for a later `switchGroup`. */
    keepParent: flag,
  }),
  newMemberAddProposal: z.object({ actor: name, joiner: name }),
  addExternalSigner: z.object({ actor: name, signer: name }),
  externalSignerProposal: z.object({ actor: name, member: name, description: proposalDescription }),
} as const;

const statusName = z.enum(Object.values(status).filter((value) => typeof value === 'string') as (keyof typeof status)[]);

/** Actions that only our scripts use; src/runner/scripts/README.md shows each. */
const ours = {
  export: z.object({ actor: name, label: text, context: text, length: z.int().min(1).max(0xffff) }),
  stateAuth: z.object({ actor: name }),
  switchGroup: z.object({ clients: names, group: stepIndex }),
  expectGroupInfo: z.object({
    actor: name,
    extensions: z.array(extension).optional(),
    externalSenders: z.int().nonnegative().optional(),
    epoch: z.int().nonnegative().optional(),
    members: z.int().positive().optional(),
    groupIDChanged: z.boolean().optional(),
  }),
  expectCommit: z.object({
    commit: stepIndex,
    path: z.boolean().optional(),
    psks: z.array(z.int().nonnegative()).optional(),
    removes: z.int().nonnegative().optional(),
    byReference: z.int().nonnegative().optional(),
    byValue: z.int().nonnegative().optional(),
  }),
  expectFailure: z.object({
    /** Any refusal will do when absent; a crash or a timeout is none. */
    codes: z.array(statusName).optional(),
    /** A step of its own, validated like any other. */
    step: z.unknown(),
  }),
} as const;

export const actions = { ...upstream, ...ours } as const;
export type Action = keyof typeof actions;

type Parameters<A extends Action> = A extends 'expectFailure'
  ? Omit<z.output<(typeof actions)['expectFailure']>, 'step'> & { readonly step: Step }
  : z.output<(typeof actions)[A]>;

/** One step of one action, defaults filled in. */
export type StepOf<A extends Action> = { readonly action: A } & Readonly<Parameters<A>>;
export type Step = { [A in Action]: StepOf<A> }[Action];

/** Everybody whom a step makes act. A member who is only removed need not take part. */
export function actorsOf(step: Step): string[] {
  if (step.action === 'expectFailure') return actorsOf(step.step);
  const one = ['actor', 'joiner', 'signer', 'member', 'proposer', 'committer', 'welcomer'] as const;
  const many = ['members', 'joiners', 'clients'] as const;
  const said = step as unknown as Record<string, unknown>;
  const singles = one.map((key) => said[key]).filter((value) => typeof value === 'string' && value !== '') as string[];
  const lists = many.flatMap((key) => (Array.isArray(said[key]) ? (said[key] as string[]) : []));
  return [...singles, ...lists];
}

/** What steps leave for later ones, by action; `references` asks for them. */
export type MessageKey =
  | 'group_id'
  | 'key_package'
  | 'psk_id'
  | 'psk_secret'
  | 'group_info'
  | 'ratchet_tree'
  | 'proposal'
  | 'commit'
  | 'welcome'
  | 'ciphertext'
  | 'authenticatedData'
  | 'plaintext';

const proposal = ['proposal'] as const;
const stored: Partial<Record<Action, readonly MessageKey[]>> = {
  createGroup: ['group_id'],
  createKeyPackage: ['key_package'],
  externalJoin: ['group_info', 'ratchet_tree', 'commit'],
  installExternalPSK: ['psk_id', 'psk_secret'],
  groupInfo: ['group_info', 'ratchet_tree'],
  addProposal: proposal,
  updateProposal: proposal,
  removeProposal: proposal,
  externalPSKProposal: proposal,
  resumptionPSKProposal: proposal,
  groupContextExtensionsProposal: proposal,
  newMemberAddProposal: proposal,
  addExternalSigner: proposal,
  externalSignerProposal: proposal,
  fullCommit: ['commit', 'welcome'],
  commit: ['commit', 'welcome'],
  protect: ['ciphertext', 'authenticatedData', 'plaintext'],
};
export const stores = (action: Action, key: MessageKey): boolean => stored[action]?.includes(key) ?? false;

export interface Reference {
  readonly step: number;
  readonly key: MessageKey;
  /** The key of the JSON that names the step. */
  readonly from: string;
}

/** The earlier steps that a step uses. */
export function references(step: Step): Reference[] {
  switch (step.action) {
    case 'joinGroup':
      return [{ step: step.welcome, key: 'welcome', from: 'welcome' }];
    case 'externalJoin':
      return step.psks.map((psk) => ({ step: psk, key: 'psk_id', from: 'psks' }));
    case 'addProposal':
      return [{ step: step.keyPackage, key: 'key_package', from: 'keyPackage' }];
    case 'externalPSKProposal':
      return [{ step: step.pskID, key: 'psk_id', from: 'pskID' }];
    case 'fullCommit':
    case 'commit':
      return [...proposals(step.byReference), ...step.byValue.flatMap(described)];
    case 'handleCommit':
      return [{ step: step.commit, key: 'commit', from: 'commit' }, ...proposals(step.byReference)];
    case 'expectCommit':
      return [
        { step: step.commit, key: 'commit', from: 'commit' },
        ...(step.psks ?? []).map((psk): Reference => ({ step: psk, key: 'psk_id', from: 'psks' })),
      ];
    case 'unprotect':
      return [{ step: step.ciphertext, key: 'ciphertext', from: 'ciphertext' }];
    case 'reinit':
      return step.proposer === ''
        ? [groupId, { step: step.externalReinitProposal, key: 'proposal', from: 'externalReinitProposal' }]
        : [groupId];
    case 'externalSignerProposal':
      return described(step.description);
    case 'expectFailure':
      return references(step.step);
    default:
      return [];
  }
}

/** A successor group's id is made from the id of the group that the script's first step created. */
const groupId: Reference = { step: 0, key: 'group_id', from: 'group id' };

const proposals = (steps: readonly number[]): Reference[] => steps.map((step) => ({ step, key: 'proposal', from: 'byReference' }));

function described(proposal: ScriptProposal): Reference[] {
  switch (proposal.proposalType) {
    case 'add':
      return [{ step: proposal.keyPackage, key: 'key_package', from: 'keyPackage' }];
    case 'externalPSK':
      return [{ step: proposal.pskID, key: 'psk_id', from: 'pskID' }];
    case 'reinit':
      return [groupId];
    default:
      return [];
  }
}
