/** Runs one hostile case: whether an implementation takes what breaks a rule, and whether it is still usable when it did not. */
import { status } from '@grpc/grpc-js';
import { acts, HistoryError, play, type Played } from '../../hostile/play.ts';
import { peopleOf } from '../../hostile/people.ts';
import type { Violation } from '../../hostile/violation.ts';
import { nativeProvider } from '../../mls/crypto/native/provider.ts';
import { requirements } from '../../mls/requirements.ts';
import type { FailureRecord, Verdict } from '../../report/record/record.ts';
import type { Case } from '../cases/schedule.ts';
import { CaseState } from '../case-state.ts';
import type { CaseOptions } from '../drive.ts';
import { CallError } from '../implementation.ts';
import { StepError, type CaseResult, type Observed } from '../outcome.ts';
import { violationOf } from './hostile-scripts.ts';
import { RpcTarget, targetActor } from './rpc-target.ts';

const provider = nativeProvider();

interface End {
  readonly status: Observed;
  readonly failure?: FailureRecord;
  readonly verdict?: Verdict;
  readonly vacuous?: string;
  readonly note?: string;
}

export async function runHostileCase(ofCase: Case, { onStep, deadline }: CaseOptions = {}): Promise<CaseResult> {
  const started = new Date();
  const state = new CaseState(ofCase, deadline);
  const targets: RpcTarget[] = [];
  const newTarget = (): RpcTarget => {
    const target = new RpcTarget(state);
    targets.push(target);
    return target;
  };
  const violation = violationOf(ofCase.script);
  const end = await ended(violation, state, async () =>
    play(violation, {
      // What a target sends of its own accord is not what the case is about.
      people: peopleOf(provider, ofCase.suite, { accept: ['unlisted-grease'] }),
      newTarget,
      onAct: (act) => {
        state.step = acts.indexOf(act);
        onStep?.(state.step);
      },
    }),
  );
  for (const target of targets) await target.free();
  return {
    case: ofCase,
    status: end.status,
    ...(end.failure === undefined ? {} : { failure: end.failure }),
    ...(end.verdict === undefined ? {} : { verdict: end.verdict }),
    vacuous: end.vacuous === undefined ? [] : [end.vacuous],
    unjudged: [],
    notes: end.note === undefined ? [] : [end.note],
    transcript: state.transcript,
    sights: [],
    judged: { steps: 0, of: 0 },
    started,
    milliseconds: Date.now() - started.getTime(),
  };
}

async function ended(violation: Violation, state: CaseState, perform: () => Promise<Played>): Promise<End> {
  try {
    return endOf(await perform(), violation, state);
  } catch (error) {
    if (error instanceof HistoryError) return { status: 'vacuous', vacuous: error.message };
    if (!(error instanceof StepError)) throw error;
    return { status: error.status, failure: { ...blame(state), step: state.step, cause: error.reason, message: error.message, ...callOf(error) } };
  }
}

function endOf({ finding, refusal, twinRefusal }: Played, violation: Violation, state: CaseState): End {
  switch (finding) {
    case 'rejected':
      return { status: 'passed' };
    case 'vacuous':
      return { status: 'vacuous', vacuous: `the honest twin is refused as well: ${messageOf(twinRefusal)}` };
    case 'rejected, then stuck':
      // A pending join is the interop interface's own; what counts is that the implementation joins again.
      if (violation.stage !== 'member') return { status: 'passed', note: 'after the refused Welcome the same pending join joins no more' };
      return { status: 'failed', failure: { ...blame(state), step: acts.indexOf('afterwards'), cause: 'unusable', message: `it refuses ${violation.name}, and after that the honest twin as well: ${messageOf(refusal)}` } };
    case 'accepted': {
      const step = acts.indexOf('violation');
      return { status: 'failed', failure: { ...blame(state), step, cause: 'accepted', message: `it takes ${violation.name}` }, verdict: accusation(violation, state) };
    }
  }
}

/** That our own engine is wrong is not for our own catalogue to say. */
function accusation({ id, name }: Violation, state: CaseState): Verdict {
  const implementation = state.implementation(targetActor);
  return {
    finding: implementation.ours ? 'contested' : 'culprit',
    culprit: { implementation: implementation.label, actor: targetActor },
    step: acts.indexOf('violation'),
    requirement: id,
    summary: `${implementation.label} takes ${name} (${id}: ${requirements[id][2]})`,
    evidence: ['the same history without the violation is taken', 'all that the message says beside is well signed, tagged and encrypted'],
    basis: 'rules',
  };
}

const blame = (state: CaseState) => ({ actor: targetActor, implementation: state.implementation(targetActor).label });

const callOf = ({ rpc, cause }: StepError) => ({ ...(rpc === undefined ? {} : { rpc }), ...(cause instanceof CallError ? { code: status[cause.code] } : {}) });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
