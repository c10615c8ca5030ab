/** Octets out of what people paste. */
import { describe, expect, test } from 'vitest';
import { fromHex, utf8 } from '../../../src/mls/bytes.ts';
import { bytesOfFile, bytesOfText } from '../../../src/report/inspect/bytes-of-text.ts';

const octets = fromHex('00010003fbefbe');

test.each([
  ['hexadecimal', '00010003fbefbe', 'hex'],
  ['in capitals', '00010003FBEFBE', 'hex'],
  ['after 0x', '0x00010003fbefbe', 'hex'],
  ['in lines and groups', '0001 0003\r\n fbef be\n', 'hex'],
  ['with colons', '00:01:00:03:fb:ef:be', 'hex'],
  ['of an array in a program', '0x00, 0x01, 0x00, 0x03, 0xfb, 0xef, 0xbe', 'hex'],
  ['in quotes', '"00010003fbefbe"', 'hex'],
  ['base64', 'AAEAA/vvvg==', 'base64'],
  ['base64 without padding', 'AAEAA/vvvg', 'base64'],
  ['base64url', 'AAEAA_vvvg', 'base64'],
  ['base64 in lines', 'AAEA\nA/vv\nvg==\n', 'base64'],
  ['between PEM-like lines', '-----BEGIN MLS MESSAGE-----\nAAEAA/vvvg==\n-----END MLS MESSAGE-----\n', 'base64'],
])('text %s', (_, text, encoding) => {
  expect(bytesOfText(text)).toEqual({ bytes: octets, encoding });
  expect(bytesOfFile(utf8(text))).toEqual({ bytes: octets, encoding });
  expect(bytesOfFile(utf8(`\uFEFF${text}`))).toEqual({ bytes: octets, encoding });
});

test('a file that is not text holds the octets', () => {
  expect(bytesOfFile(octets)).toEqual({ bytes: octets, encoding: 'raw' });
});

test('the caller may say how the input is written', () => {
  expect(bytesOfFile(utf8('AAEA'), 'raw')).toEqual({ bytes: utf8('AAEA'), encoding: 'raw' });
  expect(bytesOfText('AAEA')).toEqual({ bytes: fromHex('aaea'), encoding: 'hex' });
  expect(bytesOfText('AAEA', 'base64')).toEqual({ bytes: fromHex('000100'), encoding: 'base64' });
});

describe('is refused with what is wrong', () => {
  test.each<[string, string, ('hex' | 'base64')?]>([
    ['', 'there are no octets'],
    [' \n', 'there are no octets'],
    ['-----BEGIN X-----\n-----END X-----', 'there are no octets'],
    ['{"welcome": "0001"}', 'looks like JSON: give one value out of it'],
    ['0001000', '7 hexadecimal digits: one is missing or too many'],
    ['0x00zz', "'z' at place 3 is no hexadecimal digit"],
    ['AA!A', "'!' at place 3 is no hexadecimal digit", 'hex'],
    ['AAEAA!vvvg==', "neither hexadecimal nor base64: '!' at place 6"],
    ['AAEAZ', 'neither hexadecimal nor base64: of 5 characters one is missing or too many'],
    ['AAEAA/vvvh==', 'neither hexadecimal nor base64: the last character has bits that belong to no octet'],
    ['AA.A', "not base64: '.' at place 3", 'base64'],
  ])('%j: %s', (text, message, encoding) => {
    expect(() => bytesOfText(text, encoding)).toThrow(new RangeError(message));
  });

  test('a file without octets', () => {
    expect(() => bytesOfFile(new Uint8Array(0))).toThrow(new RangeError('there are no octets'));
    expect(() => bytesOfFile(new Uint8Array(0), 'raw')).toThrow(new RangeError('there are no octets'));
  });
});
