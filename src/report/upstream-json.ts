/**
 * Writes results in the format of the mlswg runner, which other tools read: a list of cases for every script. Beyond that
 * each case has our `id`, `status`, the verdict and what was seen, and a failed call its `status` and `message`.
 *
 * Cases end in any order and their transcripts fill hundreds of megabytes, so they wait in a file beside the result until
 * all have ended.
 */
import { readSync, writeFileSync } from 'node:fs';
import { openPart } from './part-file.ts';
import type { CallRecord, CaseRecord, RunRecord } from './record/record.ts';
import type { Reporter } from './reporter.ts';

/** Of which cases the calls are written. */
export type Transcripts = 'all' | 'failed' | 'none';

/** @throws Error of the file system, when the result file cannot be written */
export function upstreamReporter(file: string, transcripts: Transcripts): Reporter {
  const { fd: out, finish } = openPart(file);
  const { fd: waiting, discard } = openPart(`${file}.cases`);
  const entries = new Map<string, { readonly offset: number; readonly length: number }[]>();
  let run: RunRecord;
  let names: (id: string) => string;
  let end = 0;

  return {
    name: 'json',
    runStarted(started) {
      run = started;
      names = scriptNames(started);
    },
    caseFinished(result) {
      const withCalls = transcripts === 'all' || (transcripts === 'failed' && result.status !== 'passed');
      const text = Buffer.from(JSON.stringify(upstreamCase(result, run, withCalls)));
      writeFileSync(waiting, text);
      const name = names(result.script);
      if (!entries.has(name)) entries.set(name, []);
      entries.get(name)!.push({ offset: end, length: text.length });
      end += text.length;
    },
    runFinished() {
      writeFileSync(out, '{"scripts":{');
      [...entries].forEach(([name, places], i) => {
        writeFileSync(out, `${i === 0 ? '' : ','}\n${JSON.stringify(name)}:[`);
        places.forEach(({ offset, length }, j) => {
          const text = Buffer.alloc(length);
          readSync(waiting, text, 0, length, offset);
          writeFileSync(out, `${j === 0 ? '' : ','}\n`);
          writeFileSync(out, text);
        });
        writeFileSync(out, ']');
      });
      writeFileSync(out, '}}\n');
      finish();
      discard();
    },
  };
}

/** As upstream, the script's own name; with more than one file also the file's, since scripts of two files may share a name. */
function scriptNames({ scripts }: RunRecord): (id: string) => string {
  const files = new Set(scripts.map(({ file }) => file));
  return (id) => (files.size > 1 ? id : id.slice(id.indexOf('/') + 1));
}

/** One case as the mlswg runner writes it. */
function upstreamCase(result: CaseRecord, run: RunRecord, withCalls: boolean): object {
  const { failure } = result;
  const nameOf = (label: string): string => run.implementations.find((implementation) => implementation.label === label)?.name ?? label;
  const steps = run.scripts.find(({ id }) => id === result.script)?.steps ?? [];
  const failedStep = failure === undefined ? undefined : steps[failure.step];
  return {
    cipher_suite: result.suite,
    actors: Object.fromEntries(Object.entries(result.actors).map(([actor, label]) => [actor, nameOf(label)])),
    encrypt_flag: result.wire === 'private',
    ...(withCalls && result.calls !== undefined ? { transcript: result.calls.filter(isOfSteps).map(upstreamCall) } : {}),
    ...(failure === undefined ? {} : { error: failure.message, failed_step: failure.step, failed_step_json: failedStep === undefined ? '' : JSON.stringify(failedStep) }),
    id: result.id,
    status: result.status,
    ...(result.verdict === undefined ? {} : { verdict: result.verdict }),
    ...(result.vacuous.length > 0 ? { vacuous: result.vacuous } : {}),
    ...(result.unjudged.length > 0 ? { unjudged: result.unjudged } : {}),
    ...(result.notes.length > 0 ? { notes: result.notes } : {}),
  };
}

/** That runner frees states, too, and does not write so. */
const isOfSteps = ({ rpc, error }: CallRecord): boolean => rpc !== 'Free' || error !== undefined;

function upstreamCall({ actor, rpc, request, response, error }: CallRecord): object {
  const answer = error === undefined ? { response: withoutSecrets(response ?? {}) } : { response: null, status: error.code, message: error.message };
  return { actor, rpc, request: withoutSecrets(request), ...answer };
}

/** What is kept secret is left out, as a field without a value is: what stands for it is no base64. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  const shown = Object.entries(value).filter(([, field]) => field !== '[secret]');
  return Object.fromEntries(shown.map(([key, field]) => [key, withoutSecrets(field)]));
}
