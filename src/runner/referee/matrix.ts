/** The referee of a whole run: what one case leaves open, the others may decide. */
import type { CryptoProvider } from '../../mls/crypto/provider.ts';
import type { CaseRecord, Verdict } from '../../report/record/record.ts';
import type { Referee } from '../drive.ts';
import { judge } from './judge.ts';
import { votesOf, weigh, type Vote } from './votes.ts';

type Judged = Pick<CaseRecord, 'id' | 'script' | 'suite' | 'wire'> & { readonly verdict: Verdict };

export class Matrix {
  readonly #crypto: CryptoProvider;
  /** Labels of those that run this project's engine. */
  readonly #ours: ReadonlySet<string>;
  readonly #votes = new Map<string, Vote[]>();
  readonly #judged: Judged[] = [];

  constructor(crypto: CryptoProvider, implementations: readonly { readonly label: string; readonly ours: boolean }[]) {
    this.#crypto = crypto;
    this.#ours = new Set(implementations.filter(({ ours }) => ours).map(({ label }) => label));
  }

  /** Judges a case by itself. */
  readonly referee: Referee = (evidence) => judge({ ...evidence, crypto: this.#crypto });

  /** Takes note of who accepted and who refused what in a case, and of its verdict. */
  add(result: CaseRecord): void {
    const votes = this.#votes.get(keyOf(result)) ?? [];
    votes.push(...votesOf(result));
    this.#votes.set(keyOf(result), votes);
    const { id, script, suite, wire, verdict } = result;
    if (verdict !== undefined) this.#judged.push({ id, script, suite, wire, verdict });
  }

  /** The verdicts, by case id, that all cases together make other than their own case did. */
  revised(): { readonly [id: string]: Verdict } {
    const revised = this.#judged.flatMap(({ verdict, ...where }) => {
      const weighed = weigh(verdict, { ...where, votes: this.#votes.get(keyOf(where)) ?? [], ours: this.#ours });
      return weighed === verdict ? [] : [[where.id, weighed] as const];
    });
    return Object.fromEntries(revised);
  }
}

const keyOf = ({ script, suite, wire }: Pick<CaseRecord, 'script' | 'suite' | 'wire'>): string => `${script} ${suite} ${wire}`;
