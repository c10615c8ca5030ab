/** Cases for the referee: real scripts, played by the honest service and by broken copies of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { nativeProvider } from '../../../src/mls/crypto/native/provider.ts';
import { runCase } from '../../../src/runner/drive.ts';
import { connect, type Implementation } from '../../../src/runner/implementation.ts';
import type { CaseResult } from '../../../src/runner/outcome.ts';
import type { Judgement } from '../../../src/runner/referee/evidence.ts';
import { judge } from '../../../src/runner/referee/judge.ts';
import { parseScripts, type Script } from '../../../src/runner/script.ts';
import { projectRoot } from '../../support/data.ts';
import { patient } from '../../support/mock-cases.ts';
import { startBroken, type Breakage } from './broken-service.ts';

const toClose: (() => Promise<unknown> | unknown)[] = [];
afterAll(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
});

const crypto = nativeProvider();

/** The scripts of one of the project's files, such as `commits`. */
export function carriedAll(file: string): readonly Script[] {
  const path = join(projectRoot, 'src/runner/scripts', `${file}.json`);
  return parseScripts(path, readFileSync(path, 'utf8')).scripts;
}

/** A script of the project by its id, such as `commits/external_psk`. */
export const carried = (id: string): Script => carriedAll(id.split('/')[0]!).find((script) => script.id === id)!;

export const scriptOf = (...steps: object[]): Script => parseScripts('demo.json', JSON.stringify({ scripts: { one: steps } })).scripts[0]!;

/** A service and a connection to it, until the tests of the file are over. */
export async function player(label: string, breakage: Breakage = {}): Promise<Implementation> {
  const service = await startBroken(breakage);
  const implementation = await connect({ label, address: service.address }, patient);
  toClose.push(() => service.stop(), () => implementation.close());
  return implementation;
}

export interface Played {
  readonly script: Script;
  /** By actor; `rest` plays all others. */
  readonly cast: Readonly<Record<string, Implementation>> & { readonly rest: Implementation };
  readonly wire?: 'public' | 'private';
  /** Labels that run our engine, as far as the referee is told. */
  readonly ours?: readonly string[];
}

/** Plays a case and has it judged. */
export async function judged({ script, cast, wire = 'public', ours = [] }: Played): Promise<{ readonly result: CaseResult; readonly judgement: Judgement }> {
  const actors = new Map(script.actors.map((actor) => [actor, cast[actor] ?? cast.rest]));
  const implementations = [...new Set(actors.values())];
  const encryptHandshake = wire === 'private';
  const result = await runCase({ id: `${script.id}/test`, script, suite: 1, encryptHandshake, actors, implementations, seed: 'test' });
  const judgement = await judge({
    case: { script, suite: 1, encryptHandshake, actors: new Map([...actors].map(([actor, { label }]) => [actor, { label, ours: ours.includes(label) }])) },
    transcript: result.transcript,
    failure: result.failure,
    time: BigInt(Math.floor(result.started.getTime() / 1000)),
    crypto,
  });
  return { result, judgement };
}
