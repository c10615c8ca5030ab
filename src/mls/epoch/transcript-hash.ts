/** Transcript hashes (RFC 9420 §8.2): running hashes over all Commits of a group. Both are empty at epoch 0 (R-8.2-04). */
import type { CipherSuite } from '../crypto/provider.ts';
import { WireFormat } from '../wire/framing.ts';
import { encode, opaque } from '../wire/presentation-language.ts';

export interface ConfirmedTranscriptHashInputs {
  /** Of the epoch the Commit was sent in. */
  readonly interimTranscriptHash: Uint8Array;
  /** The one the Commit was really sent in (R-8.2-03). */
  readonly wireFormat: WireFormat;
  /** The encoded FramedContent of the Commit. */
  readonly contentBytes: Uint8Array;
  readonly signature: Uint8Array;
}

/** confirmed_transcript_hash of the epoch that the Commit begins (R-8.2-01). The Commit's bytes are hashed where they lie. */
export const confirmedTranscriptHash = (suite: CipherSuite, inputs: ConfirmedTranscriptHashInputs): Uint8Array =>
  suite.digest(inputs.interimTranscriptHash, encode(WireFormat, inputs.wireFormat), inputs.contentBytes, encode(opaque, inputs.signature));

/** interim_transcript_hash of an epoch; a joiner takes the tag from GroupInfo (R-8.2-02, R-8.2-05). */
export const interimTranscriptHash = (suite: CipherSuite, confirmed: Uint8Array, confirmationTag: Uint8Array): Uint8Array =>
  suite.digest(confirmed, encode(opaque, confirmationTag));
