/** Reinitialization and branching, as far as the catalogue of violations does not go: RFC 9420 §11.2, §11.3, §12.4.2. */
import { beforeAll, expect, test } from 'vitest';
import { reInit, type Client, type Extension, type Group } from '../../src/index.ts';
import { utf8 } from '../../src/mls/bytes.ts';
import type { CipherSuite } from '../../src/mls/crypto/provider.ts';
import type { PreSharedKeyInput } from '../../src/mls/epoch/psk-secret.ts';
import type { KeyPackageBundle } from '../../src/mls/group/key-package.ts';
import { asLeafIndex } from '../../src/mls/tree/tree-math.ts';
import { forgeCommit } from '../../src/hostile/forge/forge-commit.ts';
import { groveOf, plant } from '../../src/hostile/forge/forge-tree.ts';
import { forgeEpoch, forgeWelcome } from '../../src/hostile/forge/forge-welcome.ts';
import { judgeJoin, refused, refuses } from './support.ts';
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

/** A Welcome into a group of `suite` beside Alice and Charlie, linked by these PSKs to another group or to none. */
async function welcome({ suite, bundle, psks }: { readonly suite: CipherSuite; readonly bundle: KeyPackageBundle; readonly psks: readonly PreSharedKeyInput[] }): Promise<Uint8Array> {
  const others = await Promise.all(['alice', 'charlie'].map((name) => peopleOf(provider, suite.id).keyPackageOf(name)));
  const grown = plant(groveOf(suite, others, groupId), bundle).grove;
  const epoch = forgeEpoch(suite, { ...grown, psks, groupContext: (context) => ({ ...context, extensions: lastResort }) });
  return forgeWelcome(suite, { ...grown, epoch, signer: { leafIndex: 0, key: others[0]!.signatureKey }, added: [{ keyPackage: bundle.keyPackage, leafIndex: asLeafIndex(2) }], psks });
}

const link = ({ groupId: pskGroupId, epoch: pskEpoch, state }: Group): PreSharedKeyInput => ({
  id: { psktype: 'resumption', usage: 'reinit', pskGroupId, pskEpoch, pskNonce: suite.random(suite.nh) },
  psk: state.secrets.resumptionPsk.expose(),
});

test('R-11.2-01: a successor in another suite than the ReInit is refused', async () => {
  const client = await person('bob', { cipherSuite: 3 });
  const bundle = await client.createKeyPackage();
  await refuses(async () => client.join(await welcome({ suite: client.suite, bundle, psks: [link(old)] }), { successorOf: old }), { requirement: 'R-11.2-01' });
});

test('R-12.4.3.1-22: a successor is refused of a group whose last Commit held no ReInit', async () => {
  const client = await person('bob');
  const bundle = await client.createKeyPackage();
  await judgeJoin({
    client,
    violating: await welcome({ suite, bundle, psks: [link(before)] }),
    twin: await welcome({ suite, bundle, psks: [link(old)] }),
    options: { successorOf: before },
    twinOptions: { successorOf: old },
    requirement: 'R-12.4.3.1-22',
  });
});

test('R-11.3-06: a branch of some of the members is joined', async () => {
  const branch = await alice.createBranch(aliceOld, { keyPackages: [(await bob.createKeyPackage()).message] });
  expect((await bob.join(branch.welcome!, { branchOf: old })).members.length).toBe(2);
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
