/** Divides the cases of a run among machines: every case is in exactly one shard, whatever else is selected. */
import { createHash } from 'node:crypto';

/** `index` from 1 to `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Reads `i/n`; nothing when it is not that. */
export function parseShard(text: string): Shard | undefined {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  if (match === null) return undefined;
  const shard = { index: Number(match[1]), count: Number(match[2]) };
  return shard.index >= 1 && shard.index <= shard.count ? shard : undefined;
}

/** Whether a case is in the shard: decided by its id alone, so that no other case moves it. */
export function inShard(id: string, { index, count }: Shard): boolean {
  return createHash('sha256').update(id).digest().readUIntBE(0, 6) % count === index - 1;
}
