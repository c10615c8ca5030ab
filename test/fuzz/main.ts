/** The fuzzer: node test/fuzz/main.ts --help; see README.md beside it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument } from 'commander';
import { seconds as duration } from '../../src/cli/participants.ts';
import { wholeNumber } from '../../src/cli/selection.ts';
import { seeded } from '../../src/runner/random.ts';
import { parsed, tool } from '../support/tool.ts';
import { corpusFolder, nameOf, readCorpus, writeCorpus } from './corpus.ts';
import { fuzz, type Progress, type Trouble } from './fuzz.ts';
import { openTarget, targetNames } from './targets.ts';
import { watchdog } from './watchdog.ts';

interface FuzzOptions {
  readonly seconds: number;
  readonly runs?: number;
  readonly seed: string;
  readonly corpus?: string;
  readonly findings?: string;
}

const { options, args } = parsed<FuzzOptions>(
  tool({
    program: 'node test/fuzz/main.ts',
    description: 'Coverage-guided fuzzing of one target. Writes its corpus anew. Exit code 1 when it found something.',
    examples: ['node test/fuzz/main.ts decode', 'node test/fuzz/main.ts receive --runs 10000 --seed 2', "make fuzz TARGETS='decode rpc' SECONDS=600"],
  })
    .addArgument(new Argument('<TARGET>', 'what is tried').choices(targetNames))
    .option('--seconds <N>', 'how long', duration, 60)
    .option('--runs <N>', 'how many inputs, however long that takes', wholeNumber)
    .option('--seed <TEXT>', 'what is drawn', '1')
    .option('--corpus <FOLDER>', 'where its inputs are kept (default: test/fuzz/corpus/TARGET)')
    .option('--findings <FOLDER>', 'where inputs go that broke a rule (default: out/fuzz/TARGET)'),
);
const name = args[0]!;
const most = options.runs ?? Infinity;
const seconds = options.runs === undefined ? options.seconds : Infinity;

const folder = options.corpus ?? corpusFolder(name);
const findings = options.findings ?? join('out', 'fuzz', name);

function save({ input, report }: Trouble): void {
  mkdirSync(findings, { recursive: true });
  const file = join(findings, nameOf(input));
  writeFileSync(file, input);
  writeFileSync(`${file}.txt`, `${report}\n`);
  console.error(`\nfinding: ${file} (${input.length} bytes)\n${report}`);
}

const start = process.hrtime.bigint();
const elapsed = (): number => Number(process.hrtime.bigint() - start) / 1e9;
const line = ({ runs, blocks, kept, troubles, verdicts }: Progress): string =>
  `${name}: ${runs} runs (${Math.round(runs / elapsed())}/s), ${blocks} blocks, ${kept} inputs kept, ` +
  `${verdicts.accepted} accepted, ${verdicts.refused} refused, ${verdicts.skipped} skipped, ${troubles} findings`;

let shown = 0;
function show(progress: Progress): void {
  if (!process.stderr.isTTY || elapsed() - shown < 1) return;
  shown = elapsed();
  process.stderr.write(`\r${line(progress)}\x1b[K`);
}

// The engine cuts long work into slices by this clock: which blocks an input reaches must not depend on it.
performance.now = () => 0;
await using watching = watchdog(findings);
const target = await openTarget(name);
const fuzzed = await fuzz(target, {
  random: seeded('fuzz', name, options.seed),
  corpus: readCorpus(folder),
  goOn(progress) {
    show(progress);
    return progress.runs < most && elapsed() < seconds;
  },
  onTrouble: save,
  onRun: watching.watch,
});
writeCorpus(folder, fuzzed.corpus);
if (process.stderr.isTTY) process.stderr.write('\n');
console.log(`${line(fuzzed)}; corpus of ${fuzzed.corpus.length} inputs, ${fuzzed.corpus.reduce((sum, { length }) => sum + length, 0)} bytes`);
process.exitCode = fuzzed.troubles > 0 ? 1 : 0;
