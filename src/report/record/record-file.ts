/**
 * The record on disk: JSON lines, each written whole before the run goes on, so that a run that is killed loses at most the
 * line that it was writing. A name that ends in `.gz` makes it gzip, with a member of its own for every line.
 */
import { closeSync, createReadStream, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip, gzipSync } from 'node:zlib';
import { reasonOf } from '../file-errors.ts';
import { recordLine } from './record-schema.ts';
import type { RecordLine } from './record.ts';
import type { Reporter } from '../reporter.ts';

/** A record that cannot be read or is none; the message names file and line. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
}

/**
 * Writes every event as it comes. A write that fails (a full disk) leaves the lines before it, and throws.
 * @throws Error of the file system, when the file cannot be opened
 */
export function recordReporter(file: string): Reporter {
  const record = openSync(file, 'w');
  const compress = isGzip(file) ? (text: Buffer): Buffer => gzipSync(text) : (text: Buffer): Buffer => text;
  let end = 0;

  const write = (line: RecordLine): void => {
    const bytes = compress(Buffer.from(`${JSON.stringify(line)}\n`));
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(record, bytes, written, bytes.length - written, end + written);
      end += bytes.length;
    } catch (error) {
      if (fstatSync(record).isFile()) ftruncateSync(record, end);
      closeSync(record);
      throw new Error(`${file}: ${reasonOf(error)}; the record ends before ${nameOf(line)}`, { cause: error });
    }
  };
  return {
    name: 'record',
    runStarted: write,
    caseStarted: (id, script) => write({ type: 'started', id, script }),
    caseFinished: write,
    runFinished(line) {
      write(line);
      closeSync(record);
    },
  };
}

export interface ReadOptions {
  /** What messages call a record that comes as a stream. */
  readonly name?: string;
  /** Told once when the last line is torn, as a run that was killed leaves it. That line is left out. */
  readonly onTorn?: (message: string) => void;
  /** Of one line, without its line feed. Default: 256 MiB. */
  readonly maxLineBytes?: number;
}

/**
 * A line is in memory as bytes, as text and as values while it is parsed, and a small gzip file can hold an endless one. Cases of the
 * working group's scripts take up to 0.2 MB; V8's longest text is twice as long as this.
 */
const defaultMaxLineBytes = 256 * 1024 * 1024;

/**
 * Gives the lines of a record one after the other and keeps none of them. The first is a `run`; an `end` comes last or not at all.
 * @throws RecordError for a file that cannot be read, and for the first line that is not one of a record or longer than `maxLineBytes`
 */
export async function* readRecord(source: string | Readable, options: ReadOptions = {}): AsyncGenerator<RecordLine, void, undefined> {
  const name = options.name ?? (typeof source === 'string' ? source : 'record');
  const order = lineOrder();
  let number = 0;
  let torn: string | undefined;
  for await (const { bytes, complete } of linesOf(chunksOf(source, name), { name, maxLineBytes: options.maxLineBytes ?? defaultMaxLineBytes })) {
    number++;
    try {
      yield order(parse(bytes));
    } catch (error) {
      // What throws may also be whoever takes the lines.
      if (!(error instanceof BadLine)) throw error;
      if (complete || number === 1) throw new RecordError(`${name}: line ${number}: ${error.message}`, { cause: error });
      torn = `${name}: line ${number}, the last, is torn and left out`;
    }
  }
  if (number === 0) throw new RecordError(`${name}: empty, not a record`);
  if (torn !== undefined) options.onTorn?.(torn);
}

/** The first line of a record. @throws RecordError */
export async function readRun(file: string): Promise<Extract<RecordLine, { readonly type: 'run' }>> {
  for await (const line of readRecord(file)) if (line.type === 'run') return line;
  throw new RecordError(`${file}: empty, not a record`);
}

const isGzip = (file: string): boolean => file.endsWith('.gz');
const nameOf = (line: RecordLine): string => ('id' in line ? `case ${line.id}` : `its ${line.type} line`);

class BadLine extends Error {}

function parse(bytes: Buffer): RecordLine {
  try {
    return recordLine(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw new BadLine(error instanceof SyntaxError ? `not JSON: ${error.message}` : (error as Error).message);
  }
}

/** Lets lines pass that come in an order that a run writes. */
function lineOrder(): (line: RecordLine) => RecordLine {
  let last: RecordLine['type'] | undefined;
  return (line) => {
    if (last === undefined && line.type !== 'run') throw new BadLine(`a record begins with a run line, not with type "${line.type}"`);
    if (last !== undefined && line.type === 'run') throw new BadLine('a second run begins; one record is of one run');
    if (last === 'end') throw new BadLine('comes after the end of the record');
    last = line.type;
    return line;
  };
}

/** The bytes of a record. A gzip file that breaks off ends here as if it were whole: its last line is torn then. */
async function* chunksOf(source: string | Readable, name: string): AsyncGenerator<Buffer, void, undefined> {
  const input = typeof source === 'string' ? createReadStream(source) : source;
  const stream = isGzip(name) ? pipeline(input, createGunzip(), () => {}) : input;
  try {
    yield* stream as AsyncIterable<Buffer>;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') return;
    throw new RecordError(`${name}: ${code?.startsWith('Z_') === true ? `not gzip, or damaged (${(error as Error).message})` : reasonOf(error)}`, { cause: error });
  }
}

interface Line {
  readonly bytes: Buffer;
  /** Whether it ended with a line feed. */
  readonly complete: boolean;
}

const lineFeed = 0x0a;

/**
 * Unlike node:readline, splits at line feeds only: JSON may hold U+2028 as it is.
 * @throws RecordError for a line of more than `maxLineBytes`, as soon as there are so many of it
 */
async function* linesOf(chunks: AsyncIterable<Buffer>, { name, maxLineBytes }: { readonly name: string; readonly maxLineBytes: number }): AsyncGenerator<Line, void, undefined> {
  let number = 1;
  let begun: Buffer[] = [];
  let length = 0;
  const add = (part: Buffer): void => {
    length += part.length;
    if (length > maxLineBytes) throw new RecordError(`${name}: line ${number} is longer than ${maxLineBytes} bytes, and so no line of a record`);
    begun.push(part);
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      add(chunk.subarray(start, end));
      yield { bytes: Buffer.concat(begun), complete: true };
      begun = [];
      length = 0;
      number++;
      start = end + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (begun.length > 0) yield { bytes: Buffer.concat(begun), complete: false };
}
