/** Joins the records of shards into the record that one run would have left, but for the verdicts that only all cases together revise. */
import { readRecord, readRun, RecordError } from './record-file.ts';
import type { EndRecord, RecordLine, RunRecord, Status } from './record.ts';
import { Tally } from './tally.ts';

export interface MergeOptions {
  /** Take what there is: shards may be missing or stopped. */
  readonly partial?: boolean;
  /** Told what was tolerated. */
  readonly warn?: (message: string) => void;
}

/**
 * The lines of all shards as those of one record, shard by shard, whatever the order of `files`. Nothing but ids is kept.
 * @throws RecordError when they are not shards of one run; while the lines are read also for a case that two shards have
 */
export async function mergeRecords(files: readonly string[], options: MergeOptions = {}): Promise<AsyncIterable<RecordLine>> {
  const shards: Shard[] = [];
  for (const file of files) shards.push({ file, run: await readRun(file) });
  const [first] = shards;
  if (first === undefined) throw new RecordError('no shards to merge');
  for (const shard of shards) {
    if (shard.run.shard === undefined) throw new RecordError(`${shard.file}: is not the record of a shard but of a whole run`);
    const difference = differenceOf(first.run, shard.run);
    if (difference !== undefined) throw new RecordError(`${first.file} and ${shard.file} are not of one run: ${difference}`);
  }
  shards.sort((a, b) => a.run.shard!.index - b.run.shard!.index);
  const missing = missingShards(shards);
  if (missing.length > 0) {
    const count = first.run.shard!.count;
    const message = `of ${count} shards, ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`;
    if (options.partial !== true) throw new RecordError(`${message} (--partial merges the others)`);
    options.warn?.(message);
  }
  return merged(shards, { ...options, incomplete: missing.length > 0 });
}

interface Shard {
  readonly file: string;
  readonly run: RunRecord;
}

/** @throws RecordError for a shard that is there twice */
function missingShards(shards: readonly Shard[]): number[] {
  const present = new Map<number, string>();
  for (const { file, run } of shards) {
    const { index } = run.shard!;
    if (present.has(index)) throw new RecordError(`${present.get(index)} and ${file} are both shard ${index}`);
    present.set(index, file);
  }
  return Array.from({ length: shards[0]!.run.shard!.count }, (_, i) => i + 1).filter((index) => !present.has(index));
}

/** The first way in which two runs are not one, as words; where they ran and when does not matter. */
function differenceOf(one: RunRecord, other: RunRecord): string | undefined {
  const differs = (what: string, a: unknown, b: unknown): string | undefined => (stable(a) === stable(b) ? undefined : `${what}: ${stable(a)} and ${stable(b)}`);
  return (
    differs('number of shards', one.shard?.count, other.shard?.count) ??
    differs('seed', one.seed, other.seed) ??
    differs('version of the tool', `${one.tool.name} ${one.tool.version}`, `${other.tool.name} ${other.tool.version}`) ??
    firstDifference('option', keyed(Object.entries(one.options)), keyed(Object.entries(other.options))) ??
    firstDifference('script', keyed(one.scripts.map(({ id, digest }) => [id, digest])), keyed(other.scripts.map(({ id, digest }) => [id, digest]))) ??
    firstDifference('implementation', implementations(one), implementations(other))
  );
}

const keyed = (entries: readonly (readonly [string, unknown])[]): ReadonlyMap<string, unknown> => new Map(entries);

/** Some name the port that they listen on, which is another in each shard. */
const withoutPort = (name: string): string => name.replace(/\bport \d+\b/, 'port');

const implementations = (run: RunRecord): ReadonlyMap<string, unknown> =>
  keyed(run.implementations.map(({ label, name, suites, version, features, ours }) => [label, { name: withoutPort(name), ours, version: version ?? null, suites: [...suites].sort((a, b) => a - b), features: [...features].sort() }]));

function firstDifference(what: string, one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>): string | undefined {
  for (const key of new Set([...one.keys(), ...other.keys()])) {
    if (!one.has(key) || !other.has(key)) return `only one has ${what} ${key}`;
    const [a, b] = [stable(one.get(key)), stable(other.get(key))];
    if (a !== b) return `${what} ${key}: ${a} and ${b}`;
  }
  return undefined;
}

/** JSON that does not depend on the order of keys. */
const stable = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  ) ?? 'none';

async function* merged(shards: readonly Shard[], { incomplete, partial, warn }: MergeOptions & { readonly incomplete: boolean }): AsyncGenerator<RecordLine, void, undefined> {
  yield mergedRun(shards.map(({ run }) => run));
  const tally = new Tally();
  const seen = new Map<string, string>();
  let interrupted = incomplete;
  let milliseconds = 0;
  let revised: EndRecord['revised'];
  let restated: EndRecord['restated'];
  for (const { file } of shards) {
    // Of the cases that the end of the shard may restate.
    const statusOf = new Map<string, Status>();
    let ended = false;
    for await (const line of readRecord(file, { onTorn: (message) => warn?.(message) })) {
      if (line.type === 'end') {
        ended = line.interrupted !== true;
        // Shards run side by side.
        milliseconds = Math.max(milliseconds, line.milliseconds);
        if (line.revised !== undefined) revised = { ...revised, ...line.revised };
        if (line.restated !== undefined) restated = { ...restated, ...line.restated };
        for (const [id, { status }] of Object.entries(line.restated ?? {})) if (statusOf.has(id)) tally.restate(statusOf.get(id)!, status);
      } else if (line.type === 'case') {
        const other = seen.get(line.id);
        if (other !== undefined) throw new RecordError(other === file ? `${file} has case ${line.id} twice` : `${other} and ${file} both have case ${line.id}`);
        seen.set(line.id, file);
        tally.add(line);
        if (line.verdict !== undefined) statusOf.set(line.id, line.status);
        yield line;
      } else if (line.type === 'started') yield line;
    }
    if (ended) continue;
    const message = `${file}: this shard was stopped before its end`;
    if (partial !== true) throw new RecordError(`${message} (--partial merges what there is)`);
    warn?.(message);
    interrupted = true;
  }
  yield { ...tally.end(milliseconds, interrupted), ...(revised === undefined ? {} : { revised }), ...(restated === undefined ? {} : { restated }) };
}

function mergedRun(runs: readonly RunRecord[]): RunRecord {
  const { shard: _, ...run } = runs[0]!;
  return {
    ...run,
    started: runs.map(({ started }) => started).sort()[0]!,
    cases: runs.reduce((sum, { cases }) => sum + cases, 0),
    coverage: [...new Set(runs.flatMap(({ coverage }) => coverage))],
  };
}
