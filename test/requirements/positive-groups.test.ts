/** Groups over time: RFC 9420 §3, §8, §11, §12, §14: what members do, and what others may do without being refused. */
import { describe, expect, test } from 'vitest';
import { add, externalPsk, groupContextExtensions, knownExtension, reInit, remove, resumptionPsk, update, type Group, type ProposalCheck, type ProposalInput } from '../../src/index.ts';
import { hex, utf8 } from '../../src/mls/bytes.ts';
import { leafKeyOf } from '../../src/mls/group/state.ts';
import { MLSMessage } from '../../src/mls/wire/framing.ts';
import { GroupInfo } from '../../src/mls/wire/group-info.ts';
import { decode } from '../../src/mls/wire/presentation-language.ts';
import type { Commit, Proposal } from '../../src/mls/wire/proposal.ts';
import { openPolicy } from '../../src/hostile/open-policy.ts';
import { committed, delivered } from '../../src/hostile/people.ts';
import { history, keyPackageOf, person } from '../support/people.ts';
import { failure, fingerprint, refuses } from './support.ts';

/** The Commit in a PublicMessage. */
function commitIn(message: Uint8Array): Commit {
  const decoded = decode(MLSMessage, message, 'MLSMessage');
  if (decoded.wireFormat !== 'mls_public_message' || decoded.publicMessage.content.contentType !== 'commit') throw new Error(decoded.wireFormat);
  return decoded.publicMessage.content.commit;
}
const kindsIn = (message: Uint8Array): string[] => commitIn(message).proposals.map((one) => (one.type === 'proposal' ? one.proposal.proposalType : one.type));
const authenticators = (groups: readonly Group[]): number => new Set(groups.map((group) => `${group.epoch} ${hex(group.epochAuthenticator)}`)).size;
const opens = async (group: Group, message: Uint8Array): Promise<void> => expect((await group.receive(message)).kind).toBe('application');
/** Everybody at the same epoch after one of them made a Commit. */
async function after(groups: readonly Group[], by: number, made: { readonly group: Group; readonly commit: Uint8Array }): Promise<Group[]> {
  const next = await Promise.all(groups.map((group, i) => (i === by ? made.group : delivered(group, made.commit))));
  expect(authenticators(next)).toBe(1);
  return next;
}
/** Everybody after one of them has sent a proposal. */
async function proposedBy(groups: readonly Group[], by: number, input: ProposalInput): Promise<{ readonly groups: Group[]; readonly reference: Uint8Array }> {
  const { group, message, reference } = await groups[by]!.propose(input);
  return { groups: await Promise.all(groups.map((other, i) => (i === by ? group : delivered(other, message)))), reference };
}
const four = async () => (await history(['alice', 'bob', 'charlie', 'diana'])).groups;
const identities = (group: Group): string[] => group.members.map(({ credential }) => (credential.credentialType === 'basic' ? new TextDecoder().decode(credential.identity) : 'x509'));

describe('a committer', () => {
  test('R-3.2-03, R-14-03, R-14-05: goes on with its Commit only when it knows that it is accepted, and can follow another instead', async () => {
    const groups = await four();
    const before = fingerprint(groups[0]!);
    const lost = await groups[0]!.commit({ forcePath: true });
    expect(fingerprint(groups[0]!)).toBe(before);
    const won = await groups[1]!.commit({ proposals: [remove(3)] });
    lost.group.dispose(groups[0]!);
    await expect(lost.group.send(utf8('of a lost epoch'))).rejects.toThrow('deleted');
    const now = await after(groups.slice(0, 3), 1, won);
    await opens(now[0]!, await now[1]!.send(utf8('hello')));
  });

  test.each<[string, readonly ProposalInput[], 'path' | 'no path']>([
    ['R-12.4-09, R-12.4.1-01', [], 'path'],
    ['R-12.4.1-01', [remove(3)], 'path'],
    ['R-12.4.1-01', [groupContextExtensions([])], 'path'],
    ['R-12.4-11, R-12.4.1-02', [externalPsk(utf8('id'))], 'no path'],
    ['R-12.4-11, R-12.4.1-02', [reInit({ groupId: utf8('next'), cipherSuite: 1 })], 'no path'],
  ])('%s: a Commit of these proposals has a path exactly when it needs one: %j', async (_, proposals, expected) => {
    const { clients, groups } = await history(['alice', 'bob', 'charlie', 'diana']);
    for (const client of clients) client.storePsk(utf8('id'), utf8('value'));
    const made = await groups[0]!.commit({ proposals });
    expect(commitIn(made.commit).path === undefined ? 'no path' : 'path').toBe(expected);
    await after(groups.slice(0, 3), 0, made);
  });

  test('R-12.4-11, R-12.4.1-01, R-12.4.1-02: Adds alone need no path and may have one; an Update by reference needs one', async () => {
    const groups = await four();
    const joining = add((await keyPackageOf('eve')).message);
    expect(commitIn((await groups[0]!.commit({ proposals: [joining] })).commit).path).toBeUndefined();
    expect(commitIn((await groups[0]!.commit({ proposals: [joining], forcePath: true })).commit).path).toBeDefined();
    const proposed = await proposedBy(groups, 1, update());
    expect(commitIn((await proposed.groups[0]!.commit()).commit).path).toBeDefined();
  });

  test('R-12.2-01: does not send a Commit whose list is not valid, and stays as it is', async () => {
    const groups = await four();
    const before = fingerprint(groups[0]!);
    for (const proposals of [[remove(0)], [remove(3), remove(3)], [remove(9)], [groupContextExtensions([]), groupContextExtensions([])]]) {
      expect((await failure(() => groups[0]!.commit({ proposals }))).requirement).toMatch(/^R-12\./);
    }
    expect(fingerprint(groups[0]!)).toBe(before);
    await after(groups, 0, await groups[0]!.commit());
  });

  test('R-12.2-07: of several proposals for a leaf keeps a Remove, or else the latest Update', async () => {
    let groups = await four();
    const leafKeys: string[] = [];
    for (const input of [update(), update()]) {
      groups = (await proposedBy(groups, 1, input)).groups;
      const { proposal } = groups[0]!.pendingProposals.at(-1)!;
      leafKeys.push(proposal.proposalType === 'update' ? hex(proposal.leafNode.encryptionKey) : '');
    }
    const updated = await after(groups, 0, await groups[0]!.commit());
    expect(updated.map((group) => hex(group.members[1]!.leafNode.encryptionKey))).toEqual(Array.from({ length: 4 }, () => leafKeys[1]));
    groups = (await proposedBy(groups, 2, remove(1))).groups;
    const removed = await groups[0]!.commit();
    expect(kindsIn(removed.commit)).toEqual(['reference']);
    expect(identities(removed.group)).toEqual(['alice', 'charlie', 'diana']);
  });

  test('R-12.2-14: leaves a ReInit for later when there are other proposals', async () => {
    let { groups } = await proposedBy(await four(), 1, reInit({ groupId: utf8('next'), cipherSuite: 1 }));
    groups = (await proposedBy(groups, 2, update())).groups;
    const next = await after(groups, 0, await groups[0]!.commit());
    expect([next[0]!.reinit, next[0]!.members[2]!.leafNode.leafNodeSource]).toEqual([undefined, 'update']);
  });

  test('R-12.4-06, R-12.4-03: covers all valid proposals of the epoch, its own by reference too, but for an Update of its own', async () => {
    let { groups } = await proposedBy(await four(), 0, add((await keyPackageOf('eve')).message));
    for (const [by, input] of [[0, update()], [1, update()], [2, remove(3)]] as const) groups = (await proposedBy(groups, by, input)).groups;
    const made = await groups[0]!.commit();
    expect(kindsIn(made.commit)).toEqual(['reference', 'reference', 'reference']);
    const next = await after(groups.slice(0, 3), 0, made);
    expect(identities(next[1]!)).toEqual(['alice', 'bob', 'charlie', 'eve']);
  });

  test('R-12.4-02: a proposal in a Commit is that of the committer by value, and that of its sender by reference', async () => {
    const asked: string[] = [];
    const authorizeProposal = ({ proposal, sender }: ProposalCheck) => void asked.push(`${proposal.proposalType} by ${sender.senderType === 'member' ? sender.leafIndex : sender.senderType}`) === undefined;
    const { groups: [a, b, c] } = await history(['alice', 'bob', 'charlie', 'diana'], { each: { charlie: { policy: { ...openPolicy, authorizeProposal } } } });
    const proposed = await b!.propose(remove(3));
    const [atA, atC] = await Promise.all([a!, c!].map((group) => delivered(group, proposed.message)));
    const { commit } = await atA!.commit({ proposals: [add((await keyPackageOf('eve')).message)], references: [proposed.reference] });
    expect((await delivered(atC!, commit)).members.length).toBe(4);
    expect(asked.filter((one) => one.startsWith('remove'))).toEqual(['remove by 1']);
    expect(asked.at(-1)).toBe('add by 0');
  });

  test('R-12.4-07, R-12.4-08: nobody refuses a Commit that leaves proposals out, and whoever sent one may send it again', async () => {
    const { groups } = await proposedBy(await four(), 1, update());
    const next = await after(groups, 2, await groups[2]!.commit({ references: [] }));
    expect(next.map((group) => group.pendingProposals.length)).toEqual([0, 0, 0, 0]);
    const again = await proposedBy(next, 1, update());
    const last = await after(again.groups, 0, await again.groups[0]!.commit());
    expect(last[0]!.members[1]!.leafNode.leafNodeSource).toBe('update');
  });

  test('R-12.2-10: a member may be removed and added again by one Commit, with the same signature key', async () => {
    const { clients, groups } = await history(['alice', 'bob', 'charlie']);
    const again = await person('bob', { signatureKey: clients[1]!.signatureKey });
    const made = await groups[0]!.commit({ proposals: [add((await again.createKeyPackage()).message), remove(1)] });
    const follower = await delivered(groups[2]!, made.commit);
    expect(authenticators([made.group, follower, await again.join(made.welcome!)])).toBe(1);
    expect(follower.members[1]!.leafNode.signatureKey).toEqual(clients[1]!.signatureKey.publicKey);
  });

  test('R-12.4.1-15: makes one Welcome for all whom it adds', async () => {
    const clients = await Promise.all(['eve', 'frank', 'grace'].map((name) => person(name)));
    const packages = await Promise.all(clients.map((client) => client.createKeyPackage()));
    const made = await (await four())[0]!.commit({ proposals: packages.map(({ message }) => add(message)) });
    const decoded = decode(MLSMessage, made.welcome!, 'MLSMessage');
    expect(decoded.wireFormat === 'mls_welcome' && decoded.welcome.secrets.map(({ newMember }) => hex(newMember))).toEqual(packages.map(({ reference }) => hex(reference)));
    expect(authenticators([made.group, ...(await Promise.all(clients.map((client) => client.join(made.welcome!))))])).toBe(1);
  });
});

describe('an Update', () => {
  test('R-12.1.2-03: leaves the old key in force until it is committed, and the new one from then on', async () => {
    const { groups, reference } = await proposedBy(await four(), 1, update());
    const old = leafKeyOf(groups[1]!.state);
    const without = await after(groups, 0, await groups[0]!.commit({ references: [] }));
    expect(leafKeyOf(without[1]!.state)).toBe(old);
    await committed(without, 2);
    const covering = await after(groups, 0, await groups[0]!.commit({ references: [reference] }));
    expect(leafKeyOf(covering[1]!.state).publicKey).toEqual(covering[0]!.members[1]!.leafNode.encryptionKey);
    expect(leafKeyOf(covering[1]!.state).publicKey).not.toEqual(old.publicKey);
    await committed(covering, 2);
  });
});

describe('group extensions', () => {
  const [one, two] = [0xf001, 0xf002].map((extensionType) => ({ extensionType, extensionData: utf8(`data of ${extensionType}`) }));

  test('R-8.1-05, R-12.1.7-02: change by GroupContextExtensions only, which replaces all of them and keeps order and bytes', async () => {
    let { groups } = await history(['alice', 'bob'], { extensions: [0xf001, 0xf002], groupExtensions: [one!, two!] });
    expect(groups[1]!.extensions).toEqual([one, two]);
    groups = await after(groups, 0, await groups[0]!.commit({ proposals: [groupContextExtensions([two!, one!])] }));
    for (const by of [0, 1]) groups = await committed(groups, by);
    expect(groups[1]!.extensions).toEqual([two, one]);
    groups = await after(groups, 0, await groups[0]!.commit({ proposals: [groupContextExtensions([one!])] }));
    expect(groups[1]!.extensions).toEqual([one]);
  });

  test('R-12.4.3.3-07: a tree in the GroupInfo is none of them', async () => {
    const joiner = await person('eve');
    const { group, welcome } = await (await (await person('alice')).createGroup({ extensions: [knownExtension('external_senders', [])] })).commit({ proposals: [add((await joiner.createKeyPackage()).message)] });
    const info = decode(MLSMessage, await group.groupInfo(), 'MLSMessage');
    const types = (list: GroupInfo['extensions']) => list.map(({ extensionType }) => extensionType);
    expect(info.wireFormat === 'mls_group_info' && [types(info.groupInfo.extensions), types(info.groupInfo.groupContext.extensions)]).toEqual([[2, 4], [5]]);
    expect(types((await joiner.join(welcome!)).extensions)).toEqual([5]);
  });
});

describe('resumption PSKs', () => {
  test('R-3.4-01: of an earlier epoch work in any later Commit, whatever came between', async () => {
    let groups = await four();
    const { epoch } = groups[0]!;
    groups = (await proposedBy(groups, 2, update())).groups;
    groups = await after(groups, 0, await groups[0]!.commit());
    for (const by of [3, 1]) groups = await committed(groups, by);
    await after(groups, 1, await groups[1]!.commit({ proposals: [resumptionPsk(epoch), resumptionPsk(epoch + 2n)] }));
  });

  test('R-8.4-04: of another group work for all who were in it, and for nobody else', async () => {
    const { clients, groups } = await history(['alice', 'bob']);
    const adding = await clients[0]!.createGroup();
    const { group, welcome } = await adding.commit({ proposals: [add((await clients[1]!.createKeyPackage()).message)] });
    const other = [group, await clients[1]!.join(welcome!)];
    clients.forEach((client, i) => client.keepResumptionPsk(groups[i]!));
    const psk = resumptionPsk(groups[0]!.epoch, groups[0]!.groupId);
    await after(other, 0, await other[0]!.commit({ proposals: [psk] }));
    const { groups: strangers } = await history(['alice', 'eve']);
    await refuses(() => strangers[1]!.commit({ proposals: [psk] }), { requirement: 'R-12.4.2-03', code: 'misuse' });
  });

  test('R-8.6-01: are kept of so many epochs as the client says', async () => {
    let { groups } = await history(['alice', 'bob'], { limits: { pastEpochs: 2 } });
    const { epoch } = groups[0]!;
    groups = await committed(await committed(groups, 0), 1);
    await after(groups, 0, await groups[0]!.commit({ proposals: [resumptionPsk(epoch)] }));
    groups = await committed(groups, 0);
    expect((await failure(() => groups[0]!.commit({ proposals: [resumptionPsk(epoch)] }))).message).toContain(`epoch ${epoch} is not kept`);
  });

  test.each([['R-11.2-05', 'reinit', 'R-11.2-06'], ['R-11.3-07', 'branch', 'R-11.3-08']] as const)('%s: of usage %s make no PSK of an ordinary Commit', async (_, usage, requirement) => {
    const [a] = await four();
    const psk: Proposal = { proposalType: 'psk', psk: { psktype: 'resumption', usage, pskGroupId: a!.groupId, pskEpoch: a!.epoch, pskNonce: new Uint8Array(32) } };
    expect((await failure(() => a!.commit({ proposals: [{ kind: 'proposal', proposal: psk }] }))).requirement).toBe(requirement);
    expect((await failure(() => a!.propose({ kind: 'proposal', proposal: psk }))).requirement).toBe(requirement);
  });
});

describe('successors and branches', () => {
  test('R-11.2-04, R-12.4.1-16, R-12.4.1-17: one proposes a ReInit, another commits it, a third makes the successor of the same members', async () => {
    const { clients, groups } = await history(['alice', 'bob', 'charlie']);
    const { groups: waiting } = await proposedBy(groups, 0, reInit({ groupId: utf8('successor'), cipherSuite: 1 }));
    const ended = await after(waiting, 1, await waiting[1]!.commit());
    const packages = await Promise.all([0, 1].map((i) => clients[i]!.createKeyPackage()));
    const made = await clients[2]!.createSuccessor(ended[2]!, { keyPackages: packages.map(({ message }) => message) });
    const joined = await Promise.all([0, 1].map((i) => clients[i]!.join(made.welcome!, { successorOf: ended[i]! })));
    expect(authenticators([made.group, ...joined])).toBe(1);
    expect([identities(made.group).toSorted(), new TextDecoder().decode(made.group.groupId)]).toEqual([['alice', 'bob', 'charlie'], 'successor']);
    expect(commitIn(made.commit).proposals.at(-1)).toMatchObject({ proposal: { psk: { psktype: 'resumption', usage: 'reinit', pskGroupId: groups[0]!.groupId, pskEpoch: groups[0]!.epoch + 1n } } });
  });

  test('R-11.3-01, R-11.3-02: a branch is made of new KeyPackages and the branch PSK of the group and its epoch', async () => {
    const { clients, groups } = await history(['alice', 'bob', 'charlie']);
    const bundle = await clients[1]!.createKeyPackage();
    const made = await clients[0]!.createBranch(groups[0]!, { keyPackages: [bundle.message] });
    const joined = await clients[1]!.join(made.welcome!, { branchOf: groups[1]! });
    expect(authenticators([made.group, joined])).toBe(1);
    expect(joined.members.map(({ leafNode }) => groups[0]!.members.some((old) => hex(old.leafNode.encryptionKey) === hex(leafNode.encryptionKey)))).toEqual([false, false]);
    expect(commitIn(made.commit).proposals.at(-1)).toMatchObject({ proposal: { psk: { usage: 'branch', pskGroupId: groups[0]!.groupId, pskEpoch: groups[0]!.epoch } } });
  });
});

describe('joiners', () => {
  test('R-12.4.1-03: who joins from outside takes the leftmost blank leaf, its own former one if that is the first, or a new one', async () => {
    const groups = await four();
    const five = await (await person('eve')).joinByExternalCommit(await groups[0]!.groupInfo());
    expect([five.group.ownLeafIndex, (await after([groups[1]!, five.group], 1, five)).length]).toEqual([4, 2]);
    const removed = await groups[0]!.commit({ proposals: [remove(2)] });
    expect((await (await person('eve')).joinByExternalCommit(await removed.group.groupInfo())).group.ownLeafIndex).toBe(2);
    const back = await (await person('bob')).joinByExternalCommit(await removed.group.groupInfo(), { resync: true });
    expect([back.group.ownLeafIndex, identities(back.group)]).toEqual([1, ['alice', 'bob', 'diana']]);
  });

  test('R-12.2-25, R-12.4.3.2-06: an external Commit may bring PSKs, and everybody takes its init secret', async () => {
    const { clients, groups } = await history(['alice', 'bob']);
    const outside = await person('eve');
    const ids = ['one', 'two', 'three'].map(utf8);
    for (const client of [...clients, outside]) for (const id of ids) client.storePsk(id, utf8('value'));
    const { group, commit } = await outside.joinByExternalCommit(await groups[0]!.groupInfo(), { externalPsks: ids });
    expect(kindsIn(commit)).toEqual(['external_init', 'psk', 'psk', 'psk']);
    const all = [group, ...(await Promise.all(groups.map((one) => delivered(one, commit))))];
    expect(authenticators(all)).toBe(1);
    await committed(all, 1);
  });

  test('R-12.4.3.1-16, R-12.4.3.1-19: a joiner has the keys that the path secret in its Welcome leads to, and without one that of its leaf', async () => {
    const groups = await four();
    const keysOf = async (forcePath: boolean) => {
      const joiner = await person('eve');
      const { welcome, group } = await groups[0]!.commit({ proposals: [remove(3), add((await joiner.createKeyPackage()).message)], forcePath });
      return { joined: await joiner.join(welcome!), group };
    };
    expect([...(await keysOf(true)).joined.state.privateKeys.keys()].toSorted((a, b) => a - b)).toEqual([3, 6]);
    const joiner = await person('frank');
    const { welcome } = await groups[0]!.commit({ proposals: [add((await joiner.createKeyPackage()).message)] });
    expect([...(await joiner.join(welcome!)).state.privateKeys.keys()]).toEqual([8]);
  });
});

describe('members who leave', () => {
  test('R-12.4.2-14, R-12.4.2-13, R-14-02: are told of their removal once it is verified, and can wipe what they had', async () => {
    const groups = await four();
    const { commit } = await groups[0]!.commit({ proposals: [remove(3)] });
    const out = groups[3]!;
    await refuses(() => out.receive(commit.with(-1, commit.at(-1)! ^ 1)), { requirement: 'R-6.2-04' });
    expect(await out.receive(commit)).toMatchObject({ kind: 'removed', sender: { senderType: 'member', leafIndex: 0 } });
    const { secrets, privateKeys, pastEpochs } = out.state;
    expect(pastEpochs.length).toBeGreaterThan(0);
    out.dispose();
    for (const secret of [...Object.values(secrets), ...pastEpochs.flatMap((past) => [past.senderDataSecret, past.resumptionPsk])]) expect(secret.disposed).toBe(true);
    for (const key of privateKeys.values()) expect(() => key.serialize()).toThrow('deleted');
    await expect(out.send(utf8('still here?'))).rejects.toThrow();
  });

  test('R-14-02: a state that the group has left behind is wiped, and its successor goes on', async () => {
    const groups = await four();
    const next = await committed(groups, 0);
    groups[1]!.dispose(next[1]!);
    const { senderDataSecret, resumptionPsk: _, ...gone } = groups[1]!.state.secrets;
    for (const secret of Object.values(gone)) expect(secret.disposed).toBe(true);
    expect(senderDataSecret.disposed).toBe(false);
    await opens(next[0]!, await next[1]!.send(utf8('hello')));
    await committed(next, 1);
  });
});
