/** The siege: node test/fuzz/mutate-service.ts --help; see README.md beside it. */
import { seconds as duration } from '../../src/cli/participants.ts';
import { wholeNumber } from '../../src/cli/selection.ts';
import { seeded } from '../../src/runner/random.ts';
import { parsed, tool } from '../support/tool.ts';
import { Besieged, type Memory } from './siege/besieged.ts';
import { flatness } from './siege/flatness.ts';
import { Siege } from './siege/siege.ts';
import { Tally } from './siege/tally.ts';

interface SiegeOptions {
  readonly messages: number;
  readonly seconds?: number;
  readonly seed: string;
  readonly groups: number;
}

const { messages, seconds: longest = Infinity, seed, groups } = parsed<SiegeOptions>(
  tool({
    program: 'node test/fuzz/mutate-service.ts',
    description: 'Mutated messages for a service over gRPC, each before a valid one. Exit code 1 when an answer was wrong or memory grew.',
    examples: ['node test/fuzz/mutate-service.ts', 'node test/fuzz/mutate-service.ts --messages 1000000 --seconds 600', 'make siege MESSAGES=1000000'],
  })
    .option('--messages <N>', 'how many mutated messages', wholeNumber, 100_000)
    .option('--seconds <N>', 'how long at most (default: until all are sent)', duration)
    .option('--seed <TEXT>', 'what is drawn', '1')
    .option('--groups <N>', 'groups that live at the same time', wholeNumber, 6),
).options;

/** Suites of the groups that live at the same time: mostly the fastest, its code is the others' too. */
const suites = [1, 1, 3, 1, 2, 1];
/** How often memory is looked at. */
const samples = 20;

const tally = new Tally();
using service = await Besieged.start(tally);
const start = performance.now();
const seconds = (): number => (performance.now() - start) / 1000;
const memory: (Memory & { readonly mutated: number })[] = [];

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
const rate = (): number => Math.round(tally.mutated / seconds());
function show(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${line}\x1b[K`);
}

/** Groups wait here while memory is looked at, so that only what lives on is seen. */
let pausing: Promise<void> | undefined;
let looked = 0;
/** How much of the run is over, from 0 to 1. */
const share = (): number => Math.max(tally.mutated / messages, seconds() / longest);
const goOn = (): boolean => share() < 1 && tally.wrongs.length === 0;

async function look(): Promise<void> {
  const now = { mutated: tally.mutated, ...(await service.memory()) };
  memory.push(now);
  const line = `${now.mutated} mutated messages, ${rate()}/s: heap ${megabytes(now.heap)} MB, RSS ${megabytes(now.rss)} MB, ${now.entries} ids alive`;
  if (process.stdout.isTTY) show('');
  console.log(line);
}

async function besiege(index: number): Promise<void> {
  for (let life = 0; goOn(); life++) {
    const siege = new Siege({
      service,
      tally,
      random: seeded('siege', seed, index, life),
      cipherSuite: suites[index % suites.length]!,
      encryptHandshake: (index + life) % 2 === 0,
    });
    await siege.run(goOn);
    show(`${tally.mutated} of ${messages} mutated messages, ${rate()}/s, ${tally.wrongs.length} wrong`);
    if (share() >= (looked + 1) / samples) {
      looked = Math.floor(share() * samples);
      pausing ??= look().finally(() => (pausing = undefined));
    }
    await pausing;
  }
}

await Promise.all(
  Array.from({ length: groups }, (_, index) =>
    besiege(index).catch((error: unknown) => tally.wrong(`group ${index} could not go on: ${error instanceof Error ? error.message : String(error)}`)),
  ),
);
const took = seconds();
await look();

const counts = (one: ReadonlyMap<string, number>): string => [...one].toSorted(([, a], [, b]) => b - a).map(([key, count]) => `${key} ${count}`).join(', ');
const flat = flatness(memory);
console.log(`${tally.mutated} mutated messages and ${tally.valid} valid calls in ${took.toFixed(0)} s (${Math.round(tally.mutated / took)}/s)`);
console.log(`answers to mutated ones: ${counts(tally.byStatus)}; ${tally.harmless} accepted because the mutation does not matter`);
console.log(`by rpc: ${counts(tally.byRpc)}`);
console.log(`slowest answer: ${Math.round(tally.slowest)} ms; ${tally.starved} took over a second while the machine gave the service less than half a core`);
console.log(flat.text);
for (const wrong of tally.wrongs) console.log(`WRONG: ${wrong}`);
if (!flat.isFlat) console.log('WRONG: memory grew');
process.exitCode = tally.wrongs.length > 0 || !flat.isFlat ? 1 : 0;
