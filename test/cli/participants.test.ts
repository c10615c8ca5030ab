/** What can be said of participants on a command line. */
import { expect, test } from 'vitest';
import { address, client, seconds } from '../../src/cli/participants.ts';

test.each(['127.0.0.1:1', 'localhost:65535', '[::1]:50051', 'mlspp:50051'])('%s is an address', (text) => {
  expect(address(text)).toBe(text);
  expect(client(`one=${text}`)).toEqual([{ label: 'one', address: text }]);
});

test.each(['', 'localhost', ':50051', '127.0.0.1:0', '127.0.0.1:65536', '::1:50051', 'http://127.0.0.1:50051', 'a b:1'])('%j is none', (text) => {
  expect(() => address(text)).toThrow(`${JSON.stringify(text)} is not HOST:PORT, or [IPV6]:PORT, with a port from 1 to 65535.`);
  expect(() => client(`one=${text}`)).toThrow('HOST:PORT');
});

test.each(['127.0.0.1:1', '=127.0.0.1:1', 'a b=127.0.0.1:1'])('%s is a client without a name', (text) => {
  expect(() => client(text)).toThrow('It is not NAME=HOST:PORT, with a name of letters, digits and . _ + -');
});

test.each([['0.001', 0.001], ['1', 1], ['86400', 86_400]])('%s is a number of seconds', (text, number) => {
  expect(seconds(text)).toBe(number);
});

test.each(['0', '-1', '86400.1', 'Infinity', '1h', ''])('%j is none up to a day', (text) => {
  expect(() => seconds(text)).toThrow('It is not a number of seconds up to 86400.');
});
