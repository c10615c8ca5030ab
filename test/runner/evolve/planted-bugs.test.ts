/** Bugs planted into the real service: random histories find them, and shrinking shows what they need. */
import { afterAll, expect, test } from 'vitest';
import { nativeProvider } from '../../../src/mls/crypto/native/provider.ts';
import type { CipherSuite, CryptoProvider } from '../../../src/mls/crypto/provider.ts';
import { MLSMessage } from '../../../src/mls/wire/framing.ts';
import { decode, encode } from '../../../src/mls/wire/presentation-language.ts';
import { TreeHashInput } from '../../../src/mls/wire/tree-node.ts';
import { runCase } from '../../../src/runner/drive.ts';
import { evolutions } from '../../../src/runner/evolve/evolutions.ts';
import { shrink } from '../../../src/runner/evolve/shrink.ts';
import { connect, type Implementation } from '../../../src/runner/implementation.ts';
import type { CaseResult } from '../../../src/runner/outcome.ts';
import { seeded } from '../../../src/runner/random.ts';
import type { Script } from '../../../src/runner/script.ts';
import type { Handlers } from '../../../src/service/calls.ts';
import { serviceLog } from '../../../src/service/log.ts';
import { startServer } from '../../../src/service/server.ts';
import { engineHandlers } from '../../../src/service/service.ts';
import { ServiceError } from '../../../src/service/status.ts';
import { testOptions } from '../../service/support/service.ts';

const toClose: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of toClose.splice(0)) await close();
});

interface Bug {
  readonly crypto?: (honest: CryptoProvider) => CryptoProvider;
  readonly handlers?: (honest: Handlers) => Partial<Handlers>;
}

async function player(label: string, { crypto = (honest) => honest, handlers = () => ({}) }: Bug = {}): Promise<Implementation> {
  const options = testOptions({ crypto: crypto(nativeProvider()), log: false });
  const log = serviceLog(false, { write: () => {} });
  const { handlers: honest } = engineHandlers(options, log);
  const server = await startServer({ ...honest, ...handlers(honest) }, options, log);
  const implementation = await connect({ label, address: server.address }, { connect: 5_000, call: 10_000 });
  toClose.push(() => server.stop(), () => implementation.close());
  return implementation;
}

/** A provider whose suites differ in some operations. */
function altered(provider: CryptoProvider, change: (suite: CipherSuite) => Partial<CipherSuite>): CryptoProvider {
  const made = new Map<number, CipherSuite>();
  const cipherSuite = (id: number): CipherSuite => {
    if (!made.has(id)) made.set(id, differing(provider.cipherSuite(id), change(provider.cipherSuite(id))));
    return made.get(id)!;
  };
  return differing(provider, { cipherSuite });
}

function differing<T extends object>(whole: T, own: Partial<T>): T {
  const get = (target: T, key: string | symbol): unknown => {
    const value: unknown = Object.hasOwn(own, key) ? own[key as keyof T] : Reflect.get(target, key, target);
    return typeof value === 'function' ? value.bind(target) : value;
  };
  return new Proxy(whole, { get });
}

/** The input of a tree hash without unmerged leaves; anything else as it is. */
function forgetful(input: Uint8Array): Uint8Array {
  if (input[0] !== 2) return input;
  try {
    const hashed = decode(TreeHashInput, input, 'TreeHashInput');
    if (hashed.nodeType !== 'parent' || hashed.parentNode.parentNode === undefined) return input;
    const parentNode = { ...hashed.parentNode.parentNode, unmergedLeaves: [] };
    return encode(TreeHashInput, { ...hashed, parentNode: { ...hashed.parentNode, parentNode } });
  } catch {
    return input;
  }
}

function isRemove(proposal: Uint8Array): boolean {
  const message = decode(MLSMessage, proposal, 'MLSMessage');
  return message.wireFormat === 'mls_public_message' && message.publicMessage.content.contentType === 'proposal' && message.publicMessage.content.proposal.proposalType === 'remove';
}

const forgetsUnmergedLeaves: Bug = {
  crypto: (honest) => altered(honest, ({ digest }) => ({ digest: (...parts) => digest(...parts.map(forgetful)) })),
};
const losesLastByteOfPsks: Bug = {
  handlers: ({ storePsk }) => ({ storePsk: (request, call) => storePsk({ ...request, pskSecret: request.pskSecret.subarray(0, -1) }, call) }),
};
const refusesSecondRemove: Bug = {
  handlers: ({ handleCommit }) => ({
    handleCommit: (request, call) => {
      if (request.proposal.filter(isRemove).length > 1) throw new ServiceError('request', 'two Removes are too many');
      return handleCommit(request, call);
    },
  }),
};

const histories = evolutions({ count: 30, seed: 'planted', steps: 30 });

test.each([
  ['forgets unmerged leaves in tree hashes', forgetsUnmergedLeaves, ['createGroup', 'fullCommit', 'fullCommit']],
  ['loses the last byte of PSKs', losesLastByteOfPsks, ['createGroup', 'installExternalPSK']],
  ['refuses a second Remove in a Commit', refusesSecondRemove, ['createGroup', 'fullCommit']],
])('a service that %s is found and shrunk to under 10 steps', async (_, bug, needed) => {
  const [honest, broken] = await Promise.all([player('honest'), player('broken', bug)]);
  const cast = (script: Script) => {
    const random = seeded('cast', script.id);
    return new Map(script.actors.map((actor) => [actor, random.pick([honest, broken])]));
  };
  const play = (script: Script, actors: ReadonlyMap<string, Implementation>): Promise<CaseResult> =>
    runCase({ id: script.id, script, suite: 1, encryptHandshake: false, actors, implementations: [honest, broken], seed: 'planted' });

  let found: { readonly script: Script; readonly actors: ReadonlyMap<string, Implementation>; readonly result: CaseResult } | undefined;
  for (const script of histories) {
    const actors = cast(script);
    const result = await play(script, actors);
    if (result.status !== 'failed') continue;
    found = { script, actors, result };
    break;
  }
  const { script, actors, result } = found!;

  const sameFailure = ({ failure }: CaseResult): boolean => failure?.cause === result.failure!.cause && failure.rpc === result.failure!.rpc;
  const shrunk = await shrink(script, async (candidate) => sameFailure(await play(candidate, actors)), { attempts: 300 });
  expect(script.steps).toHaveLength(30);
  expect(shrunk.minimal).toBe(true);
  expect(shrunk.script.steps.length).toBeLessThan(7);
  expect(shrunk.script.steps.map(({ action }) => action)).toEqual(expect.arrayContaining(needed));
  expect(sameFailure(await play(shrunk.script, actors))).toBe(true);
});
