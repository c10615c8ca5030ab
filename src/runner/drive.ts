/** Runs one case: its steps in order up to the first failure, then the freeing of every state that it made, then the judging. */
import { status } from '@grpc/grpc-js';
import type { FailureRecord, Verdict } from '../report/record/record.ts';
import { perform } from './actions/perform.ts';
import { CaseState, publicFacts, type Handle } from './case-state.ts';
import { CallError } from './implementation.ts';
import { answersName } from './restart.ts';
import { StepError, type CaseResult, type Observed } from './outcome.ts';
import type { Evidence, Judgement } from './referee/evidence.ts';
import type { Case } from './cases/schedule.ts';

/** Judges a case that has ended. */
export type Referee = (evidence: Pick<Evidence, 'transcript' | 'failure' | 'time'> & { readonly case: Case }) => Promise<Judgement>;

export interface CaseOptions {
  /** Told the number of each step before it runs. */
  readonly onStep?: (step: number) => void;
  /** For all steps together, in milliseconds; without it only every single call has a deadline. */
  readonly deadline?: number;
  /** For the calls of one step together, in milliseconds. */
  readonly stepDeadline?: number;
  /** Without one only what is public is judged. */
  readonly referee?: Referee;
}

export async function runCase(ofCase: Case, options: CaseOptions = {}): Promise<CaseResult> {
  const started = new Date();
  const state = new CaseState(ofCase, options.deadline);
  const stepsEnd = await runSteps(state, options);
  const answered = await stillAnswers(state, stepsEnd);
  // What could not be freed must not hide what went wrong before.
  const freeEnd = await freeAll(state, answered === false ? stepsEnd?.failure.implementation : undefined);
  const unhappy = stepsEnd ?? freeEnd;
  const answers = stepsEnd === undefined ? await stillAnswers(state, freeEnd) : answered;
  const milliseconds = Date.now() - started.getTime();

  const time = BigInt(Math.floor(started.getTime() / 1000));
  const judged = async (failure = unhappy?.failure): Promise<Judgement> =>
    (await options.referee?.({ case: ofCase, transcript: state.transcript, time, failure })) ?? unrefereed;
  let judgement = await judged();
  const claimsError = state.settleClaims(judgement.facts);
  const claimsEnd = claimsError && endedBy(claimsError, state);
  // What a Commit was to say is known only now; whose fault it is that it does not is for the referee to say as well.
  if (unhappy === undefined && claimsEnd !== undefined) judgement = await judged(claimsEnd.failure);
  for (const { actor, text } of judgement.vacuous) state.fellShort(actor, `not so: ${text}`);
  for (const finding of judgement.unjudged) state.unjudged.add(finding);
  const end = unhappy ?? claimsEnd ?? objection(judgement.verdict);

  const passed: Observed = state.vacuous.size > 0 ? 'vacuous' : 'passed';
  return {
    case: ofCase,
    status: end?.status ?? passed,
    ...(end === undefined ? {} : { failure: end.failure }),
    ...(judgement.verdict === undefined ? {} : { verdict: judgement.verdict }),
    vacuous: [...state.vacuous.keys()],
    vacuousBy: [...new Set(state.vacuous.values())],
    unjudged: [...state.unjudged],
    notes: [...state.notes, ...judgement.notes],
    transcript: state.transcript,
    sights: judgement.sights,
    judged: judgement.judged,
    ...(answers === undefined ? {} : { answersName: answers }),
    started,
    milliseconds,
  };
}

const unrefereed: Judgement = { sights: [], judged: { steps: 0, of: 0 }, unjudged: [], vacuous: [], notes: [], facts: publicFacts };

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

async function runSteps(state: CaseState, { onStep, stepDeadline }: CaseOptions): Promise<End | undefined> {
  for (const [index, step] of state.case.script.steps.entries()) {
    state.begin(index, stepDeadline);
    onStep?.(index);
    try {
      await perform(state, step);
    } catch (error) {
      if (!(error instanceof StepError)) throw error;
      return endedBy(error, state);
    }
  }
  return undefined;
}

/** A call that is slow is not a process that hangs. Undefined when there was no timeout. */
async function stillAnswers(state: CaseState, end: End | undefined): Promise<boolean | undefined> {
  const { cause, actor } = end?.failure ?? {};
  if (cause !== 'timeout' || actor === undefined) return undefined;
  const implementation = state.implementation(actor);
  const answers = await answersName(implementation);
  state.notes.push(`after the deadline ${implementation.label} ${answers ? 'still answers Name: the call hangs, the process does not' : 'does not answer Name either'}`);
  return answers;
}

/**
 * A state in use must be there to be freed. A superseded one may be gone: some implementations replace the state, others
 * keep one per epoch until they are told to drop it.
 * @param hung the label of one that is known to give no answer
 */
async function freeAll(state: CaseState, hung: string | undefined): Promise<End | undefined> {
  state.begin(state.case.script.steps.length);
  const { current, superseded } = state.handles();
  const gone = new Set(hung === undefined ? [] : [hung]);
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
