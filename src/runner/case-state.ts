/** What one case knows while it runs: who holds which state, what was sent so far, what has been seen. */
import { status } from '@grpc/grpc-js';
import { Epochs, type Epoch } from './agreement.ts';
import { CallError, rpcName, type Implementation, type RequestOf, type ResponseOf, type Rpc } from './implementation.ts';
import { declares, featureOf } from './implementations/features.ts';
import { commitFacts, type CommitFacts, type Seen } from './observe.ts';
import { causeOf, StepError, type Call } from './outcome.ts';
import { seeded, type Random } from './random.ts';
import type { Case } from './cases/schedule.ts';
import type { MessageKey } from './steps.ts';

/** An actor's place in a group. */
export interface Seat {
  readonly stateId: number;
  readonly epoch: Epoch;
  /** The epoch that the actor's own pending Commit would begin. */
  readonly pending?: Epoch;
}

/** A state that an implementation keeps for us until it is freed. */
export interface Handle {
  readonly actor: string;
  readonly stateId: number;
}

/** What can be known of messages; more when somebody can look into encrypted ones. */
export interface Facts {
  commitFacts(message: Uint8Array): Seen<CommitFacts>;
}

export const publicFacts: Facts = { commitFacts };

/** Something that must be so of a Commit, to be held against what is known when the case has ended. */
interface Claim {
  readonly step: number;
  /** By whose doing the case is vacuous if the Commit is otherwise; without one it fails. */
  readonly actor?: string;
  readonly text: string;
  readonly commit: Uint8Array;
  /** What is found instead of what was claimed. */
  readonly against: (facts: CommitFacts) => string | undefined;
}

export class CaseState {
  readonly case: Case;
  /** Of the groups to come; a reinit may change it. */
  suite: number;
  /** The step that runs. */
  step = 0;
  /** When its time is over, by the clock of `performance`. */
  #stepDeadline = Infinity;
  readonly epochs = new Epochs();
  readonly pendingJoins = new Map<string, number>();
  readonly signers = new Map<string, number>();
  readonly transcript: Call[] = [];
  /** What did not happen, and by whose doing: the label of an implementation. */
  readonly vacuous = new Map<string, string>();
  readonly unjudged = new Set<string>();
  readonly notes: string[] = [];
  readonly #claims: Claim[] = [];
  readonly #random: Random;
  readonly #messages = new Map<string, Uint8Array>();
  readonly #seats = new Map<string, Seat>();
  /** By actor, then by the step that founded the group. */
  readonly #keptSeats = new Map<string, Map<number, Seat>>();
  readonly #handles = new Map<string, Handle>();

  /** Processes that have answered in this case. */
  readonly #seen = new Set<string>();
  /** When the time of the case is over. */
  readonly #deadline: number;

  /** @param within how long all calls together may take, in milliseconds */
  constructor(ofCase: Case, within = Infinity) {
    this.#deadline = performance.now() + within;
    this.case = ofCase;
    this.suite = ofCase.suite;
    this.#random = seeded(ofCase.seed, ofCase.id);
  }

  /**
   * Calls the implementation that plays `actor` and records the call, whether it succeeds or not.
   * @throws StepError
   */
  async call<R extends Rpc>(actor: string, rpc: R, request: RequestOf<R>): Promise<ResponseOf<R>> {
    const started = performance.now();
    const entry = () => ({ step: this.step, actor, rpc: rpcName(rpc), request, milliseconds: performance.now() - started });
    const implementation = this.implementation(actor);
    const left = Math.min(this.#deadline, this.#stepDeadline) - started;
    if (left <= 0) {
      const whose = this.#deadline <= started ? 'case' : 'step';
      throw new StepError('timeout', `the time that the ${whose} has is over`, { actor, rpc: rpcName(rpc) });
    }
    try {
      const response = await implementation.call(rpc, request, left);
      this.#seen.add(implementation.address);
      this.transcript.push({ ...entry(), response });
      return response;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      this.transcript.push({ ...entry(), error: { code: error.code, message: error.details } });
      // One that never answered in this case was gone before it.
      const cause = error.code === status.UNAVAILABLE && !this.#seen.has(implementation.address) ? 'unreachable' : causeOf(error);
      if (error.code !== status.UNAVAILABLE) this.#seen.add(implementation.address);
      if (cause === 'unsupported' && declares(implementation, rpc)) {
        throw new StepError('refused', `${error.details} (though it declares ${featureOf(rpc)})`, { actor, rpc: rpcName(rpc), cause: error });
      }
      throw new StepError(cause, error.details, { actor, rpc: rpcName(rpc), cause: error });
    }
  }

  /** @param within how long all calls of the step together may take, in milliseconds */
  begin(step: number, within = Infinity): void {
    this.step = step;
    this.#stepDeadline = performance.now() + within;
  }

  implementation(actor: string): Implementation {
    return this.case.actors.get(actor)!;
  }

  /** How findings name an actor, such as `mlspp (alice)`. */
  who(actor: string): string {
    return `${this.implementation(actor).label} (${actor})`;
  }

  store(key: MessageKey, message: Uint8Array): void {
    this.#messages.set(`${this.step} ${key}`, message);
  }

  /** What an earlier step left; the script was checked to name a step that leaves it. */
  message(step: number, key: MessageKey): Uint8Array {
    const message = this.#messages.get(`${step} ${key}`);
    // A step inside expectFailure leaves nothing.
    if (message === undefined) throw new StepError('script', `step ${step} left no ${key}`);
    return message;
  }

  hasSeat(actor: string): boolean {
    return this.#seats.has(actor);
  }

  seat(actor: string): Seat {
    const seat = this.#seats.get(actor);
    if (seat === undefined) throw new StepError('script', `${actor} is in no group at this point`, { actor });
    return seat;
  }

  stateId(actor: string): number {
    return this.seat(actor).stateId;
  }

  /** All whose current state is of `epoch`, in the order in which they arrived. */
  membersOf(epoch: Epoch): string[] {
    return [...epoch.authenticators.keys()].filter((actor) => this.#seats.get(actor)?.epoch === epoch);
  }

  /** Gives `actor` a state whose epoch authenticator is not known. */
  sit(actor: string, seat: Seat): void {
    const handle = { actor, stateId: seat.stateId };
    this.#handles.set(this.#handleKey(handle), handle);
    this.#seats.set(actor, seat);
  }

  /**
   * Gives `actor` a state of `epoch` and holds its authenticator against that of all who are there already.
   * @throws StepError
   */
  arrive(actor: string, epoch: Epoch, reached: { readonly stateId: number; readonly epochAuthenticator: Uint8Array }): void {
    this.sit(actor, { stateId: reached.stateId, epoch });
    this.agree(actor, epoch, reached.epochAuthenticator);
  }

  /** @throws StepError */
  agree(actor: string, epoch: Epoch, authenticator: Uint8Array): void {
    if (authenticator.length === 0) this.fellShort(actor, `${this.implementation(actor).label} gives no epoch authenticator`);
    const disagreement = this.epochs.arrive(epoch, actor, authenticator);
    if (disagreement !== undefined) throw new StepError('disagreement', disagreement.message, { actor });
  }

  /** Keeps the actor's present state for a later return to its group. */
  keepSeat(actor: string): void {
    const seat = this.seat(actor);
    const kept = this.#keptSeats.get(actor) ?? new Map<number, Seat>();
    this.#keptSeats.set(actor, kept.set(seat.epoch.group, seat));
  }

  /** @throws StepError when the actor kept no state of that group */
  returnTo(group: number, actor: string): void {
    const seat = this.#keptSeats.get(actor)?.get(group);
    if (seat === undefined) throw new StepError('script', `${actor} kept no state of the group that step ${group} founded`, { actor });
    this.keepSeat(actor);
    this.#keptSeats.get(actor)!.delete(group);
    this.#seats.set(actor, seat);
  }

  /** What has to be freed: first the states in use, then the superseded ones, which an implementation may have dropped itself. */
  handles(): { readonly current: readonly Handle[]; readonly superseded: readonly Handle[] } {
    const seats = [...this.#seats, ...[...this.#keptSeats].flatMap(([actor, kept]) => [...kept.values()].map((seat) => [actor, seat] as const))];
    const inUse = new Set(seats.map(([actor, { stateId }]) => this.#handleKey({ actor, stateId })));
    const handles = [...this.#handles.values()];
    return {
      current: handles.filter((handle) => inUse.has(this.#handleKey(handle))),
      superseded: handles.filter((handle) => !inUse.has(this.#handleKey(handle))),
    };
  }

  freed(handle: Handle): void {
    this.#handles.delete(this.#handleKey(handle));
  }

  /** Notes what did not happen by the doing of `actor`. */
  fellShort(actor: string, finding: string): void {
    this.vacuous.set(finding, this.implementation(actor).label);
  }

  /** Notes `claim` about `actor` as not having happened when it was seen to be false, as unjudged when it could not be seen. */
  observe(actor: string, claim: string, seen: Seen<boolean>): void {
    if ('hidden' in seen) this.unjudged.add(`${claim}: ${seen.hidden}`);
    else if (!seen.seen) this.fellShort(actor, `not so: ${claim}`);
  }

  /** The case is vacuous by the doing of `actor` if `commit` is otherwise. */
  claimOfCommit(actor: string, { text, commit, holds }: { readonly text: string; readonly commit: Uint8Array; readonly holds: (facts: CommitFacts) => boolean }): void {
    this.#claims.push({ actor, step: this.step, text, commit, against: (facts) => (holds(facts) ? undefined : 'it is otherwise') });
  }

  /** The case fails if `commit` is otherwise; `against` says what it has instead. */
  demandOfCommit(text: string, commit: Uint8Array, against: (facts: CommitFacts) => string | undefined): void {
    this.#claims.push({ step: this.step, text, commit, against });
  }

  /** Holds what was claimed of Commits against what is known of them; the first that decides the case and is not so. */
  settleClaims(facts: Facts): StepError | undefined {
    let first: StepError | undefined;
    for (const { step, actor, text, commit, against } of this.#claims) {
      const seen = facts.commitFacts(commit);
      if ('hidden' in seen) {
        this.unjudged.add(`${text}: ${seen.hidden}`);
        continue;
      }
      const found = against(seen.seen);
      if (found === undefined) continue;
      if (actor !== undefined) this.fellShort(actor, `not so: ${text}`);
      else if (first === undefined) {
        this.step = step;
        first = new StepError('contradiction', `${text}: ${found}`);
      }
    }
    return first;
  }

  /**
   * Draws another suite that all who take part list, for the groups to come.
   * @throws StepError `not-supported` when there is none
   */
  changeSuite(): void {
    const implementations = [...new Set(this.case.actors.values())];
    const [first, ...others] = implementations;
    const common = [...first!.suites].filter((suite) => suite !== this.suite && others.every(({ suites }) => suites.has(suite)));
    if (common.length === 0) throw new StepError('unsupported', `${implementations.map(({ label }) => label).join(', ')} have no second suite in common`);
    this.suite = this.#random.pick(common.sort((a, b) => a - b));
  }

  #handleKey({ actor, stateId }: Handle): string {
    return `${this.implementation(actor).address} ${stateId}`;
  }
}
