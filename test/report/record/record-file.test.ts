import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readRecord, RecordError, recordReporter } from '../../../src/report/record/record-file.ts';
import type { RecordLine } from '../../../src/report/record/record.ts';
import { Reporters, type Reporter } from '../../../src/report/reporter.ts';
import { replayRecord } from '../../../src/report/record/replay.ts';
import { collected, fixtureLines, missingStatuses, nastyMessage, streamed, textOf } from '../fixture.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mls-interop-record-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const lines = fixtureLines();
const text = textOf(lines);

/** Writes the lines as a run would, event by event. */
async function write(file: string): Promise<void> {
  await replayRecord(streamed(lines), new Reporters([recordReporter(file)], (_, error) => expect.unreachable(String(error))));
}

const fromText = (content: string | Buffer): AsyncIterable<RecordLine> => readRecord(Readable.from([Buffer.from(content)]), { name: 'run.jsonl' });
const complaint = async (content: string | Buffer): Promise<string> => {
  const error: unknown = await collected(fromText(content)).then(() => undefined, (reason: unknown) => reason);
  expect(error).toBeInstanceOf(RecordError);
  return (error as Error).message;
};

test('the fixture has a case of every status', () => {
  expect(missingStatuses()).toEqual([]);
});

test('a record that is written and read has all that it had', async () => {
  const file = join(folder, 'run.jsonl');
  await write(file);
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(await collected(readRecord(file))).toEqual(lines);
});

test('a name that ends in .gz makes the record gzip, and it reads the same', async () => {
  const file = join(folder, 'run.jsonl.gz');
  await write(file);
  expect(gunzipSync(readFileSync(file)).toString()).toBe(text);
  expect(await collected(readRecord(file))).toEqual(lines);
});

test('a gzip file of one piece is read, too', async () => {
  const file = join(folder, 'run.jsonl.gz');
  writeFileSync(file, gzipSync(text));
  expect(await collected(readRecord(file))).toEqual(lines);
});

test('every line is in the file before the next event', () => {
  const file = join(folder, 'run.jsonl');
  const reporter = recordReporter(file) as Required<Reporter>;
  reporter.runStarted(lines[0] as never);
  expect(readFileSync(file, 'utf8')).toBe(textOf(lines.slice(0, 1)));
  reporter.caseStarted('a/b/suite:1', 'a/b');
  expect(readFileSync(file, 'utf8')).toBe(`${textOf(lines.slice(0, 1))}{"type":"started","id":"a/b/suite:1","script":"a/b"}\n`);
});

test.each(['run.jsonl', 'run.jsonl.gz'])('a run that is killed leaves %s readable', async (name) => {
  const file = join(folder, name);
  const modules = new URL('../../../src/report/record/', import.meta.url).href;
  const program = `
    import { recordReporter } from '${modules}record-file.ts';
    import { fixtureRun, fixtureCase } from '${new URL('../fixture.ts', import.meta.url).href}';
    const record = recordReporter(${JSON.stringify(file)});
    record.runStarted(fixtureRun({ cases: 1e9 }));
    for (let i = 0; ; i++) {
      const { id, script, ...rest } = fixtureCase({ script: 'commit/add', alice: 'native', bob: 'mlspp', notes: ['x'.repeat(10_000)] });
      record.caseStarted(id + i, script);
      record.caseFinished({ ...rest, id: id + i, script });
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = once(child, 'exit');
  // Long enough for some cases, whatever the machine has to do besides.
  while (!existsSync(file) || statSync(file).size < 20_000) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGKILL');
  await ended;

  const read = await collected(readRecord(file));
  expect(read[0]!.type).toBe('run');
  expect(read.length).toBeGreaterThan(1);
  read.forEach((line, i) => i > 0 && expect(line.type).toBe(i % 2 === 1 ? 'started' : 'case'));
});

test.each([1, 10, 1_000])('a last line that is cut %i bytes before its end is left out, and that is said', async (cut) => {
  const said: string[] = [];
  const torn = Buffer.from(text).subarray(0, -1 - cut);
  const kept = torn.toString().split('\n').length - 1;
  const read = await collected(readRecord(Readable.from([torn]), { name: 'run.jsonl', onTorn: (message) => said.push(message) }));
  expect(read).toEqual(lines.slice(0, kept));
  expect(said).toEqual([`run.jsonl: line ${kept + 1}, the last, is torn and left out`]);
});

test('a last line that lacks nothing but its line feed counts', async () => {
  expect(await collected(fromText(text.slice(0, -1)))).toEqual(lines);
});

test('a gzip file may be cut anywhere after its first line', async () => {
  const file = join(folder, 'run.jsonl.gz');
  await write(file);
  const whole = readFileSync(file);
  const first = gzipSync(textOf(lines.slice(0, 1))).length;
  for (const length of [first, first + 1, first + 30, Math.floor(whole.length / 2), whole.length - 9, whole.length - 1]) {
    writeFileSync(file, whole.subarray(0, length));
    const read = await collected(readRecord(file));
    expect(read).toEqual(lines.slice(0, read.length));
    expect(read.length).toBeGreaterThanOrEqual(1);
  }
});

const replaced = (index: number, by: string): string => [...text.split('\n').slice(0, index), by, ...text.split('\n').slice(index + 1)].join('\n');

test('a torn line that is not the last is an error that names it', async () => {
  expect(await complaint(replaced(2, '{"type":"case","id":"commit/a'))).toMatch(/^run\.jsonl: line 3: not JSON: /);
});

test.each([
  ['nothing at all', '', 'run.jsonl: empty, not a record'],
  ['another version', text.replace('"version":1', '"version":2'), 'run.jsonl: line 1: version 2 of the format; this program knows version 1'],
  ['no run line', text.split('\n').slice(1).join('\n'), 'run.jsonl: line 1: a record begins with a run line, not with type "started"'],
  ['two runs', text + text, `run.jsonl: line ${lines.length + 1}: a second run begins; one record is of one run`],
  ['something after the end', `${text}${JSON.stringify(lines[1])}\n`, `run.jsonl: line ${lines.length + 1}: comes after the end of the record`],
  ['an unknown type', replaced(1, '{"type":"step"}'), 'run.jsonl: line 2: not a line of a record: type "step"'],
  ['a type that objects inherit', replaced(1, '{"type":"toString"}'), 'run.jsonl: line 2: not a line of a record: type "toString"'],
  ['JSON that is no object', replaced(1, '[1]'), 'run.jsonl: line 2: not a line of a record: no type'],
  ['a line that does not fit', replaced(2, JSON.stringify({ ...lines[2], status: 'fine' })), 'run.jsonl: line 3: does not fit a case line: status: Invalid option'],
  ['a field of the wrong type inside', replaced(2, JSON.stringify({ ...lines[2], judged: { steps: -1, of: 2 } })), 'run.jsonl: line 3: does not fit a case line: judged.steps: Too small'],
  ['a date that is none', text.replace('2026-01-02T03:04:05.678Z', 'yesterday'), 'run.jsonl: line 1: does not fit a run line: started: is not a date and time'],
])('of a record with %s the error names the line', async (_, content, message) => {
  expect((await complaint(content)).startsWith(message), await complaint(content)).toBe(true);
});

test.each([
  ['in one piece', [text]],
  ['in pieces', text.match(/[^]{1,50}/g)!],
])('a line may be as long as maxLineBytes and no longer, when it comes %s', async (_, chunks) => {
  const lengths = text.split('\n').map((line) => Buffer.byteLength(line));
  const longest = Math.max(...lengths);
  const read = (maxLineBytes: number): Promise<RecordLine[]> => collected(readRecord(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), { name: 'run.jsonl', maxLineBytes }));
  expect(await read(longest)).toEqual(lines);
  await expect(read(longest - 1)).rejects.toThrow(new RecordError(`run.jsonl: line ${lengths.indexOf(longest) + 1} is longer than ${longest - 1} bytes, and so no line of a record`));
});

test('of a line without an end, in a small gzip file, no more is read than a line may have', async () => {
  const file = join(folder, 'bomb.jsonl.gz');
  writeFileSync(file, Buffer.concat([gzipSync(textOf(lines.slice(0, 1))), gzipSync(`"${'x'.repeat(10_000_000)}`)]));
  expect(statSync(file).size).toBeLessThan(20_000);
  const read: RecordLine[] = [];
  await expect((async () => {
    for await (const line of readRecord(file, { maxLineBytes: 1_000_000 })) read.push(line);
  })()).rejects.toThrow(new RecordError(`${file}: line 2 is longer than 1000000 bytes, and so no line of a record`));
  expect(read).toEqual(lines.slice(0, 1));
});

test('a record that cannot be opened is an error that names it', async () => {
  const read = (name: string): Promise<unknown> => collected(readRecord(join(folder, name)));
  await expect(read('none.jsonl')).rejects.toThrow(new RecordError(`${join(folder, 'none.jsonl')}: no such file or folder`));
  await expect(read('')).rejects.toThrow('is a folder');
  writeFileSync(join(folder, 'plain.gz'), text);
  await expect(read('plain.gz')).rejects.toThrow(/plain\.gz: not gzip, or damaged/);
});

test('what this version does not know is kept', async () => {
  const more = { ...lines[2], hue: 'blue' };
  expect((await collected(fromText(replaced(2, JSON.stringify(more)))))[2]).toEqual(more);
});

test('a message may hold any character, line separators among them', async () => {
  const note = `${nastyMessage.toWellFormed()}\u2028\u2029\u0085`;
  const odd = replaced(2, JSON.stringify({ ...lines[2], notes: [note] }));
  expect((await collected(fromText(odd)))[2]).toMatchObject({ notes: [note] });
});

test('lines may be split anywhere between chunks', async () => {
  const bytes = Buffer.from(text.replace('no ratchet tree', 'no Bäumchen 🌳'));
  const chunks = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, i) => bytes.subarray(7 * i, 7 * i + 7));
  expect(await collected(readRecord(Readable.from(chunks)))).toEqual(await collected(fromText(bytes)));
});

test('no more of a record is read than is asked for', async () => {
  let made = 0;
  async function* endless(): AsyncGenerator<Buffer> {
    yield Buffer.from(textOf(lines.slice(0, 1)));
    for (;;) {
      made++;
      yield Buffer.from(textOf([lines[2]!]));
    }
  }
  let taken = 0;
  for await (const _ of readRecord(Readable.from(endless(), { highWaterMark: 1 }))) if (++taken === 100) break;
  expect(made).toBeLessThan(150);
});

test.skipIf(!existsSync('/dev/full'))('a full disk ends the record with a clear reason, and the run goes on', async () => {
  const errors: string[] = [];
  const seen: string[] = [];
  const other: Reporter = { name: 'other', caseFinished: ({ id }) => void seen.push(id) };
  const full = join(folder, 'run.jsonl');
  execFileSync('ln', ['-s', '/dev/full', full]);
  await replayRecord(streamed(lines), new Reporters([recordReporter(full), other], ({ name }, error) => errors.push(`${name}: ${(error as Error).message}`)));
  expect(errors).toEqual([`record: ${full}: no space left on the disk; the record ends before its run line`]);
  expect(seen).toHaveLength(11);
});

test('a file that cannot be opened for writing is an error at once', () => {
  expect(() => recordReporter(join(folder, 'no', 'run.jsonl'))).toThrow(/ENOENT/);
});

