/** One case again: found by its id, made anew from a record, and held against what it was then. */
import type { CallRecord, CaseRecord, RunRecord } from '../report/record/record.ts';
import type { Implementation } from './implementation.ts';
import type { Case } from './cases/schedule.ts';
import { parseScripts, type Script } from './script.ts';

/** A case id that names nothing that can be run; the message says which part of it. */
export class CaseIdError extends Error {
  override readonly name = 'CaseIdError';
  /** Whether it is the script that there is none of. */
  readonly isScript: boolean;

  constructor(message: string, isScript = false) {
    super(message);
    this.isScript = isScript;
  }
}

export interface CaseSources {
  readonly scripts: readonly Script[];
  readonly implementations: readonly Implementation[];
  readonly seed: string;
}

const idPattern = /^(?<script>.+)\/suite:(?<suite>\d+)\/wire:(?<wire>public|private)\/(?<cast>[^/]+)$/;

/**
 * The case of that id.
 * @param actors who plays whom, for a cast so long that the id only has its hash
 * @throws CaseIdError
 */
export function caseOfId(id: string, { scripts, implementations, seed }: CaseSources, actors?: CaseRecord['actors']): Case {
  const parts = idPattern.exec(id)?.groups;
  if (parts === undefined) throw new CaseIdError(`${id} is no case id, such as commit/add/suite:1/wire:private/alice=one,bob=two`);
  const script = scripts.find((each) => each.id === parts['script']);
  if (script === undefined) throw new CaseIdError(`there is no script ${parts['script']}`, true);
  const cast = actors ?? castOf(parts['cast']!);

  const players = script.actors.map((actor): [string, Implementation] => {
    const label = cast[actor];
    if (label === undefined) throw new CaseIdError(`${id} does not say who plays ${actor}`);
    const implementation = implementations.find((each) => each.label === label);
    if (implementation === undefined) throw new CaseIdError(`there is no implementation ${label}, which plays ${actor}`);
    if (!implementation.suites.has(Number(parts['suite']))) throw new CaseIdError(`${label} does not list suite ${parts['suite']}`);
    return [actor, implementation];
  });
  const suite = Number(parts['suite']);
  return {
    id,
    script,
    suite,
    encryptHandshake: parts['wire'] === 'private',
    actors: new Map(players),
    implementations: implementations.filter(({ suites }) => suites.has(suite)),
    seed,
  };
}

function castOf(text: string): { readonly [actor: string]: string } {
  if (text.startsWith('cast:')) throw new CaseIdError(`${text} stands for a cast of many, which only a record has: give it with --record`);
  return Object.fromEntries(text.split(',').map((part) => [part.slice(0, part.lastIndexOf('=')), part.slice(part.lastIndexOf('=') + 1)]));
}

/** The scripts of a record, as they were when it was made. */
export function recordedScripts({ scripts }: Pick<RunRecord, 'scripts'>): Script[] {
  return scripts.flatMap(({ id, file, steps }) => {
    const name = id.slice(id.indexOf('/') + 1);
    return parseScripts(file, JSON.stringify({ scripts: { [name]: steps } })).scripts.map((script) => ({ ...script, id }));
  });
}

/**
 * How a case differs from what it was, a line each. Keys, ids and ciphertexts are fresh every time and do not count: what
 * counts is who was called with what outcome, and how it all ended.
 */
export function differences(before: CaseRecord, now: CaseRecord): string[] {
  const found: string[] = [];
  const compare = (what: string, then: string | number | undefined, is: string | number | undefined): void => {
    if (then !== is) found.push(`${what}: ${is ?? 'none'} instead of ${then ?? 'none'}`);
  };
  compare('status', before.observed ?? before.status, now.observed ?? now.status);
  for (const key of ['step', 'cause', 'actor', 'rpc', 'code'] as const) compare(`failure, ${key}`, before.failure?.[key], now.failure?.[key]);
  compare('failure, message', settled(before.failure?.message), settled(now.failure?.message));
  for (const key of ['finding', 'requirement', 'differs'] as const) compare(`verdict, ${key}`, before.verdict?.[key], now.verdict?.[key]);
  compare('verdict, culprit', before.verdict?.culprit?.implementation, now.verdict?.culprit?.implementation);
  if (before.calls !== undefined && now.calls !== undefined) found.push(...callDifferences(before.calls, now.calls));
  return found;
}

/** What differs between runs of one and the same failure: bytes in hex, and numbers of states. */
const settled = (message: string | undefined): string | undefined => message?.replace(/\b[0-9a-f]{16,}\b/gi, '...').replace(/\d+/g, 'N');

/** The first call that is another one or ends otherwise; those that follow are bound to differ. */
function callDifferences(before: readonly CallRecord[], now: readonly CallRecord[]): string[] {
  // Older records leave the freeing of states out, and a failure of it is said to be that of the case.
  const [earlier, later] = [withoutFree(before), withoutFree(now)];
  for (let i = 0; i < Math.max(earlier.length, later.length); i++) {
    const [then, is] = [earlier[i], later[i]];
    if (then !== undefined && is !== undefined && outline(then) === outline(is)) continue;
    return [`call ${i}: ${is === undefined ? 'none' : outline(is)} instead of ${then === undefined ? 'none' : outline(then)}`];
  }
  return [];
}

const withoutFree = (calls: readonly CallRecord[]): CallRecord[] => calls.filter(({ rpc }) => rpc !== 'Free');

const outline = ({ step, actor, implementation, rpc, error }: CallRecord): string =>
  `step ${step} ${rpc} at ${actor} (${implementation}): ${error?.code ?? 'OK'}`;
