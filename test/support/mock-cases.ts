/** Cases played by mock services. */
import { afterEach } from 'vitest';
import { connect, type Implementation } from '../../src/runner/implementation.ts';
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

/** A mock service and a connection to it; both end with the test. */
export async function play(label: string, options: MockOptions & { readonly callDeadline?: number } = {}): Promise<Played> {
  const mock = await startMock(options);
  const implementation = await connect({ label, address: mock.address }, { connect: 5_000, call: options.callDeadline ?? 5_000 });
  toClose.push(() => {
    implementation.close();
    mock.stop();
  });
  return { mock, implementation };
}

export const scriptOf = (...steps: object[]): Script => parseScripts('demo.json', JSON.stringify({ scripts: { one: steps } })).scripts[0]!;

/** A case of `script` in which the named actors are played as said and all others by `rest`. */
export function caseOf(script: Script, rest: Played, others: Readonly<Record<string, Played>> = {}): Case {
  const actors = new Map(script.actors.map((actor) => [actor, (others[actor] ?? rest).implementation]));
  const implementations = [...new Set(actors.values())];
  return { id: `${script.id}/test`, script, suite: 1, encryptHandshake: false, actors, implementations, seed: 'test' };
}
