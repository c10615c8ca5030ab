/** Runs one hostile case: whether an implementation takes what breaks a rule, and whether it is still usable when it did not. */
import { status } from '@grpc/grpc-js';
import { acts, HistoryError, play, playTwin, type Played, type PlayOptions } from '../../hostile/play.ts';
import { peopleOf } from '../../hostile/people.ts';
import type { Violation } from '../../hostile/violation.ts';
import { nativeProvider } from '../../mls/crypto/native/provider.ts';
import { requirements } from '../../mls/requirements.ts';
import type { CaseRecord, FailureRecord, Verdict } from '../../report/record/record.ts';
import type { Case } from '../cases/schedule.ts';
import { CaseState } from '../case-state.ts';
import type { CaseOptions } from '../drive.ts';
import { CallError } from '../implementation.ts';
import { StepError, type CaseResult, type Observed } from '../outcome.ts';
import { comesBack } from '../restart.ts';
import { violationOf } from './hostile-scripts.ts';
import { RpcTarget, targetActor } from './rpc-target.ts';

const provider = nativeProvider();

interface End {
  readonly status: Observed;
  readonly failure?: FailureRecord;
  readonly verdict?: Verdict;
  readonly vacuous?: string;
  readonly remark?: CaseRecord['remark'];
  readonly notes?: readonly string[];
}

export async function runHostileCase(ofCase: Case, { onStep, deadline }: CaseOptions = {}): Promise<CaseResult> {
  const started = new Date();
  const state = new CaseState(ofCase, deadline);
  const targets: RpcTarget[] = [];
  const end = await ended(violationOf(ofCase.script), state, {
    // What a target sends of its own accord is not what the case is about.
    people: peopleOf(provider, ofCase.suite, { accept: ['unlisted-grease'] }),
    newTarget() {
      const target = new RpcTarget(state);
      targets.push(target);
      return target;
    },
    onAct(act) {
      state.step = acts.indexOf(act);
      onStep?.(state.step);
    },
  });
  for (const target of targets) await target.free();
  return {
    case: ofCase,
    status: end.status,
    ...(end.failure === undefined ? {} : { failure: end.failure }),
    ...(end.verdict === undefined ? {} : { verdict: end.verdict }),
    ...(end.remark === undefined ? {} : { remark: end.remark }),
    vacuous: end.vacuous === undefined ? [] : [end.vacuous],
    unjudged: [],
    notes: end.notes ?? [],
    transcript: state.transcript,
    sights: [],
    judged: { steps: 0, of: 0 },
    started,
    milliseconds: Date.now() - started.getTime(),
  };
}

async function ended(violation: Violation, state: CaseState, options: PlayOptions): Promise<End> {
  try {
    return endOf(await play(violation, options), violation, state);
  } catch (error) {
    if (error instanceof HistoryError) return { status: 'vacuous', vacuous: error.message };
    if (!(error instanceof StepError)) throw error;
    if (error.reason === 'crash' || error.reason === 'timeout') return endOfSilence(error, { violation, state, options });
    return { status: error.status, failure: failureOf(error, state) };
  }
}

function endOf({ finding, refusal, twinRefusal, deviation }: Played, violation: Violation, state: CaseState): End {
  switch (finding) {
    case 'rejected':
      return { status: 'passed' };
    case 'vacuous':
      return { status: 'vacuous', vacuous: `the honest twin is refused as well: ${messageOf(twinRefusal)}` };
    case 'rejected, twin spoilt':
      return { status: 'passed', notes: ['after the violation its honest twin is refused as well, and an unrelated Commit is taken'] };
    case 'rejected, then stuck':
      // A pending join is the interop interface's own; what counts is that the implementation joins again.
      if (violation.stage !== 'member') return { status: 'passed', notes: ['after the refused Welcome the same pending join joins no more'] };
      return { status: 'failed', failure: { ...blame(state), step: acts.indexOf('afterwards'), cause: 'unusable', message: `it refuses ${violation.name}, and after that all that is honest: ${messageOf(refusal)}` } };
    case 'accepted': {
      if (violation.leftOpen !== undefined) return { status: 'passed', remark: 'lenient', notes: [`it takes ${violation.name}; RFC 9420 leaves that open: ${violation.leftOpen}`] };
      const step = acts.indexOf('violation');
      return { status: 'failed', failure: { ...blame(state), step, cause: 'accepted', message: `it takes ${violation.name}` }, verdict: accusation(violation, state, deviation) };
    }
  }
}

interface Silence {
  readonly violation: Violation;
  readonly state: CaseState;
  readonly options: PlayOptions;
}

/** A crash or a hang is the violation's doing only where it was handed over before, and the twin alone does better. */
async function endOfSilence(error: StepError, { violation, state, options }: Silence): Promise<End> {
  const failure = failureOf(error, state);
  const at = acts[failure.step];
  const bringBack = async (): Promise<void> => broughtBack(state);
  if (at !== 'violation' && at !== 'afterwards') {
    await bringBack();
    return { status: 'vacuous', vacuous: `${at === 'honest twin' ? 'the honest twin' : 'what comes before the violation'} gets no answer: ${described(error)}` };
  }
  const twin = async (): Promise<string | undefined> => twinAlone(violation, options);
  if (at === 'violation' && isCutOff(error, state) && (await twin()) === undefined) {
    return { status: 'passed', remark: 'cut off', notes: [`it cuts the call off instead of answering, and goes on: ${described(error)}`] };
  }
  await bringBack();
  const trouble = await twin();
  if (trouble === undefined) return { status: error.status, failure };
  await bringBack();
  return { status: 'vacuous', vacuous: `the honest twin does no better than the violation (${described(error)}): ${trouble}` };
}

/** @returns what went wrong */
async function twinAlone(violation: Violation, options: PlayOptions): Promise<string | undefined> {
  try {
    const refused = await playTwin(violation, options);
    return refused === undefined ? undefined : `refused: ${messageOf(refused.error)}`;
  } catch (error) {
    if (error instanceof HistoryError) return error.message;
    if (error instanceof StepError) return described(error);
    throw error;
  }
}

/** A handler that dies with the call open while its process lives: it took nothing, whosever fault it is. */
function isCutOff({ cause }: StepError, state: CaseState): boolean {
  return cause instanceof CallError && cause.code === status.CANCELLED && state.implementation(targetActor).process?.exited === undefined;
}

/** A process that serves nobody else is started anew, one of somebody else's waited for; where that fails, the next call says so. */
async function broughtBack(state: CaseState): Promise<void> {
  const implementation = state.implementation(targetActor);
  const { process, jobs = 1 } = implementation;
  if (process === undefined) return void (await comesBack(implementation));
  if (jobs > 1 && process.exited === undefined) return;
  await implementation.restart?.().catch(() => undefined);
}

/** That our own engine is wrong is not for our own catalogue to say. */
function accusation({ id, name }: Violation, state: CaseState, deviation = 'it comes to what the forger meant, as far as its answer tells'): Verdict {
  const implementation = state.implementation(targetActor);
  return {
    finding: implementation.ours ? 'contested' : 'culprit',
    culprit: { implementation: implementation.label, actor: targetActor },
    step: acts.indexOf('violation'),
    requirement: id,
    summary: `${implementation.label} takes ${name} (${id}: ${requirements[id][2]})`,
    evidence: ['the same history without the violation is taken', deviation],
    basis: 'rules',
  };
}

const blame = (state: CaseState) => ({ actor: targetActor, implementation: state.implementation(targetActor).label });

const failureOf = (error: StepError, state: CaseState): FailureRecord => ({ ...blame(state), step: state.step, cause: error.reason, message: error.message, ...callOf(error) });

const described = ({ rpc, message }: StepError): string => (rpc === undefined ? message : `${rpc}: ${message}`);

const callOf = ({ rpc, cause }: StepError) => ({ ...(rpc === undefined ? {} : { rpc }), ...(cause instanceof CallError ? { code: status[cause.code] } : {}) });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
