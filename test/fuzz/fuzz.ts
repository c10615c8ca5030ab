/** The loop: mutate an input, run it, keep it when it reached code that none before it did. */
import { createHash } from 'node:crypto';
import { byteKey } from '../../src/mls/bytes.ts';
import type { Random } from '../../src/runner/random.ts';
import { BlockCoverage } from './coverage.ts';
import { mutatedBytes } from './mutate-bytes.ts';
import { shrunk } from './shrink.ts';
import type { Outcome, Target, Verdict } from './target.ts';

/** How much processor time an input may take, in milliseconds; past it, it counts as a hang. */
const longestRun = 1000;

/** Looking at the coverage takes some milliseconds, so that many inputs are tried between two looks. */
const batchSize = 256;

export interface Trouble {
  readonly input: Uint8Array;
  /** The stack, or how long it took. */
  readonly report: string;
  /** Equal for what is likely the same fault. */
  readonly fault: string;
}

export interface Progress {
  readonly runs: number;
  readonly blocks: number;
  readonly kept: number;
  readonly troubles: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
}

export interface FuzzOptions {
  readonly random: Random;
  /** Inputs kept from earlier runs. */
  readonly corpus: readonly Uint8Array[];
  /** Whether to go on, asked before each batch. */
  readonly goOn: (progress: Progress) => boolean;
  /** Told of each fault once, its input made as small as could be. */
  readonly onTrouble: (trouble: Trouble) => void;
  /** Told of each input before it runs, for a watchdog. */
  readonly onRun?: (input: Uint8Array) => void;
}

export interface Fuzzed extends Progress {
  /** Inputs that together with the seeds reach all that was reached, short ones first. */
  readonly corpus: readonly Uint8Array[];
}

export const isTrouble = (outcome: Outcome | Trouble): outcome is Trouble => 'fault' in outcome;

/** What is wrong with an input, or how it fared. */
export async function tried(target: Target, input: Uint8Array): Promise<Outcome | Trouble> {
  const start = process.cpuUsage();
  try {
    const outcome = await target.run(input);
    const { user, system } = process.cpuUsage(start);
    const milliseconds = (user + system) / 1000;
    if (milliseconds <= longestRun) return outcome;
    return { input, fault: 'slow', report: `took ${Math.round(milliseconds)} ms of processor time, at most ${longestRun} are allowed` };
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const places = stack.split('\n').filter((line) => /\/(src|test)\//.test(line)).slice(0, 3);
    return { input, fault: createHash('sha256').update(places.join()).digest('hex').slice(0, 12), report: stack };
  }
}

export async function fuzz(unwatched: Target, options: FuzzOptions): Promise<Fuzzed> {
  const target: Target = {
    ...unwatched,
    run(input) {
      options.onRun?.(input);
      return unwatched.run(input);
    },
  };
  using coverage = new BlockCoverage(target.covers);
  const run = new FuzzRun(target, options, coverage);
  for (const input of [...target.seeds, ...options.corpus]) await run.learn(input);
  while (options.goOn(run.progress)) await run.batch();
  return { ...run.progress, corpus: await minimised(target, run.pool) };
}

class FuzzRun {
  readonly pool: Uint8Array[] = [];
  readonly #target: Target;
  readonly #options: FuzzOptions;
  readonly #coverage: BlockCoverage;
  readonly #seen = new Set<string>();
  readonly #faults = new Set<string>();
  readonly #features = new Set<string>();
  readonly #verdicts: Record<Verdict, number> = { accepted: 0, refused: 0, skipped: 0 };
  #runs = 0;

  constructor(target: Target, options: FuzzOptions, coverage: BlockCoverage) {
    this.#target = target;
    this.#options = options;
    this.#coverage = coverage;
  }

  get progress(): Progress {
    return { runs: this.#runs, blocks: this.#coverage.blocks, kept: this.pool.length, troubles: this.#faults.size, verdicts: this.#verdicts };
  }

  /** Tries one input and keeps it if something ran for the first time. */
  async learn(input: Uint8Array): Promise<void> {
    const key = byteKey(input);
    if (this.#seen.has(key)) return;
    this.#coverage.skip();
    const feature = await this.#run(input);
    const isSpecial = feature !== undefined && !this.#features.has(feature);
    if (this.#coverage.learn() === 0 && !isSpecial) return;
    if (feature !== undefined) this.#features.add(feature);
    this.#seen.add(key);
    this.pool.push(input);
  }

  async batch(): Promise<void> {
    const inputs = Array.from({ length: batchSize }, () => this.#next());
    this.#coverage.skip();
    const special: Uint8Array[] = [];
    for (const input of inputs) {
      const feature = await this.#run(input);
      if (feature !== undefined && !this.#features.has(feature)) special.push(input);
    }
    if (this.#coverage.peek()) await this.#findNew(inputs);
    for (const input of special) await this.learn(input);
  }

  /** Learns those of the inputs that reach something new, by halves: most do not. */
  async #findNew(inputs: readonly Uint8Array[]): Promise<void> {
    if (inputs.length === 1) return this.learn(inputs[0]!);
    const middle = Math.ceil(inputs.length / 2);
    for (const half of [inputs.slice(0, middle), inputs.slice(middle)]) {
      this.#coverage.skip();
      for (const input of half) await this.#run(input);
      if (this.#coverage.peek()) await this.#findNew(half);
    }
  }

  #next(): Uint8Array {
    const { random } = this.#options;
    // What was found last is the least explored.
    const from = random.below(2) === 0 ? this.pool : this.pool.slice(-Math.ceil(this.pool.length / 4));
    const [input, other] = [random.pick(from), random.pick(this.pool)];
    if (random.below(4) > 0) {
      try {
        const restructured = this.#target.restructured?.(input, { random, other });
        if (restructured !== undefined) return restructured;
      } catch {
        // What was put together does not encode.
      }
    }
    return mutatedBytes(input, { random, other });
  }

  /** @returns what was special about the run */
  async #run(input: Uint8Array): Promise<string | undefined> {
    this.#runs++;
    const outcome = await tried(this.#target, input);
    if (!isTrouble(outcome)) {
      this.#verdicts[outcome.verdict]++;
      return outcome.feature;
    }
    if (!this.#faults.has(outcome.fault)) await this.#report(outcome);
    return undefined;
  }

  async #report(trouble: Trouble): Promise<void> {
    this.#faults.add(trouble.fault);
    const isSame = async (input: Uint8Array): Promise<boolean> => {
      const outcome = await tried(this.#target, input);
      return isTrouble(outcome) && outcome.fault === trouble.fault;
    };
    this.#options.onTrouble({ ...trouble, input: await shrunk(trouble.input, isSame) });
  }
}

/** What is kept with the project. */
const mostCorpusBytes = 48 * 1024;
const mostCorpusInputs = 96;

/**
 * Those of the inputs that add something to the seeds, which need not be kept, when the shortest are run first. When they are
 * too many, those go that reached no new code.
 */
async function minimised(target: Target, inputs: readonly Uint8Array[]): Promise<Uint8Array[]> {
  using coverage = new BlockCoverage(target.covers);
  const features = new Set<string>();
  const [reaching, special]: [Uint8Array[], Uint8Array[]] = [[], []];
  for (const input of [...target.seeds, ...inputs.toSorted((a, b) => a.length - b.length)]) {
    coverage.skip();
    const outcome = await tried(target, input);
    const pieces = coverage.learn();
    if (isTrouble(outcome) || (pieces === 0 && features.has(outcome.feature))) continue;
    features.add(outcome.feature);
    if (!target.seeds.includes(input)) (pieces > 0 ? reaching : special).push(input);
  }
  let left = mostCorpusBytes;
  return [...reaching, ...special].slice(0, mostCorpusInputs).filter(({ length }) => (left -= length) >= 0);
}
