/** What becomes of random histories that failed: the smallest one that fails in the same way, as an ordinary script file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kindOf } from '../report/summary/kinds.ts';
import type { CaseRecord } from '../report/record/record.ts';
import type { Reporter } from '../report/reporter.ts';
import { caseRecord } from '../runner/case-record.ts';
import { runCase, type CaseOptions } from '../runner/drive.ts';
import { scriptFile } from '../runner/evolve/evolutions.ts';
import { shrink } from '../runner/evolve/shrink.ts';
import type { Case } from '../runner/cases/schedule.ts';
import { beforeCase, restartAfter } from '../runner/restart.ts';

/** Kinds of failure that are shrunk; each takes up to some hundred runs. */
const mostShrunk = 3;

/** Keeps one failed history of every kind of failure. */
export class FailedHistories {
  readonly #byKind = new Map<string, CaseRecord>();

  readonly reporter: Reporter = {
    name: 'shrinking',
    caseFinished: ({ calls: _, sights: __, ...result }) => {
      if (result.status !== 'failed' || !result.script.startsWith('evolve/')) return;
      const kind = kindOf(result);
      if (!this.#byKind.has(kind)) this.#byKind.set(kind, result);
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
  readonly running: CaseOptions;
  readonly say: (line: string) => void;
}

/** @throws Error of the file system */
export async function shrinkHistories(failed: readonly CaseRecord[], { cases, folder, attempts, running, say }: ShrinkingOptions): Promise<void> {
  for (const [index, record] of failed.slice(0, mostShrunk).entries()) {
    const found = cases.find(({ id }) => id === record.id)!;
    const wanted = sameFailure(record);
    const shrunk = await shrink(
      found.script,
      async (script) => {
        const actors = new Map(script.actors.map((actor) => [actor, found.actors.get(actor)!]));
        const candidate = { ...found, script, actors };
        const before = beforeCase(candidate);
        const result = await runCase(candidate, running);
        await restartAfter(before, result);
        return sameFailure(caseRecord(result, { withCalls: false, keepSecrets: false })) === wanted;
      },
      { attempts },
    );
    // Two kinds of failure may come from one history.
    const name = `${shrunk.script.name}-${index + 1}`.replace(/[^\w.-]+/g, '-');
    const file = join(folder, `${name}.json`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, scriptFile([shrunk.script]));
    const to = `${found.script.steps.length} to ${shrunk.script.steps.length} steps${shrunk.minimal ? '' : ', not yet minimal'}`;
    say(`shrunk: ${record.id}\n  ${to} in ${shrunk.attempts} attempts: ${file}`);
  }
  if (failed.length > mostShrunk) say(`${failed.length - mostShrunk} more kinds of failed histories are not shrunk`);
}

/** What a smaller history must have in common with the first: who fails at which call, and which rule was broken. */
function sameFailure({ failure, verdict }: CaseRecord): string {
  return JSON.stringify([failure?.cause, failure?.rpc, failure?.code, failure?.implementation, verdict?.finding, verdict?.culprit?.implementation, verdict?.requirement]);
}
