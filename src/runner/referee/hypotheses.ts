/**
 * Where somebody's epoch departs from the right one: the key schedule run again with one mistake at a time. If a mistake gives
 * exactly the value found, a confirmation tag or an epoch authenticator, that is where it departs.
 * Two mistakes at once are not looked for: every pair for every shadow would take seconds of a case, and who mends the one that
 * shows in another script sees the other next.
 */
import { sameBytes } from '../../mls/bytes.ts';
import { externalKey, receiveExternalInit } from '../../mls/epoch/key-schedule.ts';
import { pskSecret, type PreSharedKeyInput } from '../../mls/epoch/psk-secret.ts';
import { confirmedTranscriptHash } from '../../mls/epoch/transcript-hash.ts';
import { MLSError } from '../../mls/errors.ts';
import { provisionalContext, runSchedule } from '../../mls/group/next-epoch.ts';
import { findPsks } from '../../mls/group/psk.ts';
import { encodeContext, type GroupState } from '../../mls/group/state.ts';
import type { RequirementId } from '../../mls/requirements.ts';
import { hashInSlices } from '../../mls/tree/tree-hash.ts';
import { keysInUse, openUpdatePath } from '../../mls/tree/treekem.ts';
import type { GroupContext } from '../../mls/wire/group-info.ts';
import { courseOf, type Course } from './public-view.ts';
import type { Opened } from './shadow.ts';

export interface Explanation {
  readonly differs: string;
  readonly requirement: RequirementId;
  /** The mistake as a clause: `the PSKs are left out of psk_secret`. */
  readonly mistake: string;
}

export interface Target {
  readonly confirmationTag?: Uint8Array;
  readonly epochAuthenticator?: Uint8Array;
}

/** What an epoch follows from. */
interface Inputs {
  readonly groupContext: GroupContext;
  readonly initSecret: Uint8Array;
  readonly commitSecret: Uint8Array;
  readonly psks: readonly PreSharedKeyInput[];
}

interface Hypothesis extends Explanation {
  readonly inputs: Inputs;
}

/**
 * @param state a member's before the Commit, with the keys that its path needs
 * @returns the mistake that leads to the target, or undefined when none of those known does
 */
export async function explain(state: GroupState, opened: Opened, target: Target): Promise<Explanation | undefined> {
  const inputs = await inputsOf(state, opened).catch((error: unknown) => {
    if (error instanceof MLSError) return undefined;
    throw error;
  });
  if (inputs === undefined) return undefined;
  for (const hypothesis of hypotheses(state, inputs, opened)) {
    if (leadsTo(state, hypothesis.inputs, target)) return hypothesis;
  }
  return undefined;
}

interface AllInputs extends Inputs {
  readonly course: Course;
  /** Before the path. */
  readonly treeHashWithoutPath: Uint8Array;
}

async function inputsOf(state: GroupState, { signed }: Opened): Promise<AllInputs | undefined> {
  const { suite, psks: store } = state.settings;
  const { content } = signed;
  if (content.contentType !== 'commit') return undefined;
  const course = await courseOf(state, content, content.commit);
  const { applied, received, merged, tree } = course;
  const context = provisionalContext(state.groupContext, { treeHash: await hashInSlices(suite, tree.root), extensions: applied.extensions });
  let commitSecret: Uint8Array = new Uint8Array(suite.nh);
  if (received !== undefined && merged !== undefined) {
    const privateKeys = keysInUse(applied.tree, state.privateKeys);
    ({ commitSecret } = await openUpdatePath(suite, { ...received, merged, context: encodeContext(context), leafIndex: state.ownLeafIndex, privateKeys }));
  }
  let initSecret = state.secrets.initSecret.expose();
  if (applied.externalInit !== undefined) {
    initSecret = await receiveExternalInit(suite, await externalKey(suite, state.secrets.externalSecret), applied.externalInit.kemOutput);
  }
  return {
    course,
    groupContext: { ...context, confirmedTranscriptHash: confirmedTranscriptHash(suite, { interimTranscriptHash: state.interimTranscriptHash, ...signed }) },
    treeHashWithoutPath: await hashInSlices(suite, applied.tree.root),
    initSecret,
    commitSecret,
    psks: findPsks(applied.psks, { store, groups: [state] }, 'R-12.4.2-03'),
  };
}

function leadsTo({ settings: { suite } }: GroupState, { groupContext, initSecret, commitSecret, psks }: Inputs, { confirmationTag, epochAuthenticator }: Target): boolean {
  const { secrets, confirmationTag: tag } = runSchedule(suite, { initSecret, commitSecret }, { groupContext, contextBytes: encodeContext(groupContext), pskSecret: pskSecret(suite, psks) });
  const found = (confirmationTag !== undefined && sameBytes(tag, confirmationTag)) || (epochAuthenticator !== undefined && sameBytes(secrets.epochAuthenticator.expose(), epochAuthenticator));
  for (const secret of Object.values(secrets)) secret.dispose();
  return found;
}

function* hypotheses(state: GroupState, all: AllInputs, opened: Opened): Generator<Hypothesis> {
  yield* ofPsks(all);
  yield* ofTranscript(state, all, opened);
  yield* ofSecrets(state, all);
  yield* ofContext(state, all);
}

function* ofPsks({ course, ...right }: AllInputs): Generator<Hypothesis> {
  const { psks } = right;
  if (psks.length === 0) return;
  const made = (mistake: string, chosen: readonly PreSharedKeyInput[]): Hypothesis => ({ differs: 'psk_secret', requirement: 'R-8.4-03', mistake, inputs: { ...right, psks: chosen } });
  yield made(psks.length === 1 ? 'the PSK is left out of psk_secret' : 'all PSKs are left out of psk_secret', []);
  for (const [i, psk] of psks.entries()) {
    const mistake = `PSK ${i + 1} of ${psks.length} enters psk_secret twice`;
    yield made(mistake, [psk, ...psks]);
    yield made(mistake, psks.toSpliced(i, 0, psk));
    yield made(mistake, [...psks, psk]);
  }
  if (psks.length === 1) return;

  const isByValue = course.proposals.filter(({ proposal }) => proposal.proposalType === 'psk').map(({ reference }) => reference === undefined);
  const byValue = psks.filter((_, i) => isByValue[i]);
  const byReference = psks.filter((_, i) => !isByValue[i]);
  if (byValue.length > 0 && byReference.length > 0) {
    yield made('the PSKs by value enter psk_secret before those by reference, which is not their order in the Commit', [...byValue, ...byReference]);
    yield made('the PSKs by reference enter psk_secret before those by value, which is not their order in the Commit', [...byReference, ...byValue]);
    yield made('the PSKs by value are left out of psk_secret', byReference);
    yield made('the PSKs by reference are left out of psk_secret', byValue);
  }
  yield made('the PSKs enter psk_secret in reverse order', psks.toReversed());
  for (const [i] of psks.entries()) yield made(`PSK ${i + 1} of ${psks.length} is left out of psk_secret`, psks.toSpliced(i, 1));
  if (psks.length <= 4) for (const order of permutations(psks)) yield made('the PSKs enter psk_secret in another order than that of the Commit', order);
}

function* ofTranscript(state: GroupState, { course: _, ...right }: AllInputs, { signed }: Opened): Generator<Hypothesis> {
  const { suite } = state.settings;
  const { confirmedTranscriptHash: before } = state.groupContext;
  const { interimTranscriptHash } = state;
  const made = (requirement: RequirementId, mistake: string, confirmed: Uint8Array): Hypothesis => ({
    differs: 'confirmed transcript hash',
    requirement,
    mistake,
    inputs: { ...right, groupContext: { ...right.groupContext, confirmedTranscriptHash: confirmed } },
  });
  yield made('R-8.2-01', 'the confirmed transcript hash is that of the epoch before', before);
  yield made('R-8.2-01', 'the interim transcript hash of the epoch before stands for the confirmed one', interimTranscriptHash);
  const other = signed.wireFormat === 'mls_public_message' ? 'mls_private_message' : 'mls_public_message';
  yield made('R-8.2-03', 'the transcript has the other wire format', confirmedTranscriptHash(suite, { interimTranscriptHash, ...signed, wireFormat: other }));
  const fromConfirmed = confirmedTranscriptHash(suite, { ...signed, interimTranscriptHash: before });
  yield made('R-8.2-02', 'the transcript continues from the confirmed hash of the epoch before, not from the interim one', fromConfirmed);
  yield made('R-8.2-01', 'the transcript begins anew with this Commit', confirmedTranscriptHash(suite, { ...signed, interimTranscriptHash: new Uint8Array(0) }));
  yield made('R-8.2-01', 'the signature in the transcript is empty', confirmedTranscriptHash(suite, { interimTranscriptHash, ...signed, signature: new Uint8Array(0) }));
}

function* ofSecrets(state: GroupState, { course, ...right }: AllInputs): Generator<Hypothesis> {
  const zero = new Uint8Array(state.settings.suite.nh);
  if (course.received !== undefined) {
    const mistake = 'commit_secret is zero although there is a path';
    yield { differs: 'commit_secret', requirement: 'R-12.4.1-04', mistake, inputs: { ...right, commitSecret: zero } };
  }
  if (course.applied.externalInit !== undefined) {
    const mistake = "init_secret is the epoch's own, not that of the ExternalInit";
    yield { differs: 'init_secret', requirement: 'R-12.4.3.2-06', mistake, inputs: { ...right, initSecret: state.secrets.initSecret.expose() } };
  }
  yield { differs: 'init_secret', requirement: 'R-8-03', mistake: 'init_secret is zero', inputs: { ...right, initSecret: zero } };
}

function* ofContext(state: GroupState, { course: _, treeHashWithoutPath, ...right }: AllInputs): Generator<Hypothesis> {
  const old = state.groupContext;
  const made = (differs: string, requirement: RequirementId, mistake: string, change: Partial<GroupContext>): Hypothesis => ({
    differs,
    requirement,
    mistake,
    inputs: { ...right, groupContext: { ...right.groupContext, ...change } },
  });
  yield made('GroupContext', 'R-8-07', 'the key schedule has the GroupContext of the epoch before', old);
  yield made('tree hash', 'R-8.1-04', 'the tree hash is that of the epoch before', { treeHash: old.treeHash });
  yield made('tree hash', 'R-8.1-04', 'the tree hash is that before the path was merged', { treeHash: treeHashWithoutPath });
  yield made('extensions of the group', 'R-8.1-05', 'the extensions are those of the epoch before', { extensions: old.extensions });
  yield made('epoch', 'R-8.1-03', 'the epoch number did not grow', { epoch: old.epoch });
}

function* permutations<T>(items: readonly T[]): Generator<readonly T[]> {
  if (items.length <= 1) yield items;
  else for (const [i, item] of items.entries()) for (const rest of permutations(items.toSpliced(i, 1))) yield [item, ...rest];
}
