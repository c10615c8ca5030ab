/** Looks for secrets in text, in the ways that bytes come to be written. */

/** How bytes may stand in text. Twelve bytes of a secret are a disclosure: outputs that cut off a long value count, too. */
const length = 12;

const decimals = (bytes: Uint8Array): readonly string[] => Array.from(bytes, String);
const octets = (bytes: Uint8Array): readonly string[] => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));

/** Text is compared after `normalised`. */
export const formats: Readonly<Record<string, (bytes: Uint8Array) => readonly string[]>> = {
  hex: (bytes) => [octets(bytes).join('')],
  'upper-case hex': (bytes) => [octets(bytes).join('').toUpperCase()],
  'hex with spaces': (bytes) => [octets(bytes).join(' ')],
  'hex with colons': (bytes) => [octets(bytes).join(':')],
  'hex numbers': (bytes) => [octets(bytes).map((octet) => `0x${octet}`).join(',')],
  // Somewhere within a longer string: from the first byte that begins a group of three.
  base64: (bytes) => [0, 1, 2].map((at) => Buffer.from(bytes.subarray(at, at + length - 3)).toString('base64')),
  base64url: (bytes) => [0, 1, 2].map((at) => Buffer.from(bytes.subarray(at, at + length - 3)).toString('base64url')),
  'numbers with commas': (bytes) => [`,${decimals(bytes).slice(1).join(',')},`],
  'an object of numbers': (bytes) => [decimals(bytes).map((byte, i) => `"${i}":${byte}`).join(',')],
  'an object as Node prints it': (bytes) => [decimals(bytes).map((byte, i) => `'${i}': ${byte}`).join(',')],
  latin1: (bytes) => [Buffer.from(bytes).toString('latin1')],
};

const normalised = (text: string): string => text.replaceAll(/,\s+/g, ',');

/** The secrets to look for. */
export class Wanted {
  /** What to find, by its first four characters. */
  readonly #needles = new Map<number, { readonly text: string; readonly what: string }[]>();
  readonly size: number;

  constructor(secrets: Iterable<{ readonly name: string; readonly value: Uint8Array }>) {
    let size = 0;
    for (const { name, value } of secrets) {
      // Short ones are found by chance, and zeros everywhere.
      if (value.length <= length || value.every((byte) => byte === 0)) continue;
      size++;
      for (const [format, write] of Object.entries(formats)) {
        for (const text of write(value.subarray(0, length))) this.#add(text, `${name} in ${format}`);
      }
    }
    this.size = size;
  }

  #add(text: string, what: string): void {
    const known = this.#needles.get(keyAt(text, 0));
    if (known === undefined) this.#needles.set(keyAt(text, 0), [{ text, what }]);
    else known.push({ text, what });
  }

  /** What is disclosed in `text`. */
  in(text: string): string[] {
    const found = new Set<string>();
    for (const whole of new Set([text, normalised(text)])) {
      for (let i = 0; i + 4 <= whole.length; i++) {
        for (const needle of this.#needles.get(keyAt(whole, i)) ?? []) if (whole.startsWith(needle.text, i)) found.add(needle.what);
      }
    }
    return [...found];
  }
}

const keyAt = (text: string, i: number): number =>
  ((text.charCodeAt(i) & 0xff) << 24) | ((text.charCodeAt(i + 1) & 0xff) << 16) | ((text.charCodeAt(i + 2) & 0xff) << 8) | (text.charCodeAt(i + 3) & 0xff);
