/**
 * How long the engine blocks the event loop in a large group: node test/bench/event-loop.ts --help
 * Prints the longest turn of each operation, in milliseconds of processor time of the main thread, which other programs do
 * not disturb, and of the clock. Exit code 1 when one of them took more than 50 ms of processor time.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { InvalidArgumentError } from 'commander';
import { wholeNumber } from '../../src/cli/selection.ts';
import { createClient, nativeProvider, add, remove, resumptionPsk, update, type Client, type Group } from '../../src/index.ts';
import { parsed, tool } from '../support/tool.ts';
import { clientOf, clientOptions } from './ours.ts';
import type { Member } from './engine.ts';

/** Milliseconds of processor time that a turn may take. */
const longestAllowed = 50;

interface Block {
  readonly processor: number;
  readonly clock: number;
}

/** Runs `work` beside a callback in every turn of the event loop, and gives its result and the longest turn. */
async function longestTurn<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly block: Block }> {
  let processor = 0;
  let clock = 0;
  let running = true;
  let cpu = process.threadCpuUsage();
  let time = performance.now();
  const look = (): void => {
    const used = process.threadCpuUsage(cpu);
    processor = Math.max(processor, (used.user + used.system) / 1000);
    clock = Math.max(clock, performance.now() - time);
    if (!running) return;
    cpu = process.threadCpuUsage();
    time = performance.now();
    setImmediate(look);
  };
  setImmediate(look);
  await new Promise((resolve) => setImmediate(resolve));
  const result = await work();
  await new Promise((resolve) => setImmediate(resolve));
  running = false;
  return { result, block: { processor, clock } };
}

let tooLong = 0;

// The collector can be asked for at runtime, so that the tool needs no flag of node's.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

async function report<T>(name: string, work: () => Promise<T>): Promise<T> {
  // What the operations before left behind is not this one's.
  collect();
  const { result, block } = await longestTurn(work);
  const isTooLong = block.processor > longestAllowed;
  if (isTooLong) tooLong++;
  console.log(`${name.padEnd(52)} ${block.processor.toFixed(1).padStart(7)} ms of processor time ${block.clock.toFixed(1).padStart(7)} ms${isTooLong ? '  too long' : ''}`);
  return result;
}

const crypto = nativeProvider();
const cipherSuite = 1;

async function makeMembers(count: number): Promise<Member[]> {
  const members: Member[] = [];
  for (let i = 1; i <= count; i++) {
    const client = await createClient({ ...clientOptions, crypto, cipherSuite, credential: `member ${i}` });
    const { message, initKey, encryptionKey } = await client.createKeyPackage();
    members.push({ keyPackage: message, initKey: initKey.serialize(), encryptionKey: encryptionKey.serialize(), signatureKey: client.signatureKey.serialize(), signaturePublicKey: client.signatureKey.publicKey });
  }
  return members;
}

async function received(group: Group, message: Uint8Array): Promise<Group> {
  const taken = await group.receive(message);
  if (taken.kind !== 'commit' && taken.kind !== 'proposal') throw new Error(taken.kind);
  return taken.group;
}

/** A group of two, whose creator then adds all others. */
async function growing(members: readonly Member[]) {
  const [first, second, third, fourth] = await Promise.all(members.slice(0, 4).map((member) => clientOf(crypto, cipherSuite, member)));
  const creator = await createClient({ ...clientOptions, crypto, cipherSuite, credential: 'creator' });
  const pair = await (await creator.createGroup()).commit({ proposals: [add(members[0]!.keyPackage)] });
  const witness = await first!.join(pair.welcome!);
  const adds = members.slice(1).map(({ keyPackage }) => add(keyPackage));
  const size = members.length + 1;
  const withPath = await report(`add ${adds.length} by value, with a path`, () => pair.group.commit({ proposals: adds, forcePath: true }));
  withPath.group.dispose(pair.group);
  const adding = await report(`add ${adds.length} by value, the tree apart`, () => pair.group.commit({ proposals: adds, ratchetTree: 'apart' }));
  await report(`process it`, () => received(witness, adding.commit));
  await report(`process the one with the path`, () => received(witness, withPath.commit));
  const inside = await report(`add ${adds.length} by value, the tree in the Welcome`, () => pair.group.commit({ proposals: adds }));
  const joined = await report('join, the tree in the Welcome', () => second!.join(inside.welcome!));
  const apart = await report('join, the tree apart', () => third!.join(adding.welcome!, { ratchetTree: adding.ratchetTree }));
  return { size, creator, client: second!, group: adding.group, joined, apart, other: fourth! };
}

async function main(size: number): Promise<void> {
  const members = await makeMembers(size - 1);
  const { joined, apart, client, group, creator } = await growing(members);
  await inEpoch({ joined, client, group, creator });
  await manyProposals(apart, members);
  process.exitCode = tooLong === 0 ? 0 : 1;
}

interface Scene {
  readonly creator: Client;
  readonly client: Client;
  readonly joined: Group;
  readonly group: Group;
}

async function inEpoch({ joined, client }: Scene): Promise<void> {
  const updating = await report('update Commit, cold tree', () => joined.commit());
  const stored = await report('encode the group', () => updating.group.encodeInSlices());
  updating.group.dispose();
  await report('restore the group', () => client.restore(stored));
  await report('encode GroupInfo with the tree', () => joined.groupInfo());
  const groupInfo = await joined.groupInfo({ ratchetTree: 'apart' });
  const ratchetTree = await report('the tree apart, at once', async () => joined.ratchetTree());
  const newcomer = await createClient({ ...clientOptions, crypto, cipherSuite, credential: 'newcomer' });
  await report('join by an external Commit', () => newcomer.joinByExternalCommit(groupInfo, { ratchetTree }));
}

async function manyProposals(group: Group, members: readonly Member[]): Promise<void> {
  const half = members.length >> 1;
  const leaves = Array.from({ length: half }, (_, i) => 3 + i).filter((leaf) => leaf !== group.ownLeafIndex);
  await report(`remove ${leaves.length}`, () => group.commit({ proposals: leaves.map(remove) }));
  let proposing = group;
  await report('propose 4,000 PSKs, one after the other', async () => {
    for (let i = 0; i < 4_000; i++) proposing = (await proposing.propose(resumptionPsk(group.epoch))).group;
  });
  await report('commit what can be committed of them', () => proposing.commit());
  await report('encode the group with them', () => proposing.encodeInSlices());
  await report('propose 1,000 own Updates', async () => {
    for (let i = 0; i < 1_000; i++) proposing = (await proposing.propose(update())).group;
  });
  await report(`branch with ${half}`, () => clientBranch(group, members.slice(0, half)));
}

/** The names of the KeyPackages are those of members, as those of a branch must be. */
async function clientBranch(group: Group, members: readonly Member[]): Promise<void> {
  const own = await createClient({ ...clientOptions, crypto, cipherSuite, credential: 'member 3' });
  await own.createBranch(group, { keyPackages: members.filter((_, i) => i !== 2).map(({ keyPackage }) => keyPackage) });
}

/** The creator, those who join and are looked at, and one for a branch. */
const fewest = 5;

function groupSize(text: string): number {
  const members = wholeNumber(text);
  if (members < fewest) throw new InvalidArgumentError(`It is less than ${fewest}.`);
  return members;
}

const { members } = parsed<{ readonly members: number }>(
  tool({
    program: 'node test/bench/event-loop.ts',
    description: `How long each operation in a large group blocks the event loop. Exit code 1 when one of them takes more than ${longestAllowed} ms of processor time at a stretch.`,
    examples: ['node test/bench/event-loop.ts', 'node test/bench/event-loop.ts --members 1000', "make event-loop ARGS='--members 1000'"],
  }).option('--members <N>', 'size of the group', groupSize, 10_000),
).options;
await main(members);
