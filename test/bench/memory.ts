/** What groups take up: bytes on the wire and in storage, and memory. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Membership } from './operations.ts';

// The collector can be asked for at runtime, so that the benchmark needs no flag of node's.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of heap and buffers for each group that a client has joined. Keys inside OpenSSL are not seen. */
export async function memoryPerGroup({ client, stage }: Membership, count: number): Promise<number> {
  const joiners = await Promise.all(Array.from({ length: count }, () => client.joiner()));
  // One join that is not counted, for what is made at the first one only.
  await (await client.joiner()).join(stage.welcome);
  const before = await used();
  const groups = [];
  for (const joiner of joiners) groups.push(await joiner.join(stage.welcome));
  const after = await used();
  return Math.max(0, (after - before) / groups.length);
}

async function used(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    collect();
    // Buffers are freed in a later turn than the objects that had them.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
