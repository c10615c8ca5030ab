/** All targets, by name. */
import type { Target } from './target.ts';
import { decodeTarget } from './targets/decode.ts';
import { inspectTarget } from './targets/inspect.ts';
import { joinTarget } from './targets/join.ts';
import { receiveTarget } from './targets/receive.ts';
import { restoreTarget } from './targets/restore.ts';
import { rpcTarget } from './targets/rpc.ts';

const targets: Readonly<Record<string, () => Promise<Target> | Target>> = {
  decode: decodeTarget,
  inspect: inspectTarget,
  restore: restoreTarget,
  receive: receiveTarget,
  join: joinTarget,
  rpc: rpcTarget,
};

export const targetNames = Object.keys(targets);

export async function openTarget(name: string): Promise<Target> {
  return targets[name]!();
}
