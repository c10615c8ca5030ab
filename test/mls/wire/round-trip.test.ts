/** Properties of every struct: what is encoded decodes to the same value, what decodes encodes to the same bytes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concat, hex } from '../../../src/mls/bytes.ts';
import { MLSError } from '../../../src/mls/errors.ts';
import { Writer } from '../../../src/mls/wire/cursor.ts';
import { decode, encode, opaque, optional, struct, uint16, uint32, uint64, uint8, vector } from '../../../src/mls/wire/presentation-language.ts';
import { samples } from './arbitraries.ts';

const runs = { numRuns: 60 };

describe.each(samples)('$name', ({ name, codec, values }) => {
  // Its padding runs to the end: any zero bytes after it belong to it.
  const isPadded = name.endsWith(' content');

  test('decodes to what was encoded, and encodes to the same bytes', () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = encode(codec, value);
        const decoded = decode(codec, bytes, name);
        expect(decoded).toEqual(value);
        expect(hex(encode(codec, decoded))).toBe(hex(bytes));
      }),
      runs,
    );
  });

  // What ends in padding takes every zero byte that follows as padding.
  if (!isPadded) test('does not decode with a byte after the end', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 255 }), (value, extra) => {
        const error = failureOf(() => decode(codec, concat(encode(codec, value), Uint8Array.of(extra)), name));
        expect([error.code, error.requirement]).toEqual(['malformed', 'R-2.1-02']);
      }),
      { numRuns: 10 },
    );
  });

  test('does not decode when cut short anywhere', () => {
    fc.assert(
      fc.property(values, fc.nat(), (value, at) => {
        const bytes = encode(codec, value);
        if (bytes.length === 0 || isPadded) return;
        const error = failureOf(() => decode(codec, bytes.subarray(0, at % bytes.length), name));
        expect(['R-2.1-03', 'R-2.1-04', 'R-2.1.2-07']).toContain(error.requirement);
        expect(error).toMatchObject({ code: 'malformed', path: expect.stringContaining(name), offset: expect.any(Number) });
      }),
      { numRuns: 40 },
    );
  });

  test('with any bytes changed either does not decode or encodes to the same bytes', () => {
    fc.assert(
      fc.property(values, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 }), (value, changes) => {
        const bytes = encode(codec, value);
        if (bytes.length === 0) return;
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        let decoded: unknown;
        try {
          decoded = decode(codec, bytes, name);
        } catch (error) {
          expect(error).toBeInstanceOf(MLSError);
          expect((error as MLSError).code).toBe('malformed');
          return;
        }
        expect(hex(encode(codec, decoded))).toBe(hex(bytes));
      }),
      { numRuns: 150 },
    );
  });
});

test('any bytes decode to a value that encodes to them, or not at all', () => {
  const codec = struct({ first: uint8, list: vector(optional(uint16)), text: opaque, rest: vector(vector(uint8)) });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
      try {
        expect(hex(encode(codec, decode(codec, bytes, 'any')))).toBe(hex(bytes));
      } catch (error) {
        if (!(error instanceof MLSError)) throw error;
      }
    }),
    { numRuns: 3000 },
  );
});

describe('vector lengths', () => {
  const headers: [string, string][] = [
    ['4000', 'R-2.1.2-04'],
    ['403f', 'R-2.1.2-04'],
    ['80000000', 'R-2.1.2-04'],
    ['80003fff', 'R-2.1.2-04'],
    ['c0', 'R-2.1.2-05'],
    ['ff', 'R-2.1.2-05'],
    ['c000000000000000', 'R-2.1.2-05'],
    ['bfffffff01020304', 'R-2.1.2-07'],
    ['05ffff', 'R-2.1.2-07'],
    ['', 'R-2.1-04'],
    ['40', 'R-2.1-04'],
    ['800000', 'R-2.1-04'],
  ];
  test.each(headers)('header %s is refused with %s', (header, requirement) => {
    const bytes = new Uint8Array([...Buffer.from(header, 'hex'), ...(requirement === 'R-2.1.2-04' ? new Uint8Array(0x4000) : [])]);
    for (const codec of [opaque, vector(uint8)]) {
      expect(failureOf(() => decode(codec as typeof opaque, bytes, 'x'))).toMatchObject({ code: 'malformed', requirement, path: 'x', offset: expect.any(Number) });
    }
  });

  test('every length takes the shortest header', () => {
    for (const [length, header] of [[0, '00'], [63, '3f'], [64, '4040'], [16_383, '7fff'], [16_384, '80004000']] as const) {
      const bytes = encode(opaque, new Uint8Array(length));
      expect(hex(bytes.subarray(0, header.length / 2))).toBe(header);
      expect(encode(vector(uint8), [...new Uint8Array(length)])).toEqual(bytes);
      expect(decode(opaque, bytes, 'x').length).toBe(length);
    }
  });
});

test.each([2, 9, 0xff])('a presence octet of %s is refused', (octet) => {
  expect(failureOf(() => decode(optional(uint8), Uint8Array.of(octet, 1), 'x'))).toMatchObject({ code: 'malformed', requirement: 'R-2.1.1-02' });
});

describe('a writer that grows', () => {
  // A value may be the one that makes the buffer grow: nothing of it may be lost then.
  test.each([1023, 1024, 2047, 2048, 4095, 4096])('keeps what is written at byte %s', (length) => {
    for (const [codec, value] of [[uint8, 0xa5], [uint16, 0xa5a5], [uint32, 0xa5a5a5a5], [uint64, 0xa5a5a5a5a5a5a5a5n], [opaque, Uint8Array.of(0xa5)], [optional(uint8), 0xa5], [vector(uint8), [0xa5]]] as const) {
      const w = new Writer();
      w.put(new Uint8Array(length).fill(1));
      (codec.write as (w: Writer, value: unknown) => void)(w, value);
      expect(hex(w.finish().subarray(length))).toBe(hex(encode(codec as typeof opaque, value as Uint8Array)));
    }
  });
});

test('numbers that their type cannot hold are refused, not wrapped', () => {
  for (const [codec, value] of [[uint8, 256], [uint8, -1], [uint16, 0x10000], [uint32, 2 ** 32], [uint32, 1.5], [uint64, 2n ** 64n], [uint64, -1n]] as const) {
    expect(failureOf(() => encode(codec as typeof uint8, value as number)).code).toBe('misuse');
  }
});

function failureOf(action: () => unknown): MLSError {
  try {
    action();
  } catch (error) {
    if (error instanceof MLSError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
