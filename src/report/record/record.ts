/**
 * The record of a run: one JSON object per line, written while the run goes on. It loses nothing, and every other report
 * derives from it. A record without an `end` line is of a run that was stopped; all its other lines stand.
 */

/**
 * - `passed`: every call succeeded and every check held
 * - `failed`: an implementation refused, crashed, hung or gave something wrong
 * - `expected-failure`: failed or vacuous, as an expectation says
 * - `unexpected-pass`: passed where an expectation says that it fails
 * - `not-supported`: an implementation says that it does not do what the script asks
 * - `vacuous`: nothing went wrong, but something that the script is about did not happen
 * - `could-not-run`: the script or the setting is at fault, no implementation; never excused
 */
export type Status = 'passed' | 'failed' | 'expected-failure' | 'unexpected-pass' | 'not-supported' | 'vacuous' | 'could-not-run';

/** From worst to best, as tables and listings order them. */
export const statuses: readonly Status[] = ['failed', 'unexpected-pass', 'could-not-run', 'vacuous', 'expected-failure', 'not-supported', 'passed'];

/** Statuses that make the run as a whole not a success. */
export const failsRun = (status: Status): boolean => status === 'failed' || status === 'unexpected-pass' || status === 'vacuous' || status === 'could-not-run';

/**
 * - `refused`: a call ended with a status other than OK
 * - `crash`, `timeout`: the process went away, or gave no answer within the deadline
 * - `disagreement`: members of one epoch have different secrets
 * - `contradiction`: an answer that cannot be right given what came before
 * - `unsupported`: UNIMPLEMENTED, of a feature that is not declared
 * - `unreachable`: nobody answered even the case's first call
 * - `script`: the script asks for what makes no sense at that point
 * - `accepted`: of a hostile case: what breaks a rule was taken
 * - `unusable`: of a hostile case: what breaks a rule was refused, and after that what breaks none
 */
export type Cause = 'refused' | 'crash' | 'timeout' | 'disagreement' | 'contradiction' | 'unsupported' | 'unreachable' | 'script' | 'accepted' | 'unusable';

export type WireMode = 'public' | 'private';

/** The first line. */
export interface RunRecord {
  readonly type: 'run';
  readonly version: 1;
  readonly tool: { readonly name: string; readonly version: string; readonly node: string; readonly platform: string };
  /** When it began: ISO 8601, UTC. */
  readonly started: string;
  readonly seed: string;
  /** The options that decide which cases there are and how they are judged. */
  readonly options: { readonly [name: string]: unknown };
  readonly scripts: readonly ScriptRecord[];
  readonly implementations: readonly ImplementationRecord[];
  /** How many cases the run has; of a shard, how many are its own. */
  readonly cases: number;
  /** The part of all cases that this run is: `index` from 1. */
  readonly shard?: { readonly index: number; readonly count: number };
  /** What follows `mls-interop replay CASE` to run a case of this run again, such as `--record out/run.jsonl`; of a hostile run what follows `mls-interop run --run CASE`. */
  readonly replay?: string;
  /** Such as `every ordered pair of implementations in every pair of roles: 96 of 96`; of the whole run, not of a shard. */
  readonly coverage: readonly string[];
}

export interface ScriptRecord {
  /** File and script name, such as `commit/add`. */
  readonly id: string;
  readonly file: string;
  /** SHA-256 of the steps, in hex: shards of different scripts must not be merged. */
  readonly digest: string;
  readonly actors: readonly string[];
  /** As the file has them. */
  readonly steps: readonly { readonly [key: string]: unknown }[];
}

export interface ImplementationRecord {
  /** What the user calls it. */
  readonly label: string;
  /** What it calls itself. */
  readonly name: string;
  /** How it was reached, such as `grpc://127.0.0.1:50051` or `cmd: ...`. */
  readonly reach: string;
  readonly suites: readonly number[];
  readonly features: readonly string[];
  /** Whether it runs this project's engine, whose word alone then proves nothing. */
  readonly ours: boolean;
  /** As its file of implementations says. */
  readonly version?: string;
}

/** A case that begins; one without a `case` line later was under way when the run was stopped. */
export interface CaseStartedRecord {
  readonly type: 'started';
  readonly id: string;
  readonly script: string;
}

export interface CaseRecord {
  readonly type: 'case';
  /** Such as `commit/add/suite:1/wire:private/alice=openmls,bob=mlspp`. */
  readonly id: string;
  /** The id of its script. */
  readonly script: string;
  readonly suite: number;
  readonly wire: WireMode;
  /** The label of the implementation that plays each actor, in the script's order. */
  readonly actors: { readonly [actor: string]: string };
  /** One implementation plays everybody. */
  readonly self?: true;
  readonly status: Status;
  /** What happened, before expectations were applied; absent when equal to `status`. */
  readonly observed?: Status;
  /** Present when there is one; also of an expected failure. */
  readonly failure?: FailureRecord;
  readonly verdict?: Verdict;
  /** What the script is about and did not happen. */
  readonly vacuous: readonly string[];
  /** The labels of those whose doing that is; absent when it is not known. */
  readonly vacuousBy?: readonly string[];
  /** What the runner wanted to see and could not. */
  readonly unjudged: readonly string[];
  /**
   * Of a hostile case that passed, and how; its note says more.
   * - `lenient`: the violation was taken, which RFC 9420 leaves open
   * - `cut off`: the call with the violation was cut off instead of answered, and the process goes on
   */
  readonly remark?: 'lenient' | 'cut off';
  /** What went wrong without deciding the case. */
  readonly notes: readonly string[];
  /** The expectation that applied. */
  readonly expectation?: { readonly pattern: string; readonly reason: string; readonly issue?: string };
  /** How many tries before this one failed; a case that passes after that is flaky. */
  readonly retries?: number;
  /** How those ended. */
  readonly earlier?: readonly { readonly status: Status; readonly failure?: FailureRecord }[];
  /** Of the messages and answers that could be judged, how many a shadow judged. */
  readonly judged: { readonly steps: number; readonly of: number };
  readonly started: string;
  readonly milliseconds: number;
  /** What the referee saw inside of encrypted messages and of groups; with the calls, or absent. */
  readonly sights?: readonly Sight[];
  readonly calls?: readonly CallRecord[];
}

/** What expectations decide of a case. */
export type Expected = Pick<CaseRecord, 'status' | 'observed' | 'expectation' | 'notes'>;

export interface FailureRecord {
  /** The number of the script's steps when it was in the cleaning up after them. */
  readonly step: number;
  readonly cause: Cause;
  readonly message: string;
  readonly actor?: string;
  /** Its label. */
  readonly implementation?: string;
  readonly rpc?: string;
  /** Name of the gRPC status. */
  readonly code?: string;
}

/** Kinds of what actors hand each other. */
export type MessageKind = 'key_package' | 'proposal' | 'commit' | 'welcome' | 'group_info' | 'application';

/** An implementation in a role. */
export interface Party {
  readonly implementation: string;
  readonly actor: string;
}

/** A message about which implementations are of two minds, and who is of which. */
export interface Quarrel {
  readonly kind: MessageKind;
  /** At which it was made. */
  readonly step: number;
  readonly sender: Party;
  readonly accepted: readonly Party[];
  readonly refused: readonly Party[];
}

/** What the referee says about a case that did not pass, or in which a rule was broken that nobody enforced. */
export interface Verdict {
  /** `contested`: no evidence but that of the engine of this project about itself, or evidence against evidence. */
  readonly finding: 'culprit' | 'contested' | 'unknown';
  /** The implementation that departs from RFC 9420; of a `contested` finding the one that our engine accuses. */
  readonly culprit?: Party;
  readonly step: number;
  /** The requirement that was broken, such as `R-12.4.2-08`. */
  readonly requirement?: string;
  /** The first value that differs, such as `tree hash`. */
  readonly differs?: string;
  /** One sentence: who did what at which step. */
  readonly summary: string;
  /** What it rests on, strongest first, one sentence each. */
  readonly evidence: readonly string[];
  /** The message at fault in base64, and the octets of its offending field when there is one. */
  readonly message?: { readonly bytes: string; readonly field?: { readonly path: string; readonly start: number; readonly end: number } };
  /** Absent when the finding is about an answer, such as an exported secret. */
  readonly quarrel?: Quarrel;
  /**
   * What an accusation about a message rests on, for what other cases say to be weighed against it.
   * - `proof`: it can be read in the bytes, or a value that RFC 9420 defines was recomputed
   * - `rules`: the rules as our engine applies them
   * - `votes`: only who accepts a message and who refuses it
   */
  readonly basis?: 'proof' | 'rules' | 'votes';
}

/** Something that only a member can see, in base64; which member's shadow saw it. */
export interface Sight {
  readonly step: number;
  /** Index of the call that carried it, among the case's calls. */
  readonly call: number;
  readonly seenBy: string;
  /**
   * - `content`: the FramedContent of an encrypted message
   * - `group_info`: the GroupInfo of a Welcome
   * - `tree`: the ratchet tree of the epoch that the message begins, as in the ratchet_tree extension
   */
  readonly kind: 'content' | 'group_info' | 'tree';
  readonly bytes: string;
  /** Of a tree: the epoch it belongs to. */
  readonly epoch?: number;
}

export interface CallRecord {
  readonly step: number;
  readonly actor: string;
  readonly implementation: string;
  /** As in the proto file, such as `StorePSK`. */
  readonly rpc: string;
  /** A protobuf message as JSON: snake_case names, bytes in base64, zero values left out, secrets as `[secret]` unless asked for. */
  readonly request: { readonly [field: string]: unknown };
  /** Absent when the call failed. */
  readonly response?: { readonly [field: string]: unknown };
  readonly error?: { readonly code: string; readonly message: string };
  readonly milliseconds: number;
}

/** The last line. */
export interface EndRecord {
  readonly type: 'end';
  readonly counts: { readonly [S in Status]: number };
  /** Cases that passed after failing. */
  readonly flaky: number;
  readonly judged: { readonly steps: number; readonly of: number };
  readonly milliseconds: number;
  readonly success: boolean;
  /** Verdicts, by case id, that the other cases of the run make other than they are in the `case` line. */
  readonly revised?: { readonly [id: string]: Verdict };
  /** What expectations then make of such cases, by id, where that is other than in the `case` line. The counts are of what stands here. */
  readonly restated?: { readonly [id: string]: Expected };
  /** Not all cases are there, as the run was stopped or a shard of it is missing; then `success` is false. */
  readonly interrupted?: true;
}

export type RecordLine = RunRecord | CaseStartedRecord | CaseRecord | EndRecord;
