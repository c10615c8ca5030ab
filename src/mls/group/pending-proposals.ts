/**
 * The verified proposals of an epoch (RFC 9420 §12.1, R-12.1-04), as a value. Values of one epoch share a table to which
 * each adds at its end, so that receiving n proposals costs n and not n squared.
 */
import { byteKey } from '../bytes.ts';
import type { Sender } from '../wire/framing.ts';
import type { Proposal } from '../wire/proposal.ts';

export interface PendingProposal {
  readonly proposal: Proposal;
  readonly sender: Sender;
  /** ProposalRef; Nh bytes. */
  readonly reference: Uint8Array;
}

interface Numbered {
  readonly number: number;
  readonly pending: PendingProposal;
}

export class PendingProposals implements Iterable<PendingProposal> {
  static readonly none = new PendingProposals(new Map(), 0);

  readonly size: number;
  /** In the order received; what is numbered `size` or higher belongs to later values. */
  readonly #table: Map<string, Numbered>;

  private constructor(table: Map<string, Numbered>, size: number) {
    this.#table = table;
    this.size = size;
  }

  static of(proposals: Iterable<PendingProposal>): PendingProposals {
    const table = new Map<string, Numbered>();
    for (const pending of proposals) table.set(byteKey(pending.reference), { number: table.size, pending });
    return new PendingProposals(table, table.size);
  }

  /** The proposal with that reference. */
  get(reference: Uint8Array): PendingProposal | undefined {
    const found = this.#table.get(byteKey(reference));
    return found !== undefined && found.number < this.size ? found.pending : undefined;
  }

  /** With one more, which is not among them. */
  with(pending: PendingProposal): PendingProposals {
    // Another value has gone on from here already, or this is the one that all epochs begin with: continue in a copy.
    if (this.#table.size !== this.size || this.size === 0) return PendingProposals.of([...this, pending]);
    this.#table.set(byteKey(pending.reference), { number: this.size, pending });
    return new PendingProposals(this.#table, this.size + 1);
  }

  without(reference: Uint8Array): PendingProposals {
    const dropped = this.get(reference);
    return dropped === undefined ? this : PendingProposals.of([...this].filter((pending) => pending !== dropped));
  }

  /** In the order received. */
  *[Symbol.iterator](): Generator<PendingProposal> {
    for (const { number, pending } of this.#table.values()) if (number < this.size) yield pending;
  }
}
