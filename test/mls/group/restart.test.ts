/** Members that are killed and start again from what they stored (R-6.3.1-05). */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createClient, type Group } from '../../../src/index.ts';
import { openPolicy } from '../../../src/hostile/open-policy.ts';
import { hex } from '../../../src/mls/bytes.ts';
import { openSenderDataOf } from '../../support/sender-data.ts';
import { history, provider } from '../../support/people.ts';
import { killAll, printed, startProcess } from '../../service/support/process.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mls-interop-restart-'));
  file = join(folder, 'group');
});
afterEach(() => {
  killAll();
  rmSync(folder, { recursive: true });
});
const member = fileURLToPath(new URL('../../support/stored-member.ts', import.meta.url));

/** Kills a member as soon as it has printed so many lines, whatever it is doing then; gives all messages that it sent. */
async function killedAfter(lines: number, ...steps: string[]): Promise<Uint8Array[]> {
  const running = startProcess([process.execPath, member, file, ...steps]);
  await printed(running, lines);
  running.child.kill('SIGKILL');
  expect(await running.end).toBe('SIGKILL');
  const whole = running.output.stdout.split('\n').slice(0, -1);
  return whole.filter((line) => line !== 'torn').map((line) => Uint8Array.from(Buffer.from(line, 'hex')));
}

it('R-6.3.1-05: a member in processes that are killed at any time uses no key twice, and the others read all it sends', async () => {
  const { groups: [first, bob] } = await history(['alice', 'bob'], { handshakeAs: 'private' });
  let alice: Group = first!;
  writeFileSync(file, bob!.encode({ reserve: 8 }));
  const used: string[] = [];
  const hear = async (message: Uint8Array): Promise<void> => {
    const { generation } = openSenderDataOf(alice, message);
    const { epoch } = alice;
    const received = await alice.receive(message);
    used.push(`${received.kind} of epoch ${epoch}, generation ${generation}`);
    if (received.kind === 'commit') alice = received.group;
  };

  const runs: [number, ...string[]][] = [[3, 'send:3'], [0], [8, 'send:8'], [1, 'tear'], [1, 'send:on'], [20, 'send:on'], [3, 'commit', 'send:2'], [2, 'commit', 'tear'], [30, 'send:on'], [1, 'send:1']];
  let commits = 0;
  for (const [lines, ...steps] of runs) {
    for (const message of await killedAfter(lines, ...steps)) await hear(message);
    commits += steps.filter((step) => step === 'commit').length;
  }

  expect(new Set(used).size).toBe(used.length);
  expect(used.length).toBeGreaterThanOrEqual(3 + 8 + 1 + 20 + 3 + 1 + 30 + 1);
  expect(alice.epoch).toBe(first!.epoch + BigInt(commits));
  // The one that was thought dead and is not goes on with what it had reserved, beside all that came after it.
  for (let i = 0; i < 2; i++) {
    const late = await bob!.send(Uint8Array.of(i));
    expect(used).not.toContain(`application of epoch ${bob!.epoch}, generation ${openSenderDataOf(first!, late).generation}`);
    expect((await alice.receive(late)).kind).toBe('application');
  }
});

it('a process that was killed while it stored leaves the group that it had stored before, and what is torn is no group', async () => {
  const { groups: [, bob] } = await history(['alice', 'bob']);
  writeFileSync(file, bob!.encode({ reserve: 8 }));
  await killedAfter(1, 'tear');
  const restore = async (stored: string): Promise<Group> => (await createClient({ crypto: provider, cipherSuite: 1, credential: 'bob', policy: openPolicy })).restore(readFileSync(stored));

  await expect(restore(`${file}.tmp`)).rejects.toMatchObject({ code: 'malformed' });
  expect((await restore(file)).epochAuthenticator).toEqual(bob!.epochAuthenticator);
});

it('a stale copy sends with keys that were used: others refuse it by R-9.1-05 in its epoch and by R-12.4.2-01 after it, and no nonce is the same', async () => {
  const { groups: [alice, bob] } = await history(['alice', 'bob']);
  const backup = join(folder, 'backup');
  writeFileSync(file, bob!.encode({ reserve: 8 }));
  copyFileSync(file, backup);
  const sent = await killedAfter(2, 'send:2');
  copyFileSync(backup, file);
  const again = await killedAfter(2, 'send:2');
  copyFileSync(backup, file);
  const [commitOfStale] = await killedAfter(1, 'commit');

  const senderData = [...sent, ...again].map((message) => openSenderDataOf(alice!, message));
  expect(senderData.slice(2).map(({ generation }) => generation)).toEqual(senderData.slice(0, 2).map(({ generation }) => generation));
  expect(new Set(senderData.map(({ generation, reuseGuard }) => `${generation} ${hex(reuseGuard)}`)).size).toBe(4);
  for (const message of sent) expect((await alice!.receive(message)).kind).toBe('application');
  for (const message of again) await expect(alice!.receive(message)).rejects.toMatchObject({ code: 'invalid', requirement: 'R-9.1-05' });
  const { group: next } = await alice!.commit();
  await expect(next.receive(commitOfStale!)).rejects.toMatchObject({ code: 'invalid', requirement: 'R-12.4.2-01' });
});
