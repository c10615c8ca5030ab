/** What the referee is given about a finished case, and what it gives back. */
import type { CryptoProvider } from '../../mls/crypto/provider.ts';
import type { FailureRecord, Sight, Verdict } from '../../report/record/record.ts';
import type { Facts } from '../case-state.ts';
import type { Call } from '../outcome.ts';
import type { Step } from '../steps.ts';
import type { Shortfall } from './case-file.ts';

export interface JudgedCase {
  readonly script: { readonly id: string; readonly steps: readonly Step[] };
  readonly suite: number;
  /** Whether the case asks for handshake messages as PrivateMessage. */
  readonly encryptHandshake: boolean;
  /** Who plays each actor. */
  readonly actors: ReadonlyMap<string, Player>;
}

export interface Player {
  readonly label: string;
  /** Whether it runs this project's engine, whose word about itself proves nothing. */
  readonly ours: boolean;
}

export interface Evidence {
  readonly case: JudgedCase;
  /** In order; requests and responses as the proto file has them, private keys included. */
  readonly transcript: readonly Call[];
  /** Why the case ended before its last step. */
  readonly failure?: FailureRecord | undefined;
  /** When the case was played, in seconds since the Unix epoch: lifetimes are held against it. */
  readonly time: bigint;
  /** What the shadows compute with. */
  readonly crypto: CryptoProvider;
}

export interface Judgement {
  /** Of a case that failed, or in which something was wrong that nobody complained about. */
  readonly verdict?: Verdict;
  readonly sights: readonly Sight[];
  /** Of the messages and answers that could be judged, how many were held against a shadow or judged by what is public alone. */
  readonly judged: { readonly steps: number; readonly of: number };
  /** What could not be judged, by reason. */
  readonly unjudged: readonly string[];
  /** What was asked for and did not happen. */
  readonly vacuous: readonly Shortfall[];
  /** What is worth saying and decides nothing. */
  readonly notes: readonly string[];
  readonly facts: Facts;
}
