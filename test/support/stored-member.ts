/**
 * A member that keeps its group in a file: stored-member.ts FILE STEP... It restores the group, stores it again and does the steps.
 * Each message is printed in hex as soon as it may be sent. Then it waits to be killed.
 *
 *   send:COUNT  sends so many messages
 *   send:on     sends on and on, and stores the group again when it has used up what it had reserved
 *   commit      makes a Commit, stores the group of the next epoch and goes on with that
 *   tear        begins to store the group, and stops with half of the bytes written
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createClient, nativeProvider } from '../../src/index.ts';
import { utf8 } from '../../src/mls/bytes.ts';
import { openPolicy } from '../../src/hostile/open-policy.ts';

const [file, ...steps] = process.argv.slice(2) as [string, ...string[]];
const reserve = 8;
const client = await createClient({ crypto: nativeProvider(), cipherSuite: 1, credential: 'bob', policy: openPolicy });
let group = await client.restore(readFileSync(file));

async function store(): Promise<void> {
  writeFileSync(`${file}.tmp`, await group.encodeInSlices({ reserve }));
  renameSync(`${file}.tmp`, file);
}

let sent = 0;
async function send(count: number): Promise<void> {
  for (let i = 0; i < count; i++) print(await group.send(utf8(`${process.pid} ${sent++}`)));
}

const print = (message: Uint8Array): void => void process.stdout.write(`${Buffer.from(message).toString('hex')}\n`);

await store();
for (const step of steps) {
  switch (step) {
    case 'send:on':
      for (;;) {
        await send(reserve);
        await store();
      }
    case 'commit': {
      const { group: next, commit } = await group.commit({ forcePath: true });
      group = next;
      await store();
      print(commit);
      break;
    }
    case 'tear': {
      const bytes = group.encode({ reserve });
      writeFileSync(`${file}.tmp`, bytes.subarray(0, bytes.length / 2));
      process.stdout.write('torn\n');
      break;
    }
    default:
      await send(Number(step.slice('send:'.length)));
  }
}
setInterval(() => undefined, 1000);
