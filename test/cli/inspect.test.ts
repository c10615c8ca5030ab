/** `mls-interop inspect`: what it reads, prints and how it exits. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { WriteStream } from 'node:tty';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommandError } from '../../src/cli/command-error.ts';
import { inspectCommand, inspectInput, type InspectFlags } from '../../src/cli/inspect.ts';
import { fromHex } from '../../src/mls/bytes.ts';
import { ownJson } from '../report/inspect/support.ts';

const [sample] = ownJson('messages').slice(1);
const welcomeHex: string = sample.mls_welcome;
const welcome = fromHex(welcomeHex);

let folder: string;
let printed: string;
let noted: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inspect-'));
  printed = '';
  noted = '';
});
afterEach(() => rmSync(folder, { recursive: true }));

const stdout = (more: object = {}) =>
  Object.assign(
    new Writable({
      write(chunk, _, done) {
        printed += String(chunk);
        done();
      },
    }),
    more,
  );
const run = (input: string, flags: InspectFlags = {}, { stdin = Readable.from([]), out = stdout() }: { stdin?: NodeJS.ReadableStream & { isTTY?: boolean }; out?: ReturnType<typeof stdout> } = {}) =>
  inspectInput(input, flags, { stdin, stdout: out, stderr: new Writable({ write: (chunk, _, done) => (void (noted += String(chunk)), done()) }) });
const written = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe('the input', () => {
  it.each([
    ['the text itself', () => welcomeHex],
    ['a binary file', () => written('welcome.bin', welcome)],
    ['a file of hexadecimal text', () => written('welcome.hex', `0x${welcomeHex}\n`)],
    ['a file of base64 in lines', () => written('welcome.pem', `-----BEGIN X-----\n${Buffer.from(welcome).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END X-----\n`)],
    ['base64url text', () => Buffer.from(welcome).toString('base64url')],
  ])('may be %s', async (_, input) => {
    expect(await run(input())).toBe(0);
    expect(printed).toMatch(/^MLSMessage, \d+ octets, well-formed\nWelcome for 1 new member/);
  });

  it('is standard input when none is named', async () => {
    expect(await run('-', {}, { stdin: Readable.from([welcome.subarray(0, 7), welcome.subarray(7)]) })).toBe(0);
    expect(printed).toContain('encrypted_group_info: opaque<V>');
  });

  it.each<[string, () => string, InspectFlags, string]>([
    ['is no file and no text', () => 'welcome.bin', {}, "no file welcome.bin, and as text: neither hexadecimal nor base64: '.' at place 8"],
    ['is no file', () => 'welcome', { from: 'raw' }, 'there is no file welcome'],
    ['is a folder', () => folder, {}, 'cannot read ' + tmpdir()],
    ['is a folder, in words', () => folder, {}, ': is a folder'],
    ['is a file of JSON', () => written('a.json', '{}'), {}, 'a.json: looks like JSON: give one value out of it'],
    ['is an empty file', () => written('a.bin', ''), {}, 'a.bin: there are no octets'],
    ['is nothing', () => '', {}, 'INPUT is empty: name a file, or give hexadecimal or base64 text'],
    ['is an empty text of a file', () => written('a.txt', ' \n'), {}, 'a.txt: there are no octets'],
    ['is an empty stream', () => '-', {}, 'standard input: there are no octets'],
    ['is long and wrong', () => '0'.repeat(9999), {}, `no file ${'0'.repeat(40)}..., and as text: 9999 hexadecimal digits: one is missing`],
  ])('that %s is wrong usage', async (_, input, flags, message) => {
    const error = await run(input(), flags).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CommandError);
    expect((error as CommandError).exitCode).toBe(2);
    expect((error as CommandError).message).toContain(message);
    expect(printed).toBe('');
  });

  it.each([
    ['a word that may be a file that is not there', 'zzzz', {}, 'note: there is no file zzzz; read as base64 text\n'],
    ['a long one', 'ab'.repeat(40), {}, `note: there is no file ${'ab'.repeat(20)}...; read as hex text\n`],
    ['a word of which is said what it is', 'zzzz', { from: 'base64' } as const, ''],
  ])('that is %s is taken as text, and the note is %j', async (_, input, flags, note) => {
    expect(await run(input, flags)).toBe(1);
    expect(noted).toBe(note);
  });

  it('that makes sense needs no note', async () => {
    expect(await run(Buffer.from(welcome).toString('base64'))).toBe(0);
    expect(noted).toBe('');
  });

  it('is not waited for at a terminal', async () => {
    await expect(run('-', {}, { stdin: Object.assign(Readable.from([]), { isTTY: true }) })).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('no INPUT') });
  });
});

describe('the view', () => {
  it('of malformed input says what is wrong, and the exit code is 1', async () => {
    expect(await run(`${welcomeHex}00`)).toBe(1);
    expect(printed).toContain(`malformed at octet ${welcome.length}: 1 bytes after the end\n  field   MLSMessage\n  rule    R-2.1-02`);
  });

  it('has colours at a terminal that has them, and none elsewhere', async () => {
    await run(welcomeHex);
    expect(printed).not.toContain('\u001b');
    printed = '';
    for (const name of ['NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS', 'CI']) vi.stubEnv(name, undefined);
    vi.stubEnv('TERM', 'xterm-256color');
    const { getColorDepth } = WriteStream.prototype;
    const terminal = () => stdout({ isTTY: true, columns: 100, getColorDepth });
    await run(welcomeHex, {}, { out: terminal() });
    expect(printed).toContain('\u001b[36mWelcome\u001b[39m');
    printed = '';
    vi.stubEnv('NO_COLOR', '1');
    await run(welcomeHex, {}, { out: terminal() });
    vi.unstubAllEnvs();
    expect(printed).not.toContain('\u001b');
  });

  it('is as deep and as wide as asked', async () => {
    await run(welcomeHex, { depth: 1 });
    expect(printed.trim().split('\n')).toHaveLength(8);
    expect(printed).toContain('welcome: Welcome = …');
    printed = '';
    await run(welcomeHex, { width: 200 });
    expect(printed).toContain(sample.mls_welcome.slice(18, 82));
  });
});

describe('--json', () => {
  it('prints the fields with their offsets', async () => {
    expect(await run(welcomeHex, { json: true })).toBe(0);
    const inspection = JSON.parse(printed);
    expect(inspection).toMatchObject({ version: 1, encoding: 'hex', type: 'MLSMessage', chosen: 'fits', alsoFits: [], octets: welcome.length, wellFormed: true, faults: [] });
    expect(inspection.tree).toMatchObject({ name: 'MLSMessage', start: 0, end: welcome.length });
    expect(inspection.tree.children[1]).toEqual({ name: 'wire_format', type: 'WireFormat', start: 2, end: 4, value: 3, label: 'mls_welcome' });
  });

  it('has the faults of malformed input', async () => {
    expect(await run(welcomeHex.slice(0, 6), { json: true, depth: 0 })).toBe(1);
    const { faults, tree, wellFormed } = JSON.parse(printed);
    expect(wellFormed).toBe(false);
    expect(faults).toEqual([{ path: 'MLSMessage.wire_format', start: 2, offset: 2, reason: 'needs 2 bytes, 1 are left', requirement: 'R-2.1-04', rule: expect.any(String) }]);
    expect(tree).toEqual({ name: 'MLSMessage', type: 'MLSMessage', start: 0, end: 3 });
  });
});

describe('arguments', () => {
  const parsed = (...args: string[]) => {
    const command = inspectCommand().exitOverride().configureOutput({ writeErr: () => undefined, writeOut: (text) => (printed += text) });
    let flags: InspectFlags | undefined;
    command.action((_: string, given: InspectFlags) => void (flags = given));
    command.parse(args, { from: 'user' });
    return flags;
  };

  it('name a type in any case, proposal types in either base', () => {
    expect(parsed('00', '--as', 'ratchet-tree', '--custom-proposal', '0xf001', '--custom-proposal', '9')).toEqual({ as: 'RatchetTree', customProposal: [0xf001, 9] });
    expect(parsed('00', '--as', 'key_package', '--depth', '2', '--full')).toEqual({ as: 'KeyPackage', depth: 2, full: true });
  });

  it.each([[['--as', 'Nothing']], [['--depth', 'x']], [['--depth', '-1']], [['--width', '1.5']], [['--from', 'octal']], [['--custom-proposal', '70000']], [['--custom-proposal', '']], [['a', 'b']]])('%j is wrong usage', (args) => {
    expect(() => parsed(...args)).toThrow(expect.objectContaining({ name: 'CommanderError' }));
  });

  it('--help shows examples, the types and the exit codes', () => {
    expect(() => parsed('--help')).toThrow();
    for (const text of ['Examples:', '--as RatchetTree', 'GroupSecrets', 'Exit status: 0 well-formed, 1 malformed, 2']) expect(printed).toContain(text);
  });
});
