/** The proposals that one Commit can cover together (RFC 9420 §12.2). */
import type { Described, Id } from './decision.ts';

export type Proposal =
  | Described
  | { readonly type: 'update' }
  | { readonly type: 'newMember'; readonly joiner: string }
  | { readonly type: 'signer'; readonly signer: string };

export interface Proposed {
  /** Absent of one who is no member. */
  readonly sender?: string;
  readonly proposal: Proposal;
}

/** What a batch has to know of its group. */
export interface Present {
  readonly members: readonly string[];
  readonly epoch: number;
  /** How many members there may be, and must be. */
  readonly size: { readonly least: number; readonly most: number };
  /** Whose KeyPackage it is, and can still be used. */
  readonly keyPackages: ReadonlyMap<Id, string>;
  /** Who has the PSK. */
  readonly psks: ReadonlyMap<Id, ReadonlySet<string>>;
  /** The epoch in which a member arrived. */
  readonly joinedAt: ReadonlyMap<string, number>;
  readonly signers: ReadonlySet<string>;
}

/** Some implementations keep no more than three past epochs. */
export const oldestEpochBack = 2;

export class Batch {
  readonly joiners: string[] = [];
  readonly leavers = new Set<string>();
  readonly updaters = new Set<string>();
  /** The proposal that replaces the extensions of the group. */
  extensions: Proposal | undefined;
  readonly #psks = new Set<Id>();
  readonly #resumed = new Set<number>();
  readonly #group: Present;
  /** One who must neither leave nor update: the Commit's maker, when it is known. */
  readonly #committer: string | undefined;

  constructor(group: Present, proposed: Iterable<Proposed> = [], committer?: string) {
    this.#group = group;
    this.#committer = committer;
    for (const each of proposed) this.add(each);
  }

  /** Adds the proposal if the batch with it is valid still; tells whether it is. */
  add({ sender, proposal }: Proposed): boolean {
    const { members, epoch, keyPackages, psks, joinedAt, signers } = this.#group;
    switch (proposal.type) {
      case 'add':
        return this.#join(keyPackages.get(proposal.keyPackage));
      case 'newMember':
        return this.#join(proposal.joiner);
      case 'update':
        return this.#changeLeaf(sender, this.updaters);
      case 'remove':
        return this.staying().length + this.joiners.length > this.#group.size.least && this.#changeLeaf(proposal.removed, this.leavers);
      case 'externalPSK': {
        const holders = psks.get(proposal.psk);
        const all = holders !== undefined && [...members, ...this.joiners].every((member) => holders.has(member));
        return all && addNew(this.#psks, proposal.psk);
      }
      case 'resumptionPSK': {
        const of = epoch - proposal.back;
        const known = of >= 0 && proposal.back >= 0 && proposal.back <= oldestEpochBack && members.every((member) => joinedAt.get(member)! <= of);
        // Who joins has no epoch behind it.
        return known && this.joiners.length === 0 && addNew(this.#resumed, of);
      }
      case 'signer':
      case 'groupContextExtensions':
        if (this.extensions !== undefined || (proposal.type === 'signer' && signers.has(proposal.signer))) return false;
        this.extensions = proposal;
        return true;
    }
  }

  /** Those who are members before and after. */
  staying(): string[] {
    return this.#group.members.filter((member) => !this.leavers.has(member));
  }

  #join(joiner: string | undefined): boolean {
    const { members, size, psks } = this.#group;
    if (joiner === undefined || members.includes(joiner) || this.joiners.includes(joiner)) return false;
    if (this.#resumed.size > 0 || ![...this.#psks].every((psk) => psks.get(psk)!.has(joiner))) return false;
    if (this.staying().length + this.joiners.length >= size.most) return false;
    this.joiners.push(joiner);
    return true;
  }

  /** One Update or Remove for a leaf, and somebody must be left to commit. */
  #changeLeaf(member: string | undefined, into: Set<string>): boolean {
    if (member === undefined || member === this.#committer || !this.#group.members.includes(member)) return false;
    if (this.leavers.has(member) || this.updaters.has(member)) return false;
    if (!this.staying().some((other) => other !== member && !this.updaters.has(other))) return false;
    into.add(member);
    return true;
  }
}

function addNew<T>(set: Set<T>, item: T): boolean {
  if (set.has(item)) return false;
  set.add(item);
  return true;
}
