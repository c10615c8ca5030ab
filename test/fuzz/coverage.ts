/** Which blocks of the code have run, by V8's precise coverage: what tells the fuzzer that an input did something new. */
import { Session, type Profiler } from 'node:inspector';

/** What ran in one function since the last look. */
interface Run {
  readonly key: string;
  readonly ranges: readonly Profiler.CoverageRange[];
}

/** One at a time: V8 counts for the whole process. */
export class BlockCoverage implements Disposable {
  readonly #session = new Session();
  readonly #covers: RegExp;
  /** Of each function a byte for each character, 1 where it has run. A nested function has its own, so that its parent's say nothing of it. */
  readonly #covered = new Map<string, Uint8Array>();
  /** What functions ran before in just the same way. */
  readonly #known = new Set<string>();
  #blocks = 0;

  /** @param covers URLs of the scripts that count */
  constructor(covers: RegExp) {
    this.#covers = covers;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    this.#take();
  }

  /** Pieces of code that have run so far. */
  get blocks(): number {
    return this.#blocks;
  }

  /** Whether anything new ran since the last look; what did is forgotten again, so that the input can be found that made it run. */
  peek(): boolean {
    return this.#take().some((run) => this.#newPieces(run) > 0);
  }

  /** How many pieces of code ran since the last look for the first time; they are known from now on. */
  learn(): number {
    const pieces = this.#take().reduce((sum, run) => sum + this.#newPieces(run, true), 0);
    this.#blocks += pieces;
    return pieces;
  }

  /** Forgets what ran since the last look. */
  skip(): void {
    this.#take();
  }

  [Symbol.dispose](): void {
    this.#session.post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }

  /** Of the functions that ran since the last look. */
  #take(): Run[] {
    let scripts: readonly Profiler.ScriptCoverage[] = [];
    // In the same thread the answer comes before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error) throw error;
      scripts = answer.result;
    });
    return scripts
      .filter(({ url }) => this.#covers.test(url))
      .flatMap(({ url, functions }) => functions.map(({ ranges }) => ({ key: `${url}:${ranges[0]!.startOffset}-${ranges[0]!.endOffset}`, ranges })));
  }

  #newPieces({ key, ranges }: Run, remember = false): number {
    const shape = `${key} ${ranges.map(({ startOffset, endOffset, count }) => `${startOffset}-${endOffset}${count > 0 ? '+' : '-'}`).join(' ')}`;
    if (this.#known.has(shape)) return 0;
    const [{ startOffset, endOffset }] = ranges as [Profiler.CoverageRange];
    const ran = new Uint8Array(endOffset - startOffset);
    // From the outermost to the innermost.
    for (const range of ranges) ran.fill(range.count > 0 ? 1 : 0, range.startOffset - startOffset, range.endOffset - startOffset);
    const before = this.#covered.get(key) ?? new Uint8Array(ran.length);
    let pieces = 0;
    for (let i = 0; i < ran.length; i++) if (ran[i]! > before[i]! && (i === 0 || ran[i - 1]! <= before[i - 1]!)) pieces++;
    if (remember) {
      this.#known.add(shape);
      this.#covered.set(key, before.map((byte, i) => byte | ran[i]!));
    }
    return pieces;
  }
}
