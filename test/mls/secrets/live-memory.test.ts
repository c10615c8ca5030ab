import { createPrivateKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { liveMemory } from './live-memory.ts';

/** A fresh value that nothing holds: the bytes are made when asked for. */
function hidden(): () => Uint8Array {
  const masked = Array.from(randomBytes(32), (byte) => byte ^ 0xa5);
  return () => Uint8Array.from(masked, (byte) => byte ^ 0xa5);
}

class Holder {
  readonly #field: Uint8Array;
  constructor(field: Uint8Array) {
    this.#field = field;
  }
  get first(): number {
    return this.#field[0]!;
  }
}

type Keep = (bytes: Uint8Array) => { readonly first: number } | (() => number);
const places: readonly (readonly [where: string, keep: Keep])[] = [
  ['a private field', (bytes) => new Holder(bytes)],
  ['a closure', (bytes) => () => bytes[0]!],
  ['a value of a WeakMap whose key lives', (bytes) => {
    const key = {};
    const map = new WeakMap([[key, bytes]]);
    return () => map.get(key)![0]!;
  }],
  ['the middle of a larger buffer', (bytes) => {
    const whole = new Uint8Array(5000);
    whole.set(bytes, 1234);
    return () => whole[1234]!;
  }],
  ['a Buffer from the pool', (bytes) => {
    const pooled = Buffer.from(bytes);
    return () => pooled[0]!;
  }],
  ['a DataView', (bytes) => {
    const view = new DataView(bytes.slice().buffer);
    return () => view.getUint8(0);
  }],
  ['a KeyObject', (bytes) => {
    const key = createPrivateKey({ key: bytes, format: 'raw-private', asymmetricKeyType: 'ed25519' });
    return () => key.export({ format: 'raw-private' })[0]!;
  }],
];

describe('the search of the memory', () => {
  it.each(places)('finds bytes in %s', (_, keep) => {
    const value = hidden();
    const kept = keep(value());
    expect(liveMemory().holders(value())).toBeGreaterThan(0);
    expect(typeof kept === 'function' ? kept() : kept.first).toBe(value()[0]);
  });

  it('finds no garbage, and nothing that was overwritten', async () => {
    const [lost, wiped] = [hidden(), hidden()];
    const bytes = wiped();
    (() => new Holder(lost()).first)();
    bytes.fill(0);
    await new Promise((resolve) => setImmediate(resolve));
    const memory = liveMemory();
    expect([memory.holders(lost()), memory.holders(wiped())]).toEqual([0, 0]);
    expect(bytes[0]).toBe(0);
  });
});
