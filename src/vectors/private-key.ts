/** Private keys as they stand in vectors: ECDSA scalars and those of the NIST KEMs may come without their leading zeros. */
import type { CipherSuite, HPKEPrivateKey, SignaturePrivateKey } from '../mls/crypto/provider.ts';

export const importSignatureKey = (suite: CipherSuite, bytes: Uint8Array): Promise<SignaturePrivateKey> =>
  suite.importSignatureKey(suite.signature.startsWith('ECDSA') ? atFullWidth(bytes, suite.signaturePrivateKeyLength) : bytes);

export const importHPKEKey = (suite: CipherSuite, bytes: Uint8Array): Promise<HPKEPrivateKey> =>
  suite.importHPKEKey(suite.curve.startsWith('P-') ? atFullWidth(bytes, suite.nsk) : bytes);

function atFullWidth(scalar: Uint8Array, width: number): Uint8Array {
  if (scalar.length >= width) return scalar;
  const padded = new Uint8Array(width);
  padded.set(scalar, width - scalar.length);
  return padded;
}
