/** Ports for processes that the runner starts. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

export const loopback = '127.0.0.1';

// Below the ports that systems, as they are set up, give to whoever asks for any, such as every outgoing connection: between the look at a port
// and the start of the process that is to have it, one of those could be gone.
const [lowest, beyond] = [10_000, 30_000];

// Servers that bind with SO_REUSEPORT would share a port without a word: one that was given out is not given out again.
const given = new Set<number>();

/** A port of the loopback interface on which nobody listens. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, beyond);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

/** In use, or kept back by the system. */
const taken: ReadonlySet<string | undefined> = new Set(['EADDRINUSE', 'EACCES']);

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, loopback);
  try {
    await once(server, 'listening');
  } catch (error) {
    if (!taken.has((error as NodeJS.ErrnoException).code)) throw error;
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
