/** Reinitialization and branching: RFC 9420 §8.4, §11.2, §11.3, §12.4.2, §12.4.3.1. */
import { beforeAll, describe, expect, test } from 'vitest';
import { reInit, type Client, type Extension, type Group } from '../../src/index.ts';
import { utf8 } from '../../src/mls/bytes.ts';
import type { CipherSuite } from '../../src/mls/crypto/provider.ts';
import type { PreSharedKeyInput } from '../../src/mls/epoch/psk-secret.ts';
import type { KeyPackageBundle } from '../../src/mls/group/key-package.ts';
import type { RequirementId } from '../../src/mls/requirements.ts';
import { asLeafIndex } from '../../src/mls/tree/tree-math.ts';
import type { GroupContext } from '../../src/mls/wire/group-info.ts';
import { forgeCommit } from '../../src/hostile/forge/forge-commit.ts';
import { groveOf, plant, type Grove } from '../../src/hostile/forge/forge-tree.ts';
import { forgeEpoch, forgeWelcome } from '../../src/hostile/forge/forge-welcome.ts';
import { fingerprint, judgeJoin, refused, refuses } from './support.ts';
import { delivered, peopleOf } from '../../src/hostile/people.ts';
import { provider, history, person, suite } from '../support/people.ts';

const lastResort: readonly Extension[] = [{ extensionType: 0x000a, extensionData: new Uint8Array(0) }];
const groupId = utf8('the next');
let alice: Client;
let bob: Client;
let charlie: Client;
let old: Group;
let aliceOld: Group;
let before: Group;

beforeAll(async () => {
  const { clients, groups } = await history(['alice', 'bob', 'charlie']);
  [alice, bob, charlie] = [clients[0]!, clients[1]!, clients[2]!];
  before = groups[1]!;
  const ending = await groups[0]!.commit({ proposals: [reInit({ groupId, cipherSuite: 1, extensions: lastResort })] });
  aliceOld = ending.group;
  old = await delivered(before, ending.commit);
  for (const client of [alice, bob, charlie]) client.keepResumptionPsk(old);
});

interface Forgery {
  readonly usage?: 'reinit' | 'branch';
  readonly groupContext?: (context: GroupContext) => GroupContext;
  /** Which of the old group's members stand in the tree beside Bob. */
  readonly members?: readonly string[];
  readonly psk?: (honest: PreSharedKeyInput) => readonly PreSharedKeyInput[];
  /** Of the new group. */
  readonly cipherSuite?: CipherSuite;
}

/** A Welcome for Bob into a group that comes out of the old one. */
async function welcome(bundle: KeyPackageBundle, { usage = 'reinit', members = ['alice', 'charlie'], groupContext = (context) => context, psk = (honest) => [honest], cipherSuite = suite }: Forgery = {}): Promise<Uint8Array> {
  const others = await Promise.all(members.map((name) => peopleOf(provider, cipherSuite.id).keyPackageOf(name)));
  const grown: Grove = plant(groveOf(cipherSuite, others, groupId), bundle).grove;
  const psks = psk({
    id: { psktype: 'resumption', usage, pskGroupId: old.groupId, pskEpoch: old.epoch, pskNonce: suite.random(suite.nh) },
    psk: old.state.secrets.resumptionPsk.expose(),
  });
  const extensions = usage === 'reinit' ? lastResort : [];
  const epoch = forgeEpoch(cipherSuite, { ...grown, psks, groupContext: (context) => groupContext({ ...context, extensions }) });
  return forgeWelcome(cipherSuite, { ...grown, epoch, signer: { leafIndex: 0, key: others[0]!.signatureKey }, added: [{ keyPackage: bundle.keyPackage, leafIndex: asLeafIndex(others.length) }], psks });
}

/** A fresh client with Bob's name stands for Bob, so that no test is a member of another's group. */
async function judge(violating: Forgery, requirement: RequirementId, usage: 'reinit' | 'branch' = 'reinit'): Promise<void> {
  const client = await person('bob');
  client.keepResumptionPsk(old);
  const bundle = await client.createKeyPackage();
  const state = fingerprint(old);
  await judgeJoin({
    client,
    violating: await welcome(bundle, { usage, ...violating }),
    twin: await welcome(bundle, { usage }),
    options: usage === 'reinit' ? { successorOf: old } : { branchOf: old },
    requirement,
  });
  expect(fingerprint(old)).toBe(state);
}

/** The new group is of suite 3, the old one and what was agreed of suite 1. */
async function judgeOtherSuite(usage: 'reinit' | 'branch', requirement: RequirementId): Promise<void> {
  const client = await person('bob', { cipherSuite: 3 });
  const bundle = await client.createKeyPackage();
  const options = usage === 'reinit' ? { successorOf: old } : { branchOf: old };
  await refuses(async () => client.join(await welcome(bundle, { usage, cipherSuite: client.suite }), options), { requirement });
  // The same KeyPackage joins a group of suite 3 that claims to come from nowhere.
  await client.join(await welcome(bundle, { usage: 'branch', cipherSuite: client.suite, psk: () => [] }));
}

const context = (changes: Partial<GroupContext>) => (honest: GroupContext): GroupContext => ({ ...honest, ...changes });
const linkWith = (changes: object) => (honest: PreSharedKeyInput): PreSharedKeyInput[] => [{ ...honest, id: { ...honest.id, ...changes } as PreSharedKeyInput['id'] }];

describe('as successor of a reinitialized group a Welcome is refused', () => {
  test('R-11.2-01: with other extensions than the ReInit', () => judge({ groupContext: context({ extensions: [] }) }, 'R-11.2-01'));
  test('R-11.2-01: with another group id than the ReInit', () => judge({ groupContext: context({ groupId: utf8('elsewhere') }) }, 'R-11.2-01'));
  test('R-11.2-01: in another suite than the ReInit', () => judgeOtherSuite('reinit', 'R-11.2-01'));
  test.each([0n, 2n])('R-11.2-02: for epoch %s', (epoch) => judge({ groupContext: context({ epoch }) }, 'R-11.2-02'));
  test('R-11.2-03: that names the epoch before the ReInit Commit', () =>
    judge({ psk: (honest) => [{ id: { ...honest.id, pskEpoch: before.epoch } as PreSharedKeyInput['id'], psk: before.state.secrets.resumptionPsk.expose() }] }, 'R-11.2-03'));
  test('R-11.2-03, R-12.4.2-12: that names no PSK', () => judge({ psk: () => [] }, 'R-12.4.2-12'));
  test('R-12.4.2-12: with the application PSK instead', () => judge({ psk: linkWith({ usage: 'application' }) }, 'R-12.4.2-12'));
  test('R-12.4.3.1-23: that leaves an old member out', () => judge({ members: ['alice'] }, 'R-12.4.3.1-23'));
  test('R-12.4.3.1-05: that names a group nobody here knows', () => judge({ psk: linkWith({ pskGroupId: utf8('unknown') }) }, 'R-12.4.3.1-05'));

  test('R-12.4.3.1-22: when the last Commit of the named group held no ReInit', async () => {
      const client = await person('bob');
    const bundle = await client.createKeyPackage();
    const psk = (honest: PreSharedKeyInput): PreSharedKeyInput[] => [{ id: { ...honest.id, pskEpoch: before.epoch } as PreSharedKeyInput['id'], psk: before.state.secrets.resumptionPsk.expose() }];
    await judgeJoin({ client, violating: await welcome(bundle, { psk }), twin: await welcome(bundle), options: { successorOf: before }, twinOptions: { successorOf: old }, requirement: 'R-12.4.3.1-22' });
  });
});

describe('as a branch a Welcome is refused', () => {
  test('R-11.3-04: in another suite', () => judgeOtherSuite('branch', 'R-11.3-04'));
  test.each([0n, 2n])('R-11.3-05: for epoch %s', (epoch) => judge({ groupContext: context({ epoch }) }, 'R-11.3-05', 'branch'));
  test('R-11.3-06: with somebody who was not in the old group', () => judge({ members: ['alice', 'mallory'] }, 'R-11.3-06', 'branch'));
  test.each([0, 16, 33])('R-11.3-03: whose psk_nonce has %s bytes', (length) => judge({ psk: linkWith({ pskNonce: new Uint8Array(length) }) }, 'R-11.3-03', 'branch'));
  test('R-11.3-06: with a stranger and nobody else', () => judge({ members: ['mallory'] }, 'R-11.3-06', 'branch'));
  test('R-11.3-02: that names no PSK of usage branch', () => judge({ psk: () => [] }, 'R-11.3-02', 'branch'));
  test('R-11.3-06: but not one of some of the members only', async () => {
    const client = await person('bob');
    const bundle = await client.createKeyPackage();
    expect((await client.join(await welcome(bundle, { usage: 'branch', members: ['alice'] }), { branchOf: old })).members.length).toBe(2);
  });
});

test('R-12.4.2-12: after a ReInit the group sends and takes nothing more', async () => {
  await refuses(() => old.commit(), { requirement: 'R-12.4.2-11', code: 'misuse' });
  await refuses(() => old.send(utf8('hello')), { requirement: 'R-12.4.2-11', code: 'misuse' });
  await refused(old, (await forgeCommit(aliceOld.state)).message, { requirement: 'R-12.4.2-11' });
});

test("R-11.2-01, R-11.2-03: the engine's own successor and branch are joined", async () => {
  const [bobs, charlies] = [await bob.createKeyPackage(), await charlie.createKeyPackage()];
  const successor = await alice.createSuccessor(aliceOld, { keyPackages: [bobs.message, charlies.message] });
  expect((await bob.join(successor.welcome!, { successorOf: old })).epochAuthenticator).toEqual(successor.group.epochAuthenticator);
  const branch = await alice.createBranch(aliceOld, { keyPackages: [(await bob.createKeyPackage()).message] });
  expect((await bob.join(branch.welcome!, { branchOf: old })).epochAuthenticator).toEqual(branch.group.epochAuthenticator);
});
