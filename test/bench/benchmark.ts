/**
 * The benchmark: our engine with both providers and ts-mls, at several group sizes, in one run. Every result is checked
 * with our native engine, outside of the time that is measured.
 */
import { cpus } from 'node:os';
import type { BenchmarkOptions } from '../../src/cli/bench.ts';
import { nativeProvider, portableProvider } from '../../src/index.ts';
import type { Engine, PeerModule } from './engine.ts';
import { primitiveFloor } from './floor.ts';
import { measure, type Measured, type Subject } from './measure.ts';
import { memoryPerGroup } from './memory.ts';
import { contestant, operations, type Contestant, type Operation } from './operations.ts';
import { ourEngine } from './ours.ts';
import { applicationData, makeWorld, type World } from './world.ts';

export interface Results {
  readonly machine: { readonly cpu: string; readonly cpus: number; readonly node: string; readonly openssl: string };
  readonly cipherSuite: number;
  /** In the order of the table's columns. */
  readonly engines: readonly string[];
  readonly rows: readonly Row[];
  readonly sizes: readonly SizeRow[];
}

export interface Row {
  readonly operation: string;
  /** Members of the group; undefined for what does not depend on it. */
  readonly size: number | undefined;
  /** Milliseconds of the public-key operations that the RFC requires. */
  readonly floor: number;
  readonly measured: readonly Measured[];
}

export interface SizeRow {
  readonly what: string;
  readonly size: number;
  /** Bytes by engine. */
  readonly bytes: Readonly<Record<string, number>>;
}

export type Progress = (text: string) => void;

const engineMakers: Readonly<Record<string, (cipherSuite: number) => Promise<Engine>>> = {
  native: async (cipherSuite) => ourEngine(nativeProvider(), cipherSuite),
  portable: async (cipherSuite) => ourEngine(portableProvider(), cipherSuite),
  'ts-mls-1': (cipherSuite) => peerEngine('ts-mls-1', cipherSuite),
  'ts-mls-2': (cipherSuite) => peerEngine('ts-mls-2', cipherSuite),
};

/** peers/ is a package of its own; unless it was installed, its modules cannot be loaded. */
async function peerEngine(name: string, cipherSuite: number): Promise<Engine> {
  const peer = (await import(new URL(`peers/${name}.ts`, import.meta.url).href)) as PeerModule;
  return peer.engine(cipherSuite);
}

export async function runBenchmark({ suite, sizes, engines: names, budget }: BenchmarkOptions, progress: Progress): Promise<Results> {
  const engines = await Promise.all(names.map((name) => engineMakers[name]!(suite)));
  const rows: Row[] = [];
  const sizeRows: SizeRow[] = [];
  for (const size of sizes) {
    progress(`N = ${size}: making the groups`);
    const crypto = nativeProvider();
    const world = await makeWorld(crypto, suite, size);
    const contestants: Contestant[] = [];
    for (const engine of engines) {
      progress(`N = ${size}: ${engine.name} joins`);
      contestants.push(await contestant(engine, world, crypto));
    }
    for (const operation of operations) {
      if (operation.sizeless && size !== sizes[0]) continue;
      rows.push(await measureOperation(operation, contestants, { world, budget, progress }));
    }
    progress(`N = ${size}: memory`);
    sizeRows.push(...(await measureSizes(contestants, world)));
  }
  return { machine: machine(), cipherSuite: suite, engines: engines.map(({ name }) => name), rows, sizes: sizeRows };
}

const floorName = 'primitives';

async function measureOperation(operation: Operation, contestants: readonly Contestant[], of: { readonly world: World; readonly budget: number; readonly progress: Progress }): Promise<Row> {
  const { world, budget, progress } = of;
  const floor = primitiveFloor(world.cipherSuite)(operation.floor(world));
  const subjects: Subject[] = [{ name: floorName, prepare: async () => floor }, ...contestants.map((one) => subject(operation, one))];
  const [floorMeasured, ...measured] = await measure(subjects, budget * 1000, (name, samples) =>
    progress(`N = ${world.size}: ${operation.name}, ${name}, ${samples} samples`),
  );
  return { operation: operation.name, size: operation.sizeless ? undefined : world.size, floor: floorMeasured!.median, measured };
}

function subject(operation: Operation, one: Contestant): Subject {
  let runs = 0;
  let check = async (): Promise<void> => {};
  return {
    name: one.engine.name,
    async prepare() {
      const run = await operation.prepare(one, runs++);
      check = run.check;
      return run.run;
    },
    check: () => check(),
  };
}

async function measureSizes(contestants: readonly Contestant[], world: World): Promise<SizeRow[]> {
  const row = async (what: string, bytes: (one: Contestant) => Promise<number>): Promise<SizeRow> => {
    const byEngine: Record<string, number> = {};
    for (const one of contestants) byEngine[one.engine.name] = await bytes(one);
    return { what, size: world.size, bytes: byEngine };
  };
  return [
    await row('KeyPackage', async ({ newcomer }) => (await newcomer.createKeyPackage()).length),
    await row('Welcome for all others', async ({ creator }) => (await creator.createGroup(world.others)).welcome.length),
    await row('update Commit, cold tree', async ({ cold }) => (await cold.group.update()).length),
    await row('update Commit, warm tree', async ({ warm }) => (await warm.group.update()).length),
    await row('message of 1 KiB', async ({ warm }) => (await warm.group.protect(applicationData)).length),
    await row('stored group, warm tree', async ({ warm }) => warm.group.encodedLength()),
    await row('memory of a joined group, warm tree', async ({ warm }) => Math.round(await memoryPerGroup(warm, world.size > 300 ? 3 : 20))),
  ];
}

const machine = (): Results['machine'] => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cpus: cpus().length,
  node: process.versions.node,
  openssl: process.versions.openssl,
});
