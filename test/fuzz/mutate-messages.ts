/** Changes an MLS message: in its bytes, or in what it says. */
import { MLSMessage } from '../../src/mls/wire/framing.ts';
import { decode, encode } from '../../src/mls/wire/presentation-language.ts';
import { RatchetTreeNodes } from '../../src/mls/wire/tree-node.ts';
import type { Random } from '../../src/runner/random.ts';
import { mutatedBytes } from './mutate-bytes.ts';
import { mutatedValue } from './mutate-values.ts';

const codecs = [MLSMessage, RatchetTreeNodes];

/** @param other parts of it may come in */
export function mutatedMessage(bytes: Uint8Array, random: Random, other = bytes): Uint8Array {
  return (random.below(2) === 0 ? mutatedParts(bytes, random, other) : undefined) ?? mutatedBytes(bytes, { random, other });
}

function mutatedParts(bytes: Uint8Array, random: Random, other: Uint8Array): Uint8Array | undefined {
  for (const codec of codecs) {
    try {
      const mutated = mutatedValue(decode<unknown>(codec, bytes, 'message'), { random, other: decoded(codec, other) });
      return encode(codec as typeof MLSMessage, mutated as MLSMessage);
    } catch {
      // It is something else, or what was put together does not encode.
    }
  }
  return undefined;
}

function decoded(codec: (typeof codecs)[number], bytes: Uint8Array): unknown {
  try {
    return decode<unknown>(codec, bytes, 'message');
  } catch {
    return undefined;
  }
}
