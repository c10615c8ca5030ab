/** psk_secret: the pre-shared keys of a Commit folded into one value (RFC 9420 §8.4). */
import { expandWithLabel } from '../crypto/labelled.ts';
import type { CipherSuite } from '../crypto/provider.ts';
import { must } from '../errors.ts';
import { pause, sliceIsOver } from '../slices.ts';
import { encode } from '../wire/presentation-language.ts';
import { PSKLabel, type PreSharedKeyID } from '../wire/pre-shared-key.ts';
import { wipe } from './key-schedule.ts';

export interface PreSharedKeyInput {
  readonly id: PreSharedKeyID;
  readonly psk: Uint8Array;
}

/**
 * Folds PSKs in the order given (R-8.4-03), which is that of the Commit's proposals or of GroupSecrets.psks; KDF.Nh zero
 * bytes for none. The caller keeps and wipes the PSKs.
 */
export function pskSecret(suite: CipherSuite, psks: readonly PreSharedKeyInput[]): Uint8Array {
  const folding = fold(suite, psks);
  for (;;) {
    const { done, value } = folding.next();
    if (done === true) return value;
  }
}

/** As `pskSecret`, in slices: a thousand PSKs take tens of milliseconds. */
export async function pskSecretInSlices(suite: CipherSuite, psks: readonly PreSharedKeyInput[]): Promise<Uint8Array> {
  const folding = fold(suite, psks);
  for (;;) {
    const { done, value } = folding.next();
    if (done === true) return value;
    if (sliceIsOver()) await pause();
  }
}

/** Stops after each PSK. */
function* fold(suite: CipherSuite, psks: readonly PreSharedKeyInput[]): Generator<void, Uint8Array, void> {
  must(psks.length <= 0xffff, 'R-8.4-07', () => `${psks.length} PSKs do not fit the uint16 count of PSKLabel`);
  const zero = new Uint8Array(suite.nh);
  let secret = new Uint8Array(suite.nh);
  for (const [index, { id, psk }] of psks.entries()) {
    const extracted = suite.extract(zero, psk);
    const label = encode(PSKLabel, { id, index, count: psks.length });
    const input = expandWithLabel(suite, extracted, 'derived psk', label, suite.nh);
    const next = suite.extract(input, secret);
    wipe(extracted, input, secret);
    secret = next as Uint8Array<ArrayBuffer>;
    yield;
  }
  return secret;
}
