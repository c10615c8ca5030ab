/** No class or type that holds a secret shows it, however it is looked at: by printing, by serialising, by copying, by its own properties. */
import { deserialize, getHeapSnapshot, serialize } from 'node:v8';
import { json } from 'node:stream/consumers';
import { format, inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { externalPsk, nativeProvider, portableProvider, update, type MLSError } from '../../../src/index.ts';
import { HashRatchet } from '../../../src/mls/epoch/hash-ratchet.ts';
import { SecretTree } from '../../../src/mls/epoch/secret-tree.ts';
import { Secret } from '../../../src/mls/secret.ts';
import { formats, Wanted } from './disclosure.ts';
import { pair, scene, text, type Scene } from './scene.ts';

const fresh = (): Uint8Array => crypto.getRandomValues(new Uint8Array(32));
const wanted = (...values: readonly Uint8Array[]): Wanted => new Wanted(values.map((value) => ({ name: 'secret', value: value.slice() })));
const withBigInts = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value instanceof Map ? [...value] : value instanceof Set ? [...value] : value);

/** Everything that a look at the properties of `root` comes to, whether they are listed or not; getters are asked. */
function properties(root: unknown): string {
  const seen = new Set<unknown>();
  const lines: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'string' || typeof value === 'number') lines.push(String(value));
    if (value instanceof Uint8Array) lines.push(Buffer.from(value).toString('hex'));
    if (((typeof value !== 'object' || value === null) && typeof value !== 'function') || seen.has(value) || ArrayBuffer.isView(value)) return;
    seen.add(value);
    if (value instanceof Map) for (const [key, item] of value) [key, item].forEach(visit);
    if (value instanceof Set) [...value].forEach(visit);
    for (const key of Reflect.ownKeys(value)) {
      const { value: own, get } = Reflect.getOwnPropertyDescriptor(value, key)!;
      visit(own);
      if (get !== undefined) visit(attempt(() => get.call(value)));
    }
  };
  visit(root);
  return lines.join('\n');
}

function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return (error as Error).message;
  }
}

const everything = { depth: Infinity, showHidden: true, maxArrayLength: null, maxStringLength: null } as const;

const looks: readonly (readonly [how: string, look: (value: unknown) => unknown])[] = [
  ['util.inspect', (value) => inspect(value, everything)],
  ['util.inspect without custom printing', (value) => inspect(value, { ...everything, customInspect: false })],
  ['util.inspect with getters and proxies', (value) => inspect(value, { ...everything, getters: true, showProxy: true })],
  ['console.log', (value) => format('%o %O %s %j', value, value, value, attempt(() => JSON.parse(JSON.stringify(value, withBigInts))))],
  ['JSON', (value) => JSON.stringify(value, withBigInts)],
  ['String', (value) => `${String(value)} ${attempt(() => (value as object).toLocaleString())}`],
  ['structuredClone', (value) => inspect(structuredClone(value), everything)],
  ['v8.serialize', (value) => `${serialize(value).toString('latin1')} ${inspect(deserialize(serialize(value)), everything)}`],
  ['a copy by spreading', (value) => inspect({ ...(value as object) }, everything)],
  ['all own properties', properties],
];

interface Holder {
  readonly what: string;
  make(): Promise<{ readonly value: unknown; readonly secrets: readonly Uint8Array[] }> | { readonly value: unknown; readonly secrets: readonly Uint8Array[] };
}

const providers = { native: nativeProvider(), portable: portableProvider() };
const keys: readonly Holder[] = Object.entries(providers).flatMap(([name, provider]) =>
  [1, 2, 4].flatMap((id): Holder[] => {
    const suite = provider.cipherSuite(id);
    const handle = (kind: string, making: () => Promise<{ serialize(): Uint8Array }>): Holder => ({
      what: `a ${name} ${kind} key of suite ${id}`,
      async make() {
        const key = await making();
        return { value: key, secrets: [key.serialize()] };
      },
    });
    return [handle('HPKE', () => suite.generateHPKEKey()), handle('signature', () => suite.generateSignatureKey())];
  }),
);

const suite = providers.native.cipherSuite(1);
const holders: readonly Holder[] = [
  {
    what: 'a Secret',
    make() {
      const bytes = fresh();
      return { value: new Secret(bytes), secrets: [bytes] };
    },
  },
  ...keys,
  {
    what: 'a ratchet with skipped and reserved keys',
    make() {
      const secret = fresh();
      const secrets = [secret.slice()];
      const ratchet = new HashRatchet(suite, secret);
      ratchet.use(5, { forwardSteps: 10, outOfOrderKeys: 10 });
      const { secret: later, skipped } = ratchet.state(3);
      return { value: ratchet, secrets: [...secrets, later, ...skipped.map(({ keyAndNonce }) => keyAndNonce)] };
    },
  },
  {
    what: 'a secret tree',
    make() {
      const secret = fresh();
      const copy = secret.slice();
      return { value: new SecretTree({ suite, encryptionSecret: new Secret(secret), leafCount: 4 }), secrets: [copy] };
    },
  },
];

/** What a client makes and keeps, with pending proposals, a pending Commit, past epochs and PSKs. */
async function lively(): Promise<{ readonly stage: Scene; readonly values: Readonly<Record<string, unknown>> }> {
  const stage = scene();
  const { alice, a, b } = await pair(stage);
  alice.storePsk(text('psk'), suite.random(32));
  alice.keepResumptionPsk(a);
  const bundle = await alice.createKeyPackage();
  const proposed = await a.propose(update());
  await b.receive(await a.send(text('hello')));
  const committed = await proposed.group.commit({ references: [], forcePath: true, proposals: [externalPsk(text('psk'))] });
  const [pendingUpdate] = [...proposed.group.state.pendingUpdates.values()];
  const { state } = committed.group;
  return {
    stage,
    values: {
      'a Client': alice,
      'a KeyPackage with its keys': bundle,
      'a Group with an Update pending': proposed.group,
      'what a Commit gives': committed,
      'a group state': state,
      'the secrets of an epoch': state.secrets,
      'a past epoch': state.pastEpochs[0],
      'the keys of an Update': pendingUpdate,
      'the private keys of a member': state.privateKeys,
      'the settings of a group': state.settings,
    },
  };
}

/** Random numbers that became secrets have other names, too; an authenticator is there to be shown and compared (RFC 9420 §8.7). */
const shown = ['random', 'authentication'];
const allOf = ({ trace }: Scene): Wanted => new Wanted(trace.since().filter(({ name }) => !shown.includes(name)).map((one) => ({ name: one.name, value: one.value() })));

describe('the search for secrets in text', () => {
  it.each(Object.keys(formats))('finds %s', (format) => {
    const secret = fresh();
    for (const written of formats[format]!(secret.subarray(0, 12))) expect(wanted(secret).in(`before ${written} after`)).toContain(`secret in ${format}`);
  });

  it.each([
    ['util.inspect', (bytes: Uint8Array) => inspect({ deep: { bytes } }, everything)],
    ['a Buffer that is printed', (bytes: Uint8Array) => inspect(Buffer.from(bytes))],
    ['JSON', (bytes: Uint8Array) => JSON.stringify({ bytes })],
    ['JSON of an array', (bytes: Uint8Array) => JSON.stringify([...bytes], null, 2)],
    ['base64 of something longer', (bytes: Uint8Array) => Buffer.from([1, 2, 3, 4, ...bytes, 5]).toString('base64')],
    ['the properties of an object', (bytes: Uint8Array) => properties({ hidden: Object.create(null, { bytes: { value: bytes } }) })],
  ])('finds what %s shows', (_, show) => {
    const secret = fresh();
    expect(wanted(secret).in(show(secret))).not.toEqual([]);
    expect(wanted(fresh()).in(show(secret))).toEqual([]);
  });
});

describe.each(looks)('%s shows no secret', (_, look) => {
  it.each(holders)('of $what', async ({ make }) => {
    const { value, secrets } = await make();
    expect(wanted(...secrets).in(String(attempt(() => look(value))))).toEqual([]);
  });

  it('of anything that a client makes and keeps', async () => {
    const { stage, values } = await lively();
    const secrets = allOf(stage);
    expect(secrets.size).toBeGreaterThan(100);
    for (const [what, value] of Object.entries(values)) expect({ what, shown: secrets.in(String(attempt(() => look(value)))) }).toEqual({ what, shown: [] });
  });
});

describe('errors', () => {
  it('say nothing of the secrets that are at hand when they are thrown', async () => {
    const { stage, values } = await lively();
    const { a, b } = await pair(stage);
    const bob = await stage.client('bobby');
    const message = await a.send(text('hello'));
    const { commit, welcome, group } = await a.commit({ forcePath: true, proposals: [{ kind: 'proposal', proposal: { proposalType: 'add', keyPackage: (await bob.createKeyPackage()).keyPackage } }] });
    const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, bytes.at(at)! ^ 1);
    const stored = group.encode();
    const errors: unknown[] = [];
    const fails = (work: () => unknown): Promise<void> => Promise.resolve().then(work).then(() => undefined, (error: unknown) => void errors.push(error));
    for (let at = 1; at < 60; at += 7) {
      for (const one of [message, commit]) await fails(() => b.receive(flipped(one, -at)));
      await fails(() => bob.join(flipped(welcome!, -at)));
      await fails(() => bob.restore(flipped(stored, (at * stored.length) >> 6)));
      await fails(() => bob.restore(stored.subarray(0, (at * stored.length) >> 6)));
    }
    for (const bytes of [fresh(), fresh().subarray(1)]) await fails(() => suite.importHPKEKey(bytes.subarray(0, 31)));
    const disposed = new Secret(fresh());
    disposed.dispose();
    await fails(() => disposed.expose());
    await fails(() => (values['a Group with an Update pending'] as typeof a).receive(commit));
    expect(errors.length).toBeGreaterThan(20);
    const secrets = allOf(stage);
    for (const error of errors) expect(secrets.in(`${inspect(error, everything)} ${(error as MLSError).stack} ${properties(error)}`)).toEqual([]);
  });
});

describe('a heap snapshot', () => {
  it('has no secret among its strings', async () => {
    const { stage, values } = await lively();
    const control = Buffer.from(fresh()).toString('hex');
    const strings = await heapStrings();
    expect(strings.includes(control)).toBe(true);
    expect(allOf(stage).in(strings)).toEqual([]);
    expect(Object.keys(values).length).toBeGreaterThan(5);
  }, 120_000);
});

async function heapStrings(): Promise<string> {
  const { strings } = (await json(getHeapSnapshot())) as { readonly strings: readonly string[] };
  return strings.join('\n');
}
