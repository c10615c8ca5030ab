/**
 * A member that keeps its group in a file: stored-member.ts FILE COUNT. It restores the group, stores it again and sends COUNT
 * messages, of which it prints each in hex as soon as it has it. Then it waits to be killed.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createClient, nativeProvider } from '../../src/index.ts';
import { utf8 } from '../../src/mls/bytes.ts';
import { openPolicy } from '../../src/hostile/open-policy.ts';

const [file, count] = process.argv.slice(2);
const client = await createClient({ crypto: nativeProvider(), cipherSuite: 1, credential: 'bob', policy: openPolicy });
const group = await client.restore(readFileSync(file!));
writeFileSync(`${file}.tmp`, await group.encodeInSlices({ reserve: 8 }));
renameSync(`${file}.tmp`, file!);
for (let i = 0; i < Number(count); i++) process.stdout.write(`${Buffer.from(await group.send(utf8(`${process.pid} ${i}`))).toString('hex')}\n`);
setInterval(() => undefined, 1000);
