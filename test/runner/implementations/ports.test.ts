import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, loopback } from '../../../src/runner/implementations/ports.ts';

test('ports are given out once, are free, and are none that outgoing connections get', async () => {
  const ports = await Promise.all(Array.from({ length: 200 }, freePort));
  expect(new Set(ports).size).toBe(ports.length);
  // Of Linux; those of other systems are higher.
  const firstOfConnections = 32_768;
  expect(ports.filter((port) => port < 1_024 || port >= firstOfConnections)).toEqual([]);
  const server = createServer().listen(await freePort(), loopback);
  await once(server, 'listening');
  server.close();
});
