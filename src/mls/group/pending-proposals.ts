/** The verified proposals of an epoch (RFC 9420 §12.1, R-12.1-04), as a value. */
import { byteKey } from '../bytes.ts';
import type { Sender } from '../wire/framing.ts';
import { encode } from '../wire/presentation-language.ts';
import { Proposal } from '../wire/proposal.ts';
import { GrowingMap } from './growing-map.ts';

export interface PendingProposal {
  readonly proposal: Proposal;
  readonly sender: Sender;
  /** ProposalRef; Nh bytes. */
  readonly reference: Uint8Array;
}

interface Measured {
  readonly pending: PendingProposal;
  /** Length of the encoded proposal. */
  readonly length: number;
}

export class PendingProposals implements Iterable<PendingProposal> {
  static readonly none = new PendingProposals(GrowingMap.none, 0);

  /** Length of the encoded proposals together. */
  readonly bytes: number;
  /** By `byteKey` of the reference. */
  readonly #entries: GrowingMap<Measured>;

  private constructor(entries: GrowingMap<Measured>, bytes: number) {
    this.#entries = entries;
    this.bytes = bytes;
  }

  static of(proposals: Iterable<PendingProposal>): PendingProposals {
    let all = PendingProposals.none;
    for (const pending of proposals) all = all.with(pending);
    return all;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The proposal with that reference. */
  get(reference: Uint8Array): PendingProposal | undefined {
    return this.#entries.get(byteKey(reference))?.pending;
  }

  /** With one more, which is not among them. */
  with(pending: PendingProposal): PendingProposals {
    const { length } = encode(Proposal, pending.proposal);
    return new PendingProposals(this.#entries.with(byteKey(pending.reference), { pending, length }), this.bytes + length);
  }

  without(reference: Uint8Array): PendingProposals {
    const key = byteKey(reference);
    const dropped = this.#entries.get(key);
    return dropped === undefined ? this : new PendingProposals(this.#entries.without(key), this.bytes - dropped.length);
  }

  /** In the order received. */
  *[Symbol.iterator](): Generator<PendingProposal> {
    for (const { pending } of this.#entries.values()) yield pending;
  }
}
