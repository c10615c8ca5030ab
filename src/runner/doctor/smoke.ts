/** One small case on each suite: create, add, commit, join, and a message each way; the implementation plays both actors. */
import type { Status } from '../../report/record/record.ts';
import { runCase } from '../drive.ts';
import type { Implementation } from '../implementation.ts';
import { limitFor } from '../implementations/limits.ts';
import type { Case } from '../cases/schedule.ts';
import { parseScripts } from '../script.ts';

export interface Smoke {
  readonly suite: number;
  /** `kept away`: by a known limit, and not run. */
  readonly status: Status | 'kept away';
  readonly milliseconds: number;
  /** What went wrong, or the reason of the limit. */
  readonly message?: string;
}

const [script] = parseScripts(
  'doctor.json',
  JSON.stringify({
    scripts: {
      smoke: [
        { action: 'createGroup', actor: 'alice' },
        { action: 'createKeyPackage', actor: 'bob' },
        { action: 'addProposal', actor: 'alice', keyPackage: 1 },
        { action: 'fullCommit', actor: 'alice', byReference: [2], joiners: ['bob'] },
        { action: 'protect', actor: 'bob', authenticatedData: 'first', plaintext: 'from the newcomer' },
        { action: 'unprotect', actor: 'alice', ciphertext: 4 },
        { action: 'protect', actor: 'alice', authenticatedData: '', plaintext: 'from the creator' },
        { action: 'unprotect', actor: 'bob', ciphertext: 6 },
      ],
    },
  }),
).scripts;

/** Ascending by suite. A process of ours that does not survive a case is started anew for the next. */
export async function smokeAll(implementation: Implementation): Promise<Smoke[]> {
  const results: Smoke[] = [];
  for (const suite of [...implementation.suites].sort((a, b) => a - b)) results.push(await smoke(implementation, suite));
  return results;
}

async function smoke(implementation: Implementation, suite: number): Promise<Smoke> {
  const limit = limitFor(implementation, { script: script!, suite, wire: 'public' });
  if (limit !== undefined) return { suite, status: 'kept away', milliseconds: 0, message: limit.reason };

  const { status, failure, vacuous, milliseconds } = await runCase(caseOf(implementation, suite));
  if (failure?.cause === 'crash' || failure?.cause === 'timeout' || failure?.cause === 'unreachable') await implementation.restart?.().catch(() => undefined);
  const step = failure === undefined ? undefined : (script!.steps[failure.step]?.action ?? 'cleaning up');
  const message = failure === undefined ? vacuous[0] : `${step}: ${[failure.rpc, failure.code].filter((word) => word !== undefined).join(' ')}: ${failure.message}`;
  return { suite, status, milliseconds, ...(message === undefined ? {} : { message }) };
}

const caseOf = (implementation: Implementation, suite: number): Case => ({
  id: `${script!.id}/suite:${suite}/wire:public/${script!.actors.map((actor) => `${actor}=${implementation.label}`).join()}`,
  script: script!,
  suite,
  encryptHandshake: false,
  actors: new Map(script!.actors.map((actor) => [actor, implementation])),
  self: true,
  implementations: [implementation],
  seed: 'doctor',
});
