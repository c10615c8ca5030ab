/**
 * Seeded choices. The same labels give the same choices on every machine, so that a run can be replayed; nothing secret
 * comes from here.
 */
import { createHash } from 'node:crypto';

export interface Random {
  /** A whole number from 0 to `bound` - 1, each equally likely. */
  below(bound: number): number;
  pick<T>(items: readonly T[]): T;
  /** A copy of `items` in a new order. */
  shuffle<T>(items: readonly T[]): T[];
}

/** A stream of choices of its own for every distinct list of labels. */
export function seeded(...labels: readonly (string | number)[]): Random {
  const words = wordStream(JSON.stringify(labels));

  const below = (bound: number): number => {
    if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) throw new RangeError(`no number below ${bound}`);
    // Words at or above the last multiple of `bound` would make small results likelier.
    const usable = 2 ** 32 - (2 ** 32 % bound);
    for (;;) {
      const word = words();
      if (word < usable) return word % bound;
    }
  };

  return {
    below,
    pick: (items) => items[below(items.length)]!,
    shuffle(items) {
      const shuffled = [...items];
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [shuffled[i], shuffled[j]] = [shuffled[j]!, shuffled[i]!];
      }
      return shuffled;
    },
  };
}

function wordStream(seed: string): () => number {
  let block = Buffer.alloc(0);
  let offset = 0;
  let counter = 0;
  return () => {
    if (offset === block.length) {
      block = createHash('sha256').update(`${counter++}:${seed}`).digest();
      offset = 0;
    }
    const word = block.readUInt32BE(offset);
    offset += 4;
    return word;
  };
}
