/** What the referee has learnt of a case so far: who holds which state, which message began which epoch, what was found wrong. */
import { byteKey } from '../../mls/bytes.ts';
import { MLSError } from '../../mls/errors.ts';
import type { KeyPackageBundle } from '../../mls/group/key-package.ts';
import type { PskStore, Settings } from '../../mls/group/state.ts';
import type { RequirementId } from '../../mls/requirements.ts';
import { Secret } from '../../mls/secret.ts';
import { MLSMessage } from '../../mls/wire/framing.ts';
import type { GroupInfo } from '../../mls/wire/group-info.ts';
import { decode } from '../../mls/wire/presentation-language.ts';
import type { Carried } from '../../report/record/messages.ts';
import type { Sight } from '../../report/record/record.ts';
import type { CommitFacts } from '../observe.ts';
import type { Call } from '../outcome.ts';
import type { EpochSight, Holder } from './epoch-sight.ts';
import type { Evidence } from './evidence.ts';
import { objectionTo, type Departure, type Message, type Objection } from './findings.ts';
import { refereeSettings, type Opened } from './shadow.ts';

/** An actor's place in a group. */
export interface Seat {
  readonly epoch: EpochSight;
  /** The epoch that its own pending Commit would begin. */
  pending?: EpochSight;
}

/** A KeyPackage of which the private keys are known. */
export interface PendingJoin {
  readonly actor: string;
  readonly bundle: KeyPackageBundle;
}

/** A call as the record will number it. */
export interface Heard {
  readonly call: Call;
  /** Among the record's calls. */
  readonly index: number;
  /** Inside of `expectFailure`. */
  readonly excused: boolean;
}

/** Something that was asked of an actor and that it did not do; no rule of the RFC makes it. */
export interface Shortfall {
  readonly actor: string;
  readonly step: number;
  readonly text: string;
  /** The Commit that others cannot take in for it. */
  readonly untakable?: Message;
}

export class CaseFile {
  readonly evidence: Evidence;
  readonly messages = new Map<string, Message>();
  /** By `byteKey` of a message that begins it. */
  readonly epochs = new Map<string, EpochSight>();
  /** By `byteKey` of the KeyPackage's reference. */
  readonly joins = new Map<string, PendingJoin>();
  /** By `byteKey` of a GroupInfo: the epoch it tells of. */
  readonly told = new Map<string, EpochSight>();
  /** Proposals from outside that no member has been handed yet. */
  readonly waiting = new Set<Message>();
  readonly objections: Objection[] = [];
  readonly departures: Departure[] = [];
  readonly approved = new Set<Message>();
  /** Of messages that were put up with: the rule that their makers broke, which binds no receiver. */
  readonly tolerated = new Map<Message, Objection>();
  /** By their index in the record. */
  readonly calls: Call[] = [];
  readonly sights: Sight[] = [];
  /** The last message that injected a PSK with a nonce, by `byteKey` of that. */
  readonly nonces = new Map<string, Message>();
  readonly shortfalls: Shortfall[] = [];
  /** What is worth saying and decides nothing. */
  readonly notes = new Set<string>();
  /** The messages that hold proposals, by `byteKey` of their ProposalRef. */
  readonly proposals = new Map<string, Message>();
  /** Proposals as they were seen when their keys were still there. */
  readonly openedProposals = new Map<Message, Opened>();
  readonly judged = { steps: 0, of: 0 };
  readonly commitFacts = new Map<string, CommitFacts>();
  /** Commits as they were seen when their keys were still there. */
  readonly openedCommits = new Map<Message, Opened>();
  /** Epoch authenticators to be held against the shadows' when the case has been gone through. */
  readonly authenticators: { readonly epoch: EpochSight; readonly holder: Holder }[] = [];
  readonly groupInfos = new Map<string, GroupInfo>();
  readonly #decoded = new Map<Message, MLSMessage | undefined>();
  readonly #seats = new Map<string, Seat>();
  readonly #reinits = new Map<string, Seat>();
  readonly #externalPsks = new Map<string, Secret>();
  readonly #resumptionPsks = new Map<string, Secret>();
  readonly #settings = new Map<number, Settings>();
  /** By reason: the steps at which something could not be judged. */
  readonly #unjudged = new Map<string, Set<number>>();

  constructor(evidence: Evidence) {
    this.evidence = evidence;
  }

  /** @throws MLSError `unsupported` for a suite that the engine does not have */
  settings(suiteId: number): Settings {
    const known = this.#settings.get(suiteId);
    if (known !== undefined) return known;
    const psks: PskStore = {
      external: (pskId) => this.#externalPsks.get(byteKey(pskId)),
      resumption: (groupId, epoch) => this.#resumptionPsks.get(`${epoch} ${byteKey(groupId)}`),
    };
    const made = refereeSettings({ suite: this.evidence.crypto.cipherSuite(suiteId), time: this.evidence.time, psks });
    this.#settings.set(suiteId, made);
    return made;
  }

  storePsk(pskId: Uint8Array, psk: Uint8Array): void {
    this.#externalPsks.set(byteKey(pskId), new Secret(psk.slice()));
  }

  /** Remembers the resumption PSK of an epoch that is seen, for shadows that were not there. */
  keepResumptionPsk(epoch: EpochSight): void {
    const state = epoch.witness()?.state;
    if (state === undefined) return;
    const { groupId, epoch: number } = state.groupContext;
    this.#resumptionPsks.set(`${number} ${byteKey(groupId)}`, state.secrets.resumptionPsk);
  }

  seat(actor: string, stateId: number): Seat | undefined {
    return this.#seats.get(`${actor} ${stateId}`);
  }

  sit(actor: string, stateId: number, seat: Seat): void {
    this.#seats.set(`${actor} ${stateId}`, seat);
  }

  suspended(actor: string, reinitId: number): Seat | undefined {
    return this.#reinits.get(`${actor} ${reinitId}`);
  }

  suspend(actor: string, reinitId: number, seat: Seat): void {
    this.#reinits.set(`${actor} ${reinitId}`, seat);
  }

  epochBegunBy(bytes: Uint8Array): EpochSight | undefined {
    return this.epochs.get(byteKey(bytes));
  }

  message(bytes: Uint8Array): Message | undefined {
    return this.messages.get(byteKey(bytes));
  }

  /** A message that an answer holds. One that is given twice keeps its first sender. */
  register({ kind, message: bytes }: Carried<Uint8Array>, { call, index, excused }: Heard): Message {
    const known = this.messages.get(byteKey(bytes));
    if (known !== undefined) return known;
    const made: Message = { kind, bytes, sender: call.actor, step: call.step, call: index, excused, reactions: [] };
    this.messages.set(byteKey(bytes), made);
    return made;
  }

  /** The message decoded; undefined, and objected to, when it is none. */
  decoded(message: Message): MLSMessage | undefined {
    if (this.#decoded.has(message)) return this.#decoded.get(message);
    let decoded: MLSMessage | undefined;
    try {
      decoded = decode(MLSMessage, new Uint8Array(message.bytes), 'MLSMessage');
    } catch (error) {
      if (!(error instanceof MLSError)) throw error;
      this.object(message, error, undefined);
    }
    this.#decoded.set(message, decoded);
    return decoded;
  }

  object(message: Message, error: MLSError, by: string | undefined): void {
    this.objections.push(objectionTo(message, error, by));
  }

  /** Something that could be judged was. */
  saw(): void {
    this.judged.steps++;
    this.judged.of++;
  }

  /** A message that was judged and is as it should be. */
  approve(message: Message): void {
    this.approved.add(message);
    this.saw();
  }

  /** Something could not be judged, or not as a member would. */
  missed(step: number, reason: string): void {
    this.judged.of++;
    const steps = this.#unjudged.get(reason) ?? new Set();
    this.#unjudged.set(reason, steps.add(step));
  }

  /** One line for each reason, with the steps it is about. */
  get unjudged(): string[] {
    return [...this.#unjudged].map(([reason, steps]) => `${[...steps].length === 1 ? 'step' : 'steps'} ${ranges([...steps])}: ${reason}`);
  }

  sight(at: { readonly step: number; readonly call: number }, sight: Omit<Sight, 'step' | 'call' | 'bytes'> & { readonly bytes: Uint8Array }): void {
    this.sights.push({ step: at.step, call: at.call, ...sight, bytes: Buffer.from(sight.bytes).toString('base64') });
  }

  label(actor: string): string {
    return this.evidence.case.actors.get(actor)?.label ?? actor;
  }

  /** `openmls (alice)`. */
  who(actor: string): string {
    return `${this.label(actor)} (${actor})`;
  }
}

/** What only says that a shadow lacks something that a member has. */
const lacks: ReadonlySet<RequirementId | undefined> = new Set<RequirementId>(['R-12.4.2-03', 'R-12.4.3.1-05']);

/** Why a shadow cannot judge a message, when the error is no objection to it; undefined when it is one. */
export function incapacity(error: unknown): string | undefined {
  if (!(error instanceof MLSError)) return `the referee itself failed: ${error instanceof Error ? error.message : String(error)}`;
  if (lacks.has(error.requirement)) return `a PSK is not known: ${error.message}`;
  return error.code === 'invalid' || error.code === 'malformed' ? undefined : error.message;
}

/** `3, 5-8, 11`. */
function ranges(numbers: readonly number[]): string {
  const sorted = numbers.toSorted((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const number of sorted) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] + 1 === number) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}
