/** Cases played by mock services. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach } from 'vitest';
import { connect, type Implementation, type Rpc } from '../../src/runner/implementation.ts';
import type { Case } from '../../src/runner/cases/schedule.ts';
import { parseScripts, type Script } from '../../src/runner/script.ts';
import { startMock, type Mock, type MockOptions } from './mock-service.ts';

const toClose: (() => void)[] = [];
afterEach(() => {
  for (const close of toClose.splice(0)) close();
});

export interface Played {
  readonly mock: Mock;
  readonly implementation: Implementation;
}

/** No shorter than the time that a test has, so that a machine that stalls decides nothing. In milliseconds. */
export const patient = { connect: 120_000, call: 120_000 } as const;

/** A mock service and a connection to it; both end with the test. */
export async function play(label: string, options: MockOptions = {}): Promise<Played> {
  const mock = await startMock(options);
  const implementation = await connect({ label, address: mock.address }, patient);
  toClose.push(() => {
    implementation.close();
    mock.stop();
  });
  return { mock, implementation };
}

/** Calls that will have no answer, as `isHopeless` knows of each before it is made, have 100 ms; all others have the time they need. */
export function impatient(implementation: Implementation, isHopeless: (rpc: Rpc) => boolean): Implementation {
  const { call } = implementation;
  return { ...implementation, call: (rpc, request) => call(rpc, request, isHopeless(rpc) ? 100 : undefined) };
}

/** A mock that never answers one rpc, and callers that do not wait for it. */
export async function playHanging(label: string, at: Rpc): Promise<Played> {
  const { mock, implementation } = await play(label, { intercept: (rpc, answer) => (rpc === at ? new Promise(() => {}) : answer()) });
  return { mock, implementation: impatient(implementation, (rpc) => rpc === at) };
}

/** Counts how many calls of CreateGroup are open at a time. They wait until there are `expected`, however late those come, and a little for one too many. */
export function crowd(expected: number): Required<Pick<MockOptions, 'intercept'>> & { readonly most: () => number } {
  const complete = Promise.withResolvers<void>();
  let open = 0;
  let most = 0;
  return {
    most: () => most,
    async intercept(rpc, answer) {
      if (rpc !== 'createGroup') return answer();
      most = Math.max(most, ++open);
      if (open === expected) complete.resolve();
      await complete.promise;
      await sleep(20);
      open--;
      return answer();
    },
  };
}

export const scriptOf = (...steps: object[]): Script => parseScripts('demo.json', JSON.stringify({ scripts: { one: steps } })).scripts[0]!;

/** A case of `script` in which the named actors are played as said and all others by `rest`. */
export function caseOf(script: Script, rest: Played, others: Readonly<Record<string, Played>> = {}): Case {
  const actors = new Map(script.actors.map((actor) => [actor, (others[actor] ?? rest).implementation]));
  const implementations = [...new Set(actors.values())];
  return { id: `${script.id}/test`, script, suite: 1, encryptHandshake: false, actors, implementations, seed: 'test' };
}
