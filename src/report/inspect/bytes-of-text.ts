/** Octets out of text that people paste: hexadecimal or base64, in lines, with prefixes or between PEM-like marks. */

export type Encoding = 'raw' | 'hex' | 'base64';

export interface Octets {
  readonly bytes: Uint8Array;
  readonly encoding: Encoding;
}

/** @throws RangeError that says what is wrong, when the text is neither hexadecimal nor base64 (or not the one that `encoding` says) */
export function bytesOfText(text: string, encoding?: 'hex' | 'base64'): Octets {
  const digits = unwrapped(text);
  if (digits === '') throw new RangeError('there are no octets');
  if (/^[{[]/.test(digits)) throw new RangeError('looks like JSON: give one value out of it');
  const withoutPrefixes = digits.replace(/0x/gi, '').replace(/[:,]/g, '');
  // Base64 that has hexadecimal digits only is no longer than a few characters.
  const isHex = /^[0-9a-f]*$/i.test(withoutPrefixes) || /^0x|[:,]/i.test(digits);
  if (encoding === 'hex' || (encoding === undefined && isHex)) return { bytes: fromHex(withoutPrefixes), encoding: 'hex' };
  return { bytes: fromBase64(digits, encoding === 'base64' ? 'not base64' : 'neither hexadecimal nor base64'), encoding: 'base64' };
}

/** The octets of a file: text when all of it is, else as they are. */
export function bytesOfFile(content: Uint8Array, encoding?: Encoding): Octets {
  if (encoding !== 'raw' && (encoding !== undefined || isText(content))) return bytesOfText(new TextDecoder().decode(content), encoding);
  if (content.length === 0) throw new RangeError('there are no octets');
  return { bytes: content, encoding: 'raw' };
}

/** ASCII, after a byte order mark perhaps. */
function isText(content: Uint8Array): boolean {
  const hasMark = content[0] === 0xef && content[1] === 0xbb && content[2] === 0xbf;
  return content.subarray(hasMark ? 3 : 0).every((octet) => (octet >= 0x20 && octet < 0x7f) || (octet >= 0x09 && octet <= 0x0d));
}

/** Without PEM-like lines, quotes and white space. */
const unwrapped = (text: string): string => text.replace(/^\s*-----.*$/gm, '').replace(/[\s"'\uFEFF]/g, '');

function fromHex(digits: string): Uint8Array {
  const wrong = /[^0-9a-f]/i.exec(digits);
  if (wrong !== null) throw new RangeError(`'${wrong[0]}' at place ${wrong.index + 1} is no hexadecimal digit`);
  if (digits.length % 2 !== 0) throw new RangeError(`${digits.length} hexadecimal digits: one is missing or too many`);
  return new Uint8Array(Buffer.from(digits, 'hex'));
}

function fromBase64(text: string, complaint: string): Uint8Array {
  const standard = text.replace(/-/g, '+').replace(/_/g, '/').replace(/={1,2}$/, '');
  const wrong = /[^A-Za-z0-9+/]/.exec(standard);
  if (wrong !== null) throw new RangeError(`${complaint}: '${wrong[0]}' at place ${wrong.index + 1}`);
  if (standard.length % 4 === 1) throw new RangeError(`${complaint}: of ${standard.length} characters one is missing or too many`);
  const bytes = new Uint8Array(Buffer.from(standard, 'base64'));
  if (Buffer.from(bytes).toString('base64').replace(/=+$/, '') !== standard) throw new RangeError(`${complaint}: the last character has bits that belong to no octet`);
  return bytes;
}
