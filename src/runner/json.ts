/**
 * Writes results in the format of the mlswg runner, which other tools read: a list of cases for every script. Beyond that
 * each case has our `id`, `status` and what was seen, and a failed call its `status` and `message`.
 *
 * Cases end in any order and their transcripts fill hundreds of megabytes, so they wait in a file beside the result until
 * all have ended.
 */
import { closeSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { status } from '@grpc/grpc-js';
import type { Call, CaseResult } from './outcome.ts';
import type { Plan, Reporter } from './reporter.ts';

/** Of which cases the calls are written. */
export type Transcripts = 'all' | 'failed' | 'none';

/** @throws Error of the file system, when the result file cannot be written */
export function jsonReporter(file: string, transcripts: Transcripts): Reporter {
  const waiting = openSync(`${file}.part`, 'w+');
  const entries = new Map<string, { readonly offset: number; readonly length: number }[]>();
  let names: (result: CaseResult) => string;
  let end = 0;

  return {
    name: 'json',
    runStarted(plan) {
      names = scriptNames(plan);
    },
    caseFinished(result) {
      const withCalls = transcripts === 'all' || (transcripts === 'failed' && result.status !== 'passed');
      const text = Buffer.from(JSON.stringify(caseRecord(result, withCalls)));
      writeSync(waiting, text, 0, text.length, end);
      const name = names(result);
      if (!entries.has(name)) entries.set(name, []);
      entries.get(name)!.push({ offset: end, length: text.length });
      end += text.length;
    },
    runFinished() {
      const out = openSync(`${file}.tmp`, 'w');
      writeSync(out, '{"scripts":{');
      [...entries].forEach(([name, places], i) => {
        writeSync(out, `${i === 0 ? '' : ','}\n${JSON.stringify(name)}:[`);
        places.forEach(({ offset, length }, j) => {
          const text = Buffer.alloc(length);
          readSync(waiting, text, 0, length, offset);
          writeSync(out, `${j === 0 ? '' : ','}\n`);
          writeSync(out, text);
        });
        writeSync(out, ']');
      });
      writeSync(out, '}}\n');
      closeSync(out);
      closeSync(waiting);
      rmSync(`${file}.part`);
      renameSync(`${file}.tmp`, file);
    },
  };
}

/** As upstream, the script's own name; with more than one file also the file's, since scripts of two files may share a name. */
function scriptNames({ scripts }: Plan): (result: CaseResult) => string {
  const files = new Set(scripts.map(({ file }) => file));
  return ({ case: { script } }) => (files.size > 1 ? script.id : script.name);
}

/** One case as the mlswg runner writes it. */
export function caseRecord(result: CaseResult, withCalls: boolean): object {
  const { case: ofCase, failure } = result;
  const calls = result.transcript.filter(({ rpc, error }) => rpc !== 'Free' || (error !== undefined && failure?.rpc === 'Free'));
  return {
    cipher_suite: ofCase.suite,
    actors: Object.fromEntries([...ofCase.actors].map(([actor, { name }]) => [actor, name])),
    encrypt_flag: ofCase.encryptHandshake,
    ...(withCalls ? { transcript: calls.map(callRecord) } : {}),
    ...(failure === undefined ? {} : { error: failure.message, failed_step: failure.step, failed_step_json: ofCase.script.sources[failure.step] ?? '' }),
    id: ofCase.id,
    status: result.status,
    ...(result.vacuous.length > 0 ? { vacuous: result.vacuous } : {}),
    ...(result.unjudged.length > 0 ? { unjudged: result.unjudged } : {}),
    ...(result.notes.length > 0 ? { notes: result.notes } : {}),
  };
}

function callRecord({ actor, rpc, request, response, error }: Call): object {
  const answer = error === undefined ? { response: fields(response!) } : { response: null, status: status[error.code], message: error.message };
  return { actor, rpc, request: fields(request), ...answer };
}

/** A protobuf message as Go prints it: snake_case names, bytes in base64, zero values left out. */
function fields(message: object): object {
  const set = Object.entries(message).filter(([, value]) => !isZero(value));
  return Object.fromEntries(set.map(([key, value]) => [key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), plain(value)]));
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'object' && value !== null ? fields(value) : value;
}

const isZero = (value: unknown): boolean =>
  value === undefined || value === 0 || value === 0n || value === false || value === '' || ((value instanceof Uint8Array || Array.isArray(value)) && value.length === 0);
