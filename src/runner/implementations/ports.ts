/** Ports for processes that the runner starts. */
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

export const loopback = '127.0.0.1';

// Servers that bind with SO_REUSEPORT would share a port without a word: one that was given out is not given out again.
const given = new Set<number>();

/** A port of the loopback interface on which nobody listens. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, loopback);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    if (given.has(port)) continue;
    given.add(port);
    return port;
  }
}
