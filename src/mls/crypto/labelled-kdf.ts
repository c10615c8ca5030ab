/** HKDF (RFC 5869) and the labelled functions of HPKE on it (RFC 9180 §4). */
import { concat, empty } from '../bytes.ts';
import { usage } from '../errors.ts';
import type { HashFunction } from './primitives.ts';

const one = Uint8Array.of(1);

/**
 * HKDF-Expand of the concatenation of `info`.
 * @throws MLSError `misuse` for more than 255 blocks
 */
export function hkdfExpand(hash: HashFunction, prk: Uint8Array, info: readonly Uint8Array[], length: number): Uint8Array {
  const nh = hash.length;
  if (length <= nh) {
    const block = hash.hmac(prk, [...info, one]);
    if (length === nh) return block;
    const start = block.slice(0, length);
    block.fill(0);
    return start;
  }
  usage(length <= 255 * nh, `HKDF-Expand gives at most ${255 * nh} bytes, ${length} were asked for`);
  const output = new Uint8Array(length);
  let block: Uint8Array = empty;
  for (let i = 1, offset = 0; offset < length; i++, offset += nh) {
    const next = hash.hmac(prk, [block, ...info, Uint8Array.of(i)]);
    block.fill(0);
    block = next;
    output.set(offset + nh <= length ? block : block.subarray(0, length - offset), offset);
  }
  block.fill(0);
  return output;
}

export interface LabelledKDF {
  labeledExtract(salt: Uint8Array, label: string, ikm: Uint8Array): Uint8Array;
  labeledExpand(prk: Uint8Array, label: string, info: readonly Uint8Array[], length: number): Uint8Array;
}

const encoder = new TextEncoder();

/** LabeledExtract and LabeledExpand under `suiteId`; the KEM and the suite have different ones (RFC 9180 §4.1, §5.1). */
export function labelledKDF(hash: HashFunction, suiteId: Uint8Array): LabelledKDF {
  const prefixes = new Map<string, Uint8Array>();
  const prefix = (label: string): Uint8Array => {
    let bytes = prefixes.get(label);
    if (bytes === undefined) prefixes.set(label, (bytes = concat(encoder.encode('HPKE-v1'), suiteId, encoder.encode(label))));
    return bytes;
  };
  return {
    labeledExtract: (salt, label, ikm) => hash.hmac(salt, [prefix(label), ikm]),
    labeledExpand: (prk, label, info, length) => hkdfExpand(hash, prk, [Uint8Array.of(length >> 8, length), prefix(label), ...info], length),
  };
}
