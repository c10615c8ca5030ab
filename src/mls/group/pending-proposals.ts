/**
 * The verified proposals of an epoch (RFC 9420 §12.1, R-12.1-04), as a value. Values of one epoch share a table to which
 * each adds at its end, so that receiving n proposals costs n and not n squared.
 */
import { byteKey } from '../bytes.ts';
import type { Sender } from '../wire/framing.ts';
import { encode } from '../wire/presentation-language.ts';
import { Proposal } from '../wire/proposal.ts';

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
interface Numbered extends Measured {
  readonly number: number;
}

export class PendingProposals implements Iterable<PendingProposal> {
  static readonly none = new PendingProposals(new Map(), { size: 0, bytes: 0 });

  readonly size: number;
  /** Length of the encoded proposals together. */
  readonly bytes: number;
  /** In the order received; what is numbered `size` or higher belongs to later values. */
  readonly #table: Map<string, Numbered>;

  private constructor(table: Map<string, Numbered>, { size, bytes }: { readonly size: number; readonly bytes: number }) {
    this.#table = table;
    this.size = size;
    this.bytes = bytes;
  }

  static of(proposals: Iterable<PendingProposal>): PendingProposals {
    return PendingProposals.#from([...proposals].map(measured));
  }

  static #from(entries: Iterable<Measured>): PendingProposals {
    const table = new Map<string, Numbered>();
    let bytes = 0;
    for (const { pending, length } of entries) {
      table.set(byteKey(pending.reference), { number: table.size, pending, length });
      bytes += length;
    }
    return new PendingProposals(table, { size: table.size, bytes });
  }

  /** The proposal with that reference. */
  get(reference: Uint8Array): PendingProposal | undefined {
    const found = this.#table.get(byteKey(reference));
    return found !== undefined && found.number < this.size ? found.pending : undefined;
  }

  /** With one more, which is not among them. */
  with(pending: PendingProposal): PendingProposals {
    // Another value has gone on from here already, or this is the one that all epochs begin with: continue in a copy.
    if (this.#table.size !== this.size || this.size === 0) return PendingProposals.#from([...this.#entries(), measured(pending)]);
    const { length } = measured(pending);
    this.#table.set(byteKey(pending.reference), { number: this.size, pending, length });
    return new PendingProposals(this.#table, { size: this.size + 1, bytes: this.bytes + length });
  }

  without(reference: Uint8Array): PendingProposals {
    const dropped = this.get(reference);
    return dropped === undefined ? this : PendingProposals.#from(this.#entries().filter(({ pending }) => pending !== dropped));
  }

  /** In the order received. */
  *[Symbol.iterator](): Generator<PendingProposal> {
    for (const { pending } of this.#entries()) yield pending;
  }

  #entries(): Numbered[] {
    return [...this.#table.values()].filter(({ number }) => number < this.size);
  }
}

const measured = (pending: PendingProposal): Measured => ({ pending, length: encode(Proposal, pending.proposal).length });
