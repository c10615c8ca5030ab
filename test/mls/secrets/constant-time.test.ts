/** Secrets, MACs and tags are compared by `CipherSuite.equal` only, which takes the same time whatever differs. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { nativeProvider, portableProvider } from '../../../src/index.ts';
import { projectRoot } from '../../support/data.ts';

interface Use {
  readonly at: string;
  /** The arguments, as they are written. */
  readonly text: string;
}

const sources = ['src/mls', 'src/service'].flatMap((folder) =>
  readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ path: join(folder, name), text: readFileSync(join(projectRoot, folder, name), 'utf8') })),
);

/** Calls of what `pattern` matches the beginning of, up to its opening parenthesis. */
const usesOf = (pattern: RegExp): Use[] =>
  sources.flatMap(({ path, text }) =>
    Array.from(text.matchAll(pattern), (match) => {
      const start = match.index + match[0].length;
      let depth = 1;
      let end = start;
      while (depth > 0 && end < text.length) {
        const character = text[end++]!;
        depth += character === '(' ? 1 : character === ')' ? -1 : 0;
      }
      return { at: `${path}:${text.slice(0, start).split('\n').length}`, text: text.slice(start, end - 1) };
    }),
  );

/** Names of what must not be compared, made text of or looked up byte by byte. Ids, references and public keys are none. */
const secretName = /secret(?!Tree\b)|\bpsk\b(?!\.(?:usage|pskNonce))|[tT]ag\b|\bmac\b|authenticator|\.expose\(|\.serialize\(|privateKey|[nN]once\b/;

/**
 * The confirmation tag of an epoch that was entered: this member has computed it itself and compared it in constant time. A
 * proposal's `psk` is the id of one.
 */
const allowed = ['state.confirmationTag', 'encode(PreSharedKeyID, psk)'];

describe('the rule', () => {
  const ofBytes = /\b(?:sameBytes|byteKey|hex|compare|equals|indexOf|includes|toHex|bytesToNumberBE|bytesToNumberLE)\(/g;

  it('sees the comparisons of the engine and the service', () => {
    const uses = usesOf(ofBytes);
    expect(uses.length).toBeGreaterThan(60);
    expect(uses.some(({ text }) => text.includes('encryptionKey'))).toBe(true);
  });

  it.each(['sameBytes(a, epoch.confirmationTag)', 'hex(this.#secret)', 'byteKey(secret.expose())', 'sameBytes(key.serialize(), other)', 'a.equals(membershipTag)', 'hex(psk)'])('objects to %s', (line) => {
    expect(line).toMatch(secretName);
  });

  test('nothing secret is compared or looked up by a function that stops at the first difference', () => {
    expect(usesOf(ofBytes).filter(({ text }) => secretName.test(text) && !allowed.includes(text))).toEqual([]);
  });

  test('no secret is written into a text', () => {
    const inTemplates = sources.flatMap(({ path, text }) => Array.from(text.matchAll(/\$\{([^}]*)\}/g), ([, inside]) => ({ path, inside: inside! })));
    expect(inTemplates.length).toBeGreaterThan(200);
    expect(inTemplates.filter(({ inside }) => /\.expose\(|\.serialize\(|[sS]ecret\b(?!\.length)|\bpsk\b(?!\.(?:usage|pskNonce))/.test(inside))).toEqual([]);
  });

  test('MACs and tags are compared by the suite, at the places where the RFC has one', () => {
    const compared = usesOf(/\bsuite\.equal\(/g).map(({ at, text }) => `${at.replace(/:\d+$/, '')} ${text}`);
    expect(compared.sort()).toEqual([
      'src/mls/epoch/public-message.ts expected, options.membershipTag',
      'src/mls/group/join.ts epoch.confirmationTag, groupInfo.confirmationTag',
      'src/mls/group/process-commit.ts epoch.confirmationTag, verified.confirmationTag',
    ]);
  });
});

test.each([nativeProvider(), portableProvider()])('$name: equal says what a comparison of all bytes says', (provider) => {
  const suite = provider.cipherSuite(1);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), fc.uint8Array({ maxLength: 70 }), fc.nat(), fc.nat({ max: 7 }), (a, b, at, bit) => {
      expect(suite.equal(a, a.slice())).toBe(true);
      expect(suite.equal(a, b)).toBe(Buffer.compare(a, b) === 0);
      if (a.length > 0) expect(suite.equal(a, a.with(at % a.length, a[at % a.length]! ^ (1 << bit)))).toBe(false);
      expect(suite.equal(a, Uint8Array.of(...a, 0))).toBe(false);
    }),
    { numRuns: 200, seed: 1 },
  );
});
