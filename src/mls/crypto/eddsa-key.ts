/**
 * Which byte strings stand for points in EdDSA keys and signatures (RFC 9420 §5.1.1, RFC 8032 §5.1.3 and §5.2.3). Libraries
 * differ: OpenSSL reads y modulo p and takes keys of small order, noble does neither, Node refuses an R of small order,
 * noble does not. Both providers refuse all of that: such encodings are not what RFC 8032 decodes, and a key of small order
 * makes one signature hold for many messages. Refusing an R of small order diverges from RFC 8032; a signer meets one with
 * probability 2^-250.
 */
export type EdDSACurve = 'Ed25519' | 'Ed448';

/**
 * Whether `bytes` have the right length, y below p, no sign where x is 0, and are no point of small order. That the point is on
 * the curve is left to the verification, which decodes it anyway and fails: the square root would double its cost.
 */
export const isUsablePoint = (curve: EdDSACurve, bytes: Uint8Array): boolean =>
  (curve === 'Ed25519' ? isCanonical25519(bytes) : isCanonical448(bytes)) && !isSmallOrder(curve, bytes);

function isCanonical25519(bytes: Uint8Array): boolean {
  if (bytes.length !== 32) return false;
  const low = bytes[0]!;
  const top = bytes[31]!;
  if ((top & 0x7f) === 0x7f && low >= 0xec && allEqual(bytes, 1, 31, 0xff)) {
    // y = p - 1 is the point (0, -1); everything above is not reduced.
    return low === 0xec && top === 0x7f;
  }
  // y = 1 is the point (0, 1).
  return !(top === 0x80 && low === 1 && allEqual(bytes, 1, 31, 0));
}

function isCanonical448(bytes: Uint8Array): boolean {
  // y has 56 bytes; the 57th holds nothing but the sign of x.
  if (bytes.length !== 57 || (bytes[56]! & 0x7f) !== 0) return false;
  const negative = bytes[56] === 0x80;
  // p = 2^448 - 2^224 - 1: 28 bytes of ff, then fe, then 27 bytes of ff. Larger: upper half all ff, or equal to p.
  if (allEqual(bytes, 29, 56, 0xff)) {
    if (bytes[28] === 0xff) return false;
    if (bytes[28] === 0xfe && allEqual(bytes, 1, 28, 0xff)) return bytes[0]! < 0xff && !(bytes[0] === 0xfe && negative);
  }
  return !(negative && bytes[0] === 1 && allEqual(bytes, 1, 56, 0));
}

/** y of the two pairs of points of order 8, little-endian. */
const order8 = [
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
].map((hex) => Uint8Array.from({ length: 32 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16)));

/** Whether a canonical encoding is one of the points that 8 (Ed25519) or 4 (Ed448) times gives the neutral element. */
function isSmallOrder(curve: EdDSACurve, bytes: Uint8Array): boolean {
  const low = bytes[0]!;
  if (curve === 'Ed25519') {
    switch (low) {
      case 0x00: // y = 0, order 4
      case 0x01: // y = 1, the neutral element
        return (bytes[31]! & 0x7f) === 0 && allEqual(bytes, 1, 31, 0);
      case 0xec: // y = -1, order 2
        return (bytes[31]! & 0x7f) === 0x7f && allEqual(bytes, 1, 31, 0xff);
      case 0x26:
      case 0xc7:
        return order8.some((y) => (bytes[31]! & 0x7f) === y[31] && y.every((byte, i) => i === 31 || byte === bytes[i]));
      default:
        return false;
    }
  }
  // y = 0 (order 4), y = 1 (the neutral element), y = -1 (order 2)
  if (low === 0x00 || low === 0x01) return allEqual(bytes, 1, 56, 0);
  return low === 0xfe && allEqual(bytes, 1, 28, 0xff) && bytes[28] === 0xfe && allEqual(bytes, 29, 56, 0xff);
}

function allEqual(bytes: Uint8Array, from: number, to: number, value: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== value) return false;
  return true;
}
