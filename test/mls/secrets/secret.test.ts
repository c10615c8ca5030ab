import { describe, expect, it } from 'vitest';
import { allOrNone, Secret } from '../../../src/mls/secret.ts';

describe('a Secret', () => {
  it('overwrites its bytes when it is disposed of, and gives none afterwards', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const secret = new Secret(bytes);
    expect(secret.expose()).toBe(bytes);
    secret.dispose();
    secret.dispose();
    expect([bytes, secret.disposed, String(secret)]).toEqual([new Uint8Array(3), true, '[Secret, deleted]']);
    expect(() => secret.expose()).toThrow(/deleted/);
  });
});

describe('allOrNone', () => {
  const later = (turns: number, secret: Secret): Promise<Secret> => new Promise((resolve) => setTimeout(() => resolve(secret), turns));
  const secrets = (): Secret[] => [1, 2, 3].map((byte) => new Secret(Uint8Array.of(byte)));

  it('gives all, in their order', async () => {
    const made = secrets();
    expect(await allOrNone(made.map((secret, i) => later(3 - i, secret)))).toEqual(made);
    expect(made.some(({ disposed }) => disposed)).toBe(false);
  });

  it('disposes of all when one fails, also of those that are made after it failed, and throws the error of the first', async () => {
    const made = secrets();
    const failing = [later(1, made[0]!), Promise.reject(new Error('second')), later(3, made[1]!), Promise.reject(new Error('fourth')), later(0, made[2]!)];
    await expect(allOrNone(failing)).rejects.toThrow('second');
    expect(made.every(({ disposed }) => disposed)).toBe(true);
  });

  it('makes nothing of nothing', async () => {
    expect(await allOrNone([])).toEqual([]);
  });
});
