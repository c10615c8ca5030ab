/** Small operations on public byte strings. Secrets are compared with `CipherSuite.equal`, never here. */

export const empty = new Uint8Array(0);

/** Whether two public byte strings are equal; stops at the first difference. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A copy that shares nothing with `bytes`: `slice` of a Buffer would. */
export const copyOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

/** One character per byte: a cheap key for Maps. */
export const byteKey = (bytes: Uint8Array): string => view(bytes).latin1Slice();

/** In browsers too, where reports decode messages. */
export function hex(bytes: Uint8Array): string {
  // Of a long one, many times faster.
  if (typeof Buffer === 'function') return view(bytes).toString('hex');
  let text = '';
  for (const byte of bytes) text += octets[byte];
  return text;
}
const octets = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The bytes of a lower- or upper-case hex string. @throws RangeError for anything else */
export function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(Buffer.from(text, 'hex'));
  if (2 * bytes.length !== text.length) throw new RangeError(`not a hex string: ${text.slice(0, 40)}`);
  return bytes;
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const view = (bytes: Uint8Array): Buffer & { latin1Slice(): string } =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) as Buffer & { latin1Slice(): string };
