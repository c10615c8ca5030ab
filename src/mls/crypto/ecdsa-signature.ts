/**
 * ECDSA signatures on the wire (RFC 9420 §5.1.2, RFC 8446 §4.2.3): DER SEQUENCE { INTEGER r, INTEGER s } and no other
 * encoding of it. The libraries get fixed-width r || s, so that none of them parses DER its own way.
 */

/**
 * r || s, each `size` bytes, from a DER signature; undefined when it is anything but the one DER encoding of two
 * positive numbers of at most `size` bytes. Their upper bound, the order, is the verifier's to check.
 */
export function fromDER(signature: Uint8Array, size: number): Uint8Array | undefined {
  // Two numbers of 66 bytes make 138 bytes of content at most, so the length takes one byte or 0x81 and one byte.
  if (signature.length < 8 || signature[0] !== 0x30) return undefined;
  let offset = 2;
  let length = signature[1]!;
  if (length === 0x81) {
    length = signature[2]!;
    offset = 3;
    if (length < 0x80) return undefined;
  } else if (length >= 0x80) {
    return undefined;
  }
  if (signature.length !== offset + length) return undefined;
  const numbers = new Uint8Array(2 * size);
  const afterR = readInteger(signature, offset, numbers, size);
  if (afterR === undefined) return undefined;
  const afterS = readInteger(signature, afterR, numbers, 2 * size);
  return afterS === signature.length ? numbers : undefined;
}

/** Copies the INTEGER at `offset` so that it ends at `end` of `target`; gives the offset behind it. */
function readInteger(der: Uint8Array, offset: number, target: Uint8Array, end: number): number | undefined {
  const size = target.length / 2;
  const length = der[offset + 1];
  if (der[offset] !== 0x02 || length === undefined || length === 0 || length >= 0x80) return undefined;
  const behind = offset + 2 + length;
  if (behind > der.length) return undefined;
  let start = offset + 2;
  const first = der[start]!;
  if (first >= 0x80) return undefined;
  if (first === 0) {
    // A leading zero stands only before a byte with the top bit set; alone it is the number zero, no valid r or s.
    if (length === 1 || der[start + 1]! < 0x80) return undefined;
    start++;
  }
  if (behind - start > size) return undefined;
  target.set(der.subarray(start, behind), end - (behind - start));
  return behind;
}
