/** What lets tools look at a running service: its health (grpc.health.v1) and its interface (server reflection). */
import { fileURLToPath } from 'node:url';
import { dirname, relative } from 'node:path';
import type { Server } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation, protoPath as healthProto } from 'grpc-health-check';

// The same two steps up from src/service and from dist/service.
const ownProto = fileURLToPath(new URL('../../proto/mls_client.proto', import.meta.url));
const served = ['', 'mls_client.MLSClient'];

export interface Health {
  /** From now on the service answers NOT_SERVING, also to those who watch. */
  stopping(): void;
}

export function addHealth(server: Server): Health {
  const health = new HealthImplementation(Object.fromEntries(served.map((name) => [name, 'SERVING'])));
  health.addToServer(server);
  return {
    stopping() {
      for (const name of served) health.setStatus(name, 'NOT_SERVING');
    },
  };
}

export function addReflection(server: Server): void {
  const healthRoot = dirname(dirname(dirname(healthProto)));
  const interfaces = loadSync([ownProto, relative(healthRoot, healthProto)], { keepCase: true, includeDirs: [dirname(ownProto), healthRoot] });
  new ReflectionService(interfaces).addToServer(server);
}
