/** Runs one case: its steps in order up to the first failure, then the freeing of every state that it made, then the judging. */
import { status } from '@grpc/grpc-js';
import type { FailureRecord, Sight, Verdict } from '../report/record.ts';
import { perform } from './actions/perform.ts';
import { CaseState, publicFacts, type Facts, type Handle } from './case-state.ts';
import { CallError } from './implementation.ts';
import { StepError, type Call, type CaseResult, type Observed } from './outcome.ts';
import type { Case } from './schedule.ts';

/** What is known of a case that has ended. */
export interface Evidence {
  readonly case: Case;
  readonly transcript: readonly Call[];
  readonly failure?: FailureRecord;
  readonly started: Date;
}

/** What a referee makes of it. */
export interface Judgement {
  readonly verdict?: Verdict;
  readonly sights: readonly Sight[];
  readonly judged: { readonly steps: number; readonly of: number };
  readonly unjudged: readonly string[];
  readonly vacuous: readonly string[];
  /** What the claims of the script are held against. */
  readonly facts: Facts;
}

export type Referee = (evidence: Evidence) => Promise<Judgement>;

export interface CaseOptions {
  /** Told the number of each step before it runs. */
  readonly onStep?: (step: number) => void;
  /** For all steps together, in milliseconds; without it only every single call has a deadline. */
  readonly deadline?: number;
  /** Without one only what is public is judged. */
  readonly referee?: Referee;
}

export async function runCase(ofCase: Case, options: CaseOptions = {}): Promise<CaseResult> {
  const started = new Date();
  const state = new CaseState(ofCase);
  const stepsEnd = await runSteps(state, options);
  // What could not be freed must not hide what went wrong before.
  const freeEnd = await freeAll(state);
  const milliseconds = Date.now() - started.getTime();
  const unhappy = stepsEnd ?? freeEnd;

  const evidence = { case: ofCase, transcript: state.transcript, started, ...(unhappy === undefined ? {} : { failure: unhappy.failure }) };
  const judgement = (await options.referee?.(evidence)) ?? unrefereed;
  const claimsEnd = state.settleClaims(judgement.facts);
  for (const finding of judgement.vacuous) state.vacuous.add(finding);
  for (const finding of judgement.unjudged) state.unjudged.add(finding);
  const end = unhappy ?? (claimsEnd && endedBy(claimsEnd, state)) ?? objection(judgement.verdict);

  const passed: Observed = state.vacuous.size > 0 ? 'vacuous' : 'passed';
  return {
    case: ofCase,
    status: end?.status ?? passed,
    ...(end === undefined ? {} : { failure: end.failure }),
    ...(judgement.verdict === undefined ? {} : { verdict: judgement.verdict }),
    vacuous: [...state.vacuous],
    unjudged: [...state.unjudged],
    notes: state.notes,
    transcript: state.transcript,
    sights: judgement.sights,
    judged: judgement.judged,
    started,
    milliseconds,
  };
}

const unrefereed: Judgement = { sights: [], judged: { steps: 0, of: 0 }, unjudged: [], vacuous: [], facts: publicFacts };

/** All calls succeeded and all agreed, yet somebody broke a rule that nobody else enforced. */
function objection(verdict: Verdict | undefined): End | undefined {
  if (verdict?.finding !== 'culprit') return undefined;
  const { step, summary: message, culprit } = verdict;
  return { status: 'failed', failure: { step, cause: 'contradiction', message, ...culprit } };
}

interface End {
  readonly status: Observed;
  readonly failure: FailureRecord;
}

async function runSteps(state: CaseState, { onStep, deadline = Infinity }: CaseOptions): Promise<End | undefined> {
  const started = performance.now();
  for (const [index, step] of state.case.script.steps.entries()) {
    state.step = index;
    onStep?.(index);
    try {
      if (performance.now() - started > deadline) throw new StepError('timeout', `the steps before took the ${deadline / 1000} s that a case has`);
      await perform(state, step);
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      if (error.reason === 'timeout') await noteWhetherAlive(state, error);
      return endedBy(error, state);
    }
  }
  return undefined;
}

const probeDeadline = 2_000;

/** A call that is slow is not a process that hangs. */
async function noteWhetherAlive(state: CaseState, { actor }: StepError): Promise<void> {
  if (actor === undefined) return;
  const implementation = state.implementation(actor);
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('does not answer Name either'), probeDeadline);
  });
  const answer = implementation.call('name', {}).then(
    () => 'still answers Name: the call hangs, the process does not',
    (error: unknown) => `answers Name with ${(error as Error).message}`,
  );
  state.notes.push(`after the deadline ${implementation.label} ${await Promise.race([answer, silence])}`);
  clearTimeout(timer);
}

/**
 * A state in use must be there to be freed. A superseded one may be gone: some implementations replace the state, others
 * keep one per epoch until they are told to drop it.
 */
async function freeAll(state: CaseState): Promise<End | undefined> {
  state.step = state.case.script.steps.length;
  const { current, superseded } = state.handles();
  const gone = new Set<string>();
  const errors: StepError[] = [];

  const free = async (handle: Handle): Promise<StepError | undefined> => {
    const { label } = state.implementation(handle.actor);
    if (gone.has(label)) return undefined;
    try {
      await state.call(handle.actor, 'free', { stateId: handle.stateId });
      return undefined;
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      // Nothing is left to free at a process that has crashed, and one that hangs would hang for every state.
      if (error.reason === 'crash' || error.reason === 'timeout' || error.reason === 'unreachable') gone.add(label);
      return error;
    }
  };

  for (const handle of current) {
    const error = await free(handle);
    if (error === undefined) continue;
    errors.push(error);
    state.notes.push(`Free of the state of ${handle.actor}: ${error.message}`);
  }
  for (const handle of superseded) {
    const error = await free(handle);
    if (error?.cause instanceof CallError && error.cause.code !== status.NOT_FOUND) {
      state.notes.push(`Free of a superseded state of ${handle.actor}: ${error.message}`);
    }
  }
  return errors[0] === undefined ? undefined : endedBy(errors[0], state);
}

function endedBy(error: StepError, state: CaseState): End {
  const { actor, rpc, cause } = error;
  return {
    status: error.status,
    failure: {
      step: state.step,
      cause: error.reason,
      message: error.message,
      ...(actor === undefined ? {} : { actor, implementation: state.implementation(actor).label }),
      ...(rpc === undefined ? {} : { rpc }),
      ...(cause instanceof CallError ? { code: status[cause.code] } : {}),
    },
  };
}
