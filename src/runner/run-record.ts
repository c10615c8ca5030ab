/** The first line of a run's record. */
import { readFileSync } from 'node:fs';
import type { RunRecord } from '../report/record/record.ts';
import { implementationRecord, scriptRecord } from './case-record.ts';
import type { Implementation } from './implementation.ts';
import type { Case } from './cases/schedule.ts';
import type { Script } from './script.ts';

export interface RunFacts {
  readonly scripts: readonly Script[];
  readonly implementations: readonly Implementation[];
  readonly cases: readonly Case[];
  readonly seed: string;
  readonly options?: RunRecord['options'];
  readonly shard?: RunRecord['shard'];
  readonly replay?: string;
  readonly coverage?: readonly string[];
}

export function runRecord({ scripts, implementations, cases, seed, options = {}, shard, replay, coverage = [] }: RunFacts): RunRecord {
  return {
    type: 'run',
    version: 1,
    tool: { ...toolVersion(), node: process.version, platform: `${process.platform} ${process.arch}` },
    started: new Date().toISOString(),
    seed,
    options,
    scripts: scripts.map(scriptRecord),
    implementations: implementations.map(implementationRecord),
    cases: cases.length,
    ...(shard === undefined ? {} : { shard }),
    ...(replay === undefined ? {} : { replay }),
    coverage,
  };
}

/** From package.json, which is two steps up from src/runner and from dist/runner. */
function toolVersion(): { readonly name: string; readonly version: string } {
  const { name, version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly name: string; readonly version: string };
  return { name, version };
}
