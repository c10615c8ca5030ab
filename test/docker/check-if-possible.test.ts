/**
 * docker/check-image-if-possible.sh on machines that lack something: programs of the same names stand for those that it calls, none of which
 * does anything but what a machine is said to.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { projectRoot } from '../support/data.ts';

/** What a program does when its arguments begin with the words behind its name; the first that fits counts, and otherwise it succeeds. */
type Machine = Readonly<Record<string, string>>;

interface Outcome {
  readonly status: number | null;
  readonly output: string;
  /** The calls of programs, by name and arguments. */
  readonly calls: readonly string[];
}

const real = ['sh', 'cat', 'chmod', 'cut', 'date', 'dirname', 'grep', 'id', 'mkdir', 'mktemp', 'rm', 'sed', 'tail', 'tr'];
const standIns = ['apt-get', 'buildah', 'debootstrap', 'make', 'timeout', 'unshare'];

/** Root, with everything that the check needs. */
const capable: Machine = { id: 'echo 0', 'buildah mount': 'echo /tree', make: 'echo SIGTERM: ended with 0' };
const withoutBuildah: Machine = { ...capable, buildah: 'absent' };
const withoutImages: Machine = { ...capable, 'buildah inspect': 'exit 1' };

function check(machine: Machine, seconds = 600): Outcome {
  const folder = mkdtempSync(join(tmpdir(), 'mls-interop-machine-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [bin, calls] = [join(folder, 'bin'), join(folder, 'calls')];
  mkdirSync(bin);
  writeFileSync(calls, '');
  for (const name of real) symlinkSync(pathOf(name), join(bin, name));
  for (const name of standIns) if (machine[name] !== 'absent') writeFileSync(join(bin, name), standIn({ name, machine, calls }), { mode: 0o755 });
  if (machine['id'] !== undefined) {
    rmSync(join(bin, 'id'));
    writeFileSync(join(bin, 'id'), `#!/bin/sh\n${machine['id']}\n`, { mode: 0o755 });
  }
  const { status, stdout, stderr } = spawnSync(join(bin, 'sh'), [join(projectRoot, 'docker/check-image-if-possible.sh'), String(seconds)], { encoding: 'utf8', env: { PATH: bin, TMPDIR: folder } });
  return { status, output: stdout + stderr, calls: readFileSync(calls, 'utf8').trimEnd().split('\n') };
}

const pathOf = (name: string): string => spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();

function standIn({ name, machine, calls }: { readonly name: string; readonly machine: Machine; readonly calls: string }): string {
  const log = `echo "\${LIMIT:-unlimited} ${name} $*" >>'${calls}'`;
  if (name === 'timeout') return `#!/bin/sh\n[ "$1 $2" = '-k 10' ] || exit 125\nexport LIMIT="$3"\nshift 3\nexec "$@"\n`;
  const cases = Object.entries(machine).filter(([key]) => key.split(' ')[0] === name);
  const branches = cases.map(([key, does]) => `${key === name ? '*' : `'${key.slice(name.length + 1)}'*`}) ${does} ;;`);
  return `#!/bin/sh\n${log}\ncase "$*" in\n${branches.join('\n')}\nesac\n`;
}

test('a machine that has everything makes the check, and nothing that could hang is without a limit of its own', () => {
  const { status, output, calls } = check(capable);
  expect([status, output]).toEqual([0, 'SIGTERM: ended with 0\n']);
  expect(calls.filter((call) => call.startsWith('unlimited'))).toEqual([]);
  expect(calls.find((call) => call.endsWith(' make --no-print-directory image-check'))).toMatch(/^(5\d\d|600) /);
});

test('without buildah, it is installed first, each step within its time', () => {
  const { status, output, calls } = check({ ...capable, 'apt-get': `echo '#!/bin/sh' >"$(dirname "$0")/buildah"; chmod +x "$(dirname "$0")/buildah"`, buildah: 'absent' });
  expect(calls.slice(0, 2)).toEqual(['120 apt-get update -q', '300 apt-get install -qy --no-install-recommends buildah debootstrap']);
  // It is there now, and mounts nothing.
  expect([status, output]).toEqual([0, expect.stringMatching(/^image check left out: buildah cannot open an image here/)]);
});

test.each<[string, Machine, string]>([
  ['a user who may not install buildah', { ...withoutBuildah, id: 'echo 1000' }, 'there is no buildah, and only root of a Debian or Ubuntu installs it here'],
  ['a system without apt-get', { ...withoutBuildah, 'apt-get': 'absent' }, 'there is no buildah, and only root of a Debian or Ubuntu installs it here'],
  ['no mirror', { ...withoutBuildah, 'apt-get update': 'echo "E: Could not resolve deb.debian.org"; exit 100' }, 'buildah cannot be installed: E: Could not resolve deb.debian.org'],
  ['a mirror that never answers', { ...withoutBuildah, 'apt-get update': 'exit 124' }, 'buildah cannot be installed: no answer'],
  ['no such package', { ...withoutBuildah, 'apt-get install': 'echo "E: Unable to locate package buildah"; exit 100' }, 'buildah cannot be installed: E: Unable to locate package buildah'],
  ['no registry of images and no debootstrap', { ...withoutImages, 'buildah pull': 'exit 125', debootstrap: 'echo "E: Failed getting release file"; exit 1' }, 'docker.io/library/debian:trixie-slim can neither be pulled nor made: E: Failed getting release file'],
  ['a build that reaches no npm', { ...capable, 'buildah bud': 'echo "npm error code SELF_SIGNED_CERT_IN_CHAIN"; echo "Error: exit status 1"; exit 1' }, 'a build gets no package from npm here: npm error code SELF_SIGNED_CERT_IN_CHAIN'],
  ['a build that hangs', { ...capable, 'buildah bud': 'exit 124' }, 'a build gets no package from npm here: no answer'],
  ['storage that mounts nothing', { ...capable, 'buildah mount': 'echo "Error: cannot mount using driver vfs in rootless mode"; exit 125' }, 'buildah cannot open an image here: Error: cannot mount using driver vfs in rootless mode'],
  ['no namespaces', { ...capable, unshare: 'echo "unshare: unshare failed: Operation not permitted"; exit 1' }, 'the tree of an image cannot be entered here: unshare: unshare failed: Operation not permitted'],
  ['a full disk', { ...capable, make: 'echo "write /build/x: no space left on device"; exit 2' }, 'write /build/x: no space left on device'],
  ['a registry that stops to answer', { ...capable, make: 'echo "npm error code ECONNRESET"; exit 2' }, 'npm error code ECONNRESET'],
  ['too little time for the check', { ...capable, make: 'exit 124' }, 'it did not end within the time it has'],
  ['a check that had to be killed', { ...capable, make: 'exit 137' }, 'it did not end within the time it has'],
])('%s: it is left out, and says why in one line', (_, machine, why) => {
  const { status, output, calls } = check(machine);
  expect(output.trimEnd().split('\n').at(-1)).toBe(`image check left out: ${why}`);
  expect(status).toBe(0);
  const opened = calls.some((call) => call.includes(' buildah bud '));
  expect(calls.filter((call) => /buildah rmi? mls-interop-probe-\d+$/.test(call))).toHaveLength(opened ? 2 : 0);
});

test.each([[89, '8[89] s'], [0, '0 s'], [-40, '0 s']])('with %d s left nothing is begun', (seconds, left) => {
  const { status, output, calls } = check(capable, seconds);
  expect([status, output]).toEqual([0, expect.stringMatching(new RegExp(`^image check left out: ${left} are left for it, and it takes at least 90\n$`))]);
  expect(calls).toEqual(['']);
});

test.each(['image-check: after SIGTERM serve ended with 1', 'src/cli/main.ts(1,1): error TS2304', 'npm error code EUSAGE'])('a check that fails with "%s" fails', (said) => {
  const { status, output } = check({ ...capable, make: `echo '${said}'; exit 2` });
  expect([status, output]).toEqual([2, `${said}\n`]);
});
