/** Members that are killed and start again from what they stored (R-6.3.1-05). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { hex } from '../../../src/mls/bytes.ts';
import { openSenderDataOf } from '../../support/sender-data.ts';
import { history } from '../../support/people.ts';
import { killAll, printed, startProcess } from '../../service/support/process.ts';

afterEach(killAll);
const member = fileURLToPath(new URL('../../support/stored-member.ts', import.meta.url));

it('a member in processes that are killed at any time uses no key twice, and the others read all it sends', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mls-interop-restart-'));
  const file = join(folder, 'group');
  const { groups: [alice, bob] } = await history(['alice', 'bob']);
  writeFileSync(file, bob!.encode({ reserve: 8 }));

  const sent: Uint8Array[] = [];
  for (const count of [3, 0, 8, 1]) {
    const running = startProcess([process.execPath, member, file, String(count)]);
    sent.push(...(await printed(running, count)).map((line) => Uint8Array.from(Buffer.from(line, 'hex'))));
    running.child.kill('SIGKILL');
    expect(await running.end).toBe('SIGKILL');
  }

  const generations = sent.map((message) => openSenderDataOf(alice!, message).generation);
  expect(new Set(generations).size).toBe(12);
  for (const message of sent) expect((await alice!.receive(message)).kind).toBe('application');
  // The one that was thought dead and is not goes on with what it had reserved, beside all that came after it.
  const own = [await bob!.send(new Uint8Array(1)), await bob!.send(new Uint8Array(2))];
  for (const message of own) expect(generations).not.toContain(openSenderDataOf(alice!, message).generation);
  expect(new Set([...sent, ...own].map(hex)).size).toBe(14);
  rmSync(folder, { recursive: true });
});
