/** node test/fuzz/main.ts TARGET [--seconds N | --runs N] [--seed S] [--corpus FOLDER] [--findings FOLDER]; see README.md beside it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seeded } from '../../src/runner/random.ts';
import { corpusFolder, nameOf, readCorpus, writeCorpus } from './corpus.ts';
import { fuzz, type Progress, type Trouble } from './fuzz.ts';
import { openTarget, targetNames } from './targets.ts';
import { watchdog } from './watchdog.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '60' },
    runs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    corpus: { type: 'string' },
    findings: { type: 'string' },
  },
});

const [name = ''] = positionals;
const most = options.runs === undefined ? Infinity : Number(options.runs);
const seconds = options.runs === undefined ? Number(options.seconds) : Infinity;
if (!targetNames.includes(name) || Number.isNaN(most) || Number.isNaN(seconds)) {
  console.error(`usage: node test/fuzz/main.ts TARGET [--seconds N | --runs N] [--seed S] [--corpus FOLDER] [--findings FOLDER]\nTARGET is one of ${targetNames.join(', ')}`);
  process.exit(2);
}

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
