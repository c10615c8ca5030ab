/**
 * How long the engine blocks the event loop in a large group (STYLE rule 16): node test/bench/event-loop.ts [members].
 * Prints the longest turn of each operation, in milliseconds of processor time of the main thread, which other programs do
 * not disturb, and of the clock.
 */
import { createClient, nativeProvider, add, type Group } from '../../src/index.ts';
import { clientOf, clientOptions } from './ours.ts';
import type { Member } from './engine.ts';

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

async function main(size: number): Promise<void> {
  const crypto = nativeProvider();
  const cipherSuite = 1;
  const members: Member[] = [];
  for (let i = 1; i < size; i++) {
    const client = await createClient({ ...clientOptions, crypto, cipherSuite, credential: `member ${i}` });
    const { message, initKey, encryptionKey } = await client.createKeyPackage();
    members.push({ keyPackage: message, initKey: initKey.serialize(), encryptionKey: encryptionKey.serialize(), signatureKey: client.signatureKey.serialize(), signaturePublicKey: client.signatureKey.publicKey });
  }
  const [second, third] = await Promise.all([members[0]!, members[1]!].map((member) => clientOf(crypto, cipherSuite, member)));
  const creator = await createClient({ ...clientOptions, crypto, cipherSuite, credential: 'creator' });
  const created = await creator.createGroup();
  const adds = members.map(({ keyPackage }) => add(keyPackage));

  const report = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const { result, block } = await longestTurn(work);
    console.log(`${name.padEnd(40)} ${block.processor.toFixed(1).padStart(8)} ms of processor time ${block.clock.toFixed(1).padStart(8)} ms`);
    return result;
  };
  const adding = await report(`add ${size - 1}`, () => created.commit({ proposals: adds }));
  const joined = await report('join, cold tree', () => second!.join(adding.welcome!));
  const other = await third!.join(adding.welcome!);
  const updating = await report('update Commit, cold tree', () => joined.commit());
  const receive = async (group: Group, commit: Uint8Array): Promise<Group> => {
    const received = await group.receive(commit);
    if (received.kind !== 'commit') throw new Error(received.kind);
    return received.group;
  };
  await report('process an update Commit, cold tree', () => receive(other, updating.commit));
  await report('encode GroupInfo with the tree', () => joined.groupInfo());
}

await main(Number(process.argv[2] ?? 10_000));
