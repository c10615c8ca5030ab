/** Where things stand in the encoding of a message, and what to put there in their place. */
import { concat } from '../../mls/bytes.ts';

type Edit = (bytes: Uint8Array) => Uint8Array;
/** An offset, or how to find it. */
export type At = number | ((bytes: Uint8Array) => number);

/** Where the FramedContent begins in a message, behind version and wire format; in a content that is signed it begins at 0. */
export const inMessage = 4;

/** The header of a vector (§2.1.2). */
export function headerAt(bytes: Uint8Array, at: number): { readonly size: number; readonly length: number } {
  const size = 1 << (bytes[at]! >> 6);
  const length = bytes.subarray(at + 1, at + size).reduce((value, byte) => value * 256 + byte, bytes[at]! & 0x3f);
  return { size, length };
}

/** What follows a vector. */
export function behind(bytes: Uint8Array, at: number): number {
  const { size, length } = headerAt(bytes, at);
  return at + size + length;
}

/** The sender of a FramedContent. */
export const senderAt = (start = inMessage) => (bytes: Uint8Array): number => behind(bytes, start) + 8;

/** The content_type of a member's PublicMessage, and of its FramedContent. */
export const contentTypeAt = (start = inMessage) => (bytes: Uint8Array): number => behind(bytes, senderAt(start)(bytes) + 5);

/** The Commit, proposal or application data of a member's PublicMessage or FramedContent. */
export const bodyAt = (start = inMessage, offset = 0) => (bytes: Uint8Array): number => contentTypeAt(start)(bytes) + 1 + offset;

/** Puts octets over what stands there. */
export const put = (at: At, ...octets: number[]): Edit => (bytes) => {
  const copy = bytes.slice();
  copy.set(octets, placeOf(at, bytes));
  return copy;
};

/** Puts another header before the content of a vector. */
export const withHeader = (at: At, header: (length: number) => readonly number[]): Edit => (bytes) => {
  const place = placeOf(at, bytes);
  const { size, length } = headerAt(bytes, place);
  return concat(bytes.subarray(0, place), Uint8Array.from(header(length)), bytes.subarray(place + size));
};

/** Puts octets behind the content of a vector of fewer than 64 bytes, as part of it. */
export const grown = (at: At, ...octets: number[]): Edit => (bytes) => {
  const place = placeOf(at, bytes);
  const end = behind(bytes, place);
  return concat(bytes.subarray(0, place), Uint8Array.of(end - place - 1 + octets.length), bytes.subarray(place + 1, end), Uint8Array.from(octets), bytes.subarray(end));
};

/** A header of twice the size that the length needs. */
export const longHeader = (length: number): number[] => (length < 0x40 ? [0x40, length] : [0x80, 0, length >> 8, length & 0xff]);

const placeOf = (at: At, bytes: Uint8Array): number => (typeof at === 'number' ? at : at(bytes));
