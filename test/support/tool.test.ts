/** The tools say how they are used, and what is wrong with a command line. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from './data.ts';

const run = (program: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(projectRoot, program), ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
};

describe.each([
  ['test/bench/soak.ts', [], '--seconds', 'soon', 'It is not a number of seconds up to 86400.'],
  ['test/bench/event-loop.ts', [], '--members', '4', 'It is less than 5.'],
  ['test/fuzz/main.ts', ['decode'], '--runs', '0', 'It is not a whole number of at least 1.'],
  ['test/fuzz/mutate-service.ts', [], '--messages', 'many', 'It is not a whole number of at least 1.'],
] as const)('%s', (program, args, option, value, message) => {
  test('--help says how it is used, with examples', () => {
    expect(run(program, '--help')).toEqual({
      status: 0,
      stdout: expect.stringMatching(new RegExp(`^Usage: node ${program} [^]*${option}[^]*Examples:\n  \\$ node ${program}`)) as string,
      stderr: '',
    });
  });

  test('an option that is wrong or unknown ends it with 2 and is named', () => {
    expect(run(program, ...args, option, value)).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(new RegExp(`^error: option '${option} <\\w+>' argument '${value}' is invalid\\. ${message}\n\\(try --help\\)\n$`)) as string,
    });
    expect(run(program, ...args, '--nothing')).toEqual({ status: 2, stdout: '', stderr: "error: unknown option '--nothing'\n(try --help)\n" });
  });
});
