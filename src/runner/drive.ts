/** Runs one case: its steps in order up to the first failure, then the freeing of every state that it made. */
import { status } from '@grpc/grpc-js';
import { perform } from './actions/perform.ts';
import { CaseState, type Handle } from './case-state.ts';
import { CallError } from './implementation.ts';
import { StepError, type CaseResult, type Failure, type Status } from './outcome.ts';
import type { Case } from './schedule.ts';

/** @param onStep told the number of each step before it runs */
export async function runCase(ofCase: Case, onStep: (step: number) => void = () => {}): Promise<CaseResult> {
  const started = performance.now();
  const state = new CaseState(ofCase);
  const stepsEnd = await runSteps(state, onStep);
  // What could not be freed must not hide what went wrong before.
  const freeEnd = await freeAll(state);
  const end = stepsEnd ?? freeEnd;

  const passed: Status = state.vacuous.size > 0 ? 'vacuous' : 'passed';
  return {
    case: ofCase,
    status: end?.status ?? passed,
    ...(end === undefined ? {} : { failure: end.failure }),
    vacuous: [...state.vacuous],
    unjudged: [...state.unjudged],
    notes: state.notes,
    transcript: state.transcript,
    milliseconds: performance.now() - started,
  };
}

interface End {
  readonly status: Status;
  readonly failure: Failure;
}

async function runSteps(state: CaseState, onStep: (step: number) => void): Promise<End | undefined> {
  for (const [index, step] of state.case.script.steps.entries()) {
    state.step = index;
    onStep(index);
    try {
      await perform(state, step);
    } catch (error) {
      if (error instanceof StepError) return endedBy(error, state);
      throw error;
    }
  }
  return undefined;
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
