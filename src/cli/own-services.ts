/** Our own service once per crypto provider, as implementations that the runner starts. */
import { availableParallelism } from 'node:os';
import { ownProgram } from '../runner/implementations/programs.ts';
import type { Entry } from '../runner/implementations/read.ts';

/** How many processes of each provider; the portable one is many times slower: with a process per core it keeps up. */
const processes = { native: 1, portable: Math.min(4, availableParallelism()) } as const;

export const ownServices = (): Entry[] => [service('native'), service('portable')];

function service(crypto: keyof typeof processes): Entry {
  const command = [...ownProgram, 'serve', '--listen', '{host}:{port}', '--crypto', crypto, '--name', `mls-interop ${crypto}`] as const;
  const place = { kind: 'cmd', command, workdir: process.cwd(), environment: {} } as const;
  return {
    label: crypto,
    declared: { reach: `cmd: mls-interop serve --crypto ${crypto}`, features: new Set(), limits: [], codePoints: new Map(), ours: true },
    places: Array.from({ length: processes[crypto] }, () => place),
    ready: undefined,
  };
}
