/**
 * What becomes of random histories that failed: the smallest one that fails in the same way, as an ordinary script file; and where a
 * member failed to take in a Welcome or a Commit, as a passive-client vector that ends with that message.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearLine, cursorTo } from 'node:readline';
import { failedJoiner } from '../report/passive-joiners.ts';
import { writeVectorFile } from '../report/passive-vectors.ts';
import { oneBelowTheOther, printable } from '../report/printable.ts';
import { kindOf } from '../report/summary/kinds.ts';
import type { CaseRecord } from '../report/record/record.ts';
import { asRevised } from '../report/record/replay.ts';
import type { Reporter } from '../report/reporter.ts';
import { caseRecord } from '../runner/case-record.ts';
import { runCase, type CaseOptions } from '../runner/drive.ts';
import { scriptFile } from '../runner/evolve/evolutions.ts';
import { shrink } from '../runner/evolve/shrink.ts';
import type { CaseResult } from '../runner/outcome.ts';
import type { Case } from '../runner/cases/schedule.ts';
import { beforeCase, restartAfter } from '../runner/restart.ts';
import type { Script } from '../runner/script.ts';
import { passiveVectorCheck } from './passive-vector-check.ts';
import type { Terminal } from './reports.ts';

/** Kinds of failure that are shrunk; each takes up to some hundred runs. */
const mostShrunk = 3;

/** Keeps the histories that failed, to have one of every kind of failure when the run has ended. */
export class FailedHistories {
  readonly #seen: CaseRecord[] = [];
  readonly #byKind = new Map<string, CaseRecord>();

  readonly reporter: Reporter = {
    name: 'shrinking',
    caseFinished: ({ calls: _, sights: __, ...result }) => {
      if (result.script.startsWith('evolve/') && (result.status === 'failed' || result.verdict !== undefined)) this.#seen.push(result);
    },
    runFinished: (end) => {
      for (const result of this.#seen) {
        const revised = asRevised(result, end);
        const kind = kindOf(revised);
        // A candidate is judged by itself, so what it is held against is the verdict of the case by itself.
        if (revised.status === 'failed' && !this.#byKind.has(kind)) this.#byKind.set(kind, result);
      }
    },
  };

  get all(): readonly CaseRecord[] {
    return [...this.#byKind.values()];
  }
}

export interface ShrinkingOptions {
  readonly cases: readonly Case[];
  readonly folder: string;
  readonly attempts: number;
  /** Whether vectors may be written: they are private keys. */
  readonly keepSecrets: boolean;
  readonly running: CaseOptions;
  /** Aborted to be content with what is found so far. */
  readonly stop?: AbortSignal;
  readonly terminal: Terminal;
}

/** @throws Error of the file system */
export async function shrinkHistories(failed: readonly CaseRecord[], options: ShrinkingOptions): Promise<void> {
  const { cases, folder, stop, terminal } = options;
  const say = (line: string): void => void terminal.stdout.write(printable(`${oneBelowTheOther(line)}\n`));
  for (const [index, record] of failed.slice(0, mostShrunk).entries()) {
    if (stop?.aborted) return;
    const found = cases.find(({ id }) => id === record.id)!;
    const { script, attempts, minimal, result } = await smallest(found, record, options);
    // Two kinds of failure may come from one history.
    const name = `${script.name}-${index + 1}`.replace(/[^\w.-]+/g, '-');
    const file = join(folder, `${name}.json`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, scriptFile([script]));
    say(`shrunk: ${record.id}`);
    say(`  ${found.script.steps.length} to ${script.steps.length} steps${minimal ? '' : ', not yet minimal'} in ${attempts} attempts: ${file}`);
    if (options.keepSecrets) say(`  ${await asVector(result, join(folder, 'vectors', `${name}.json`))}`);
  }
  if (failed.length > mostShrunk) say(`${failed.length - mostShrunk} more kinds of failed histories are not shrunk`);
}

interface Smallest {
  readonly script: Script;
  readonly attempts: number;
  readonly minimal: boolean;
  /** How it failed. */
  readonly result: CaseResult;
}

async function smallest(found: Case, record: CaseRecord, { attempts: most, running, stop, terminal: { stderr } }: ShrinkingOptions): Promise<Smallest> {
  const wanted = sameFailure(record);
  let last: CaseResult | undefined;
  const failsAlike = async (script: Script): Promise<boolean> => {
    const result = await played(found, script, running);
    const fails = sameFailure(caseRecord(result, { withCalls: false, keepSecrets: false })) === wanted;
    if (fails) last = result;
    return fails;
  };
  const onProgress = (steps: number, attempts: number): void => {
    clearLine(stderr, 0);
    cursorTo(stderr, 0);
    stderr.write(printable(`shrinking ${found.script.id}: ${steps} of ${found.script.steps.length} steps, attempt ${attempts} of at most ${most}`));
  };
  const shrunk = await shrink(found.script, failsAlike, { attempts: most, ...(stop === undefined ? {} : { stop }), ...(stderr.isTTY ? { onProgress } : {}) });
  if (stderr.isTTY) {
    clearLine(stderr, 0);
    cursorTo(stderr, 0);
  }
  return { ...shrunk, result: last ?? (await played(found, shrunk.script, running)) };
}

async function played(found: Case, script: Script, running: CaseOptions): Promise<CaseResult> {
  const actors = new Map(script.actors.map((actor) => [actor, found.actors.get(actor)!]));
  const candidate = { ...found, script, actors };
  const before = beforeCase(candidate);
  const result = await runCase(candidate, running);
  await restartAfter(before, result);
  return result;
}

/** Writes the vector if there is one that is right, and says what became of it. */
async function asVector(result: CaseResult, file: string): Promise<string> {
  const { vector, reason } = failedJoiner(caseRecord(result, { withCalls: true, keepSecrets: true }));
  if (vector === undefined) return `not as a passive-client vector: ${reason}`;
  const refusal = await passiveVectorCheck().refuse(vector);
  const { actor } = result.failure!;
  // Where our own engine is at fault, a vector is of use that it does not follow.
  if (refusal !== undefined && result.case.actors.get(actor!)?.ours !== true) return `not as a passive-client vector: ${refusal}`;
  writeVectorFile(file, [vector]);
  return `as a passive-client vector, ${refusal ?? `which our engine follows and ${result.failure!.implementation} does not`}: ${file}`;
}

/** What a smaller history must have in common with the first: who fails at which call, and which rule was broken. */
function sameFailure({ failure, verdict }: CaseRecord): string {
  return JSON.stringify([failure?.cause, failure?.rpc, failure?.code, failure?.implementation, verdict?.finding, verdict?.culprit?.implementation, verdict?.requirement]);
}
