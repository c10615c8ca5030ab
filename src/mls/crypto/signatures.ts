/** The signature operations of a suite (RFC 9420 §5.1.2), with the checks of keys and encodings that hold for all providers. */
import { usage } from '../errors.ts';
import { fromDER } from './ecdsa-signature.ts';
import { isPublicKey, isUsablePoint, type EdDSACurve } from './eddsa-key.ts';
import { isPoint, isScalar, nistCurveOf, nistCurves, randomScalar, type NISTCurve } from './nist-curve.ts';
import type { SignatureAlgorithm } from './primitives.ts';
import { PrivateKeyHandle } from './private-key.ts';
import type { CipherSuite, RandomBytes, SignaturePrivateKey } from './provider.ts';
import type { CipherSuiteParameters } from './suites.ts';

/** What differs between the two families of schemes. */
interface Rules {
  isPrivateKey(bytes: Uint8Array): boolean;
  randomPrivateKey(random: RandomBytes): Uint8Array;
  isPublicKey(bytes: Uint8Array): boolean;
  /** Whether a verification under this key may be tried: like isPublicKey, less what the verification itself finds out. */
  isVerifiable(publicKey: Uint8Array): boolean;
  /** The signature as the primitive takes it; undefined when it is no signature of the scheme whatever it signs. */
  decode(signature: Uint8Array): Uint8Array | undefined;
}

function ecdsa(curve: NISTCurve): Rules {
  const { size } = nistCurves[curve];
  return {
    isPrivateKey: (bytes) => isScalar(curve, bytes),
    randomPrivateKey: (random) => randomScalar(curve, random),
    isPublicKey: (bytes) => isPoint(curve, bytes),
    isVerifiable: (publicKey) => isPoint(curve, publicKey),
    decode: (signature) => fromDER(signature, size),
  };
}

function eddsa(curve: EdDSACurve): Rules {
  const size = curve === 'Ed25519' ? 32 : 57;
  return {
    isPrivateKey: (bytes) => bytes.length === size,
    randomPrivateKey: (random) => random(size),
    isPublicKey: (bytes) => isPublicKey(curve, bytes),
    isVerifiable: (publicKey) => isUsablePoint(curve, publicKey),
    decode: (signature) => (signature.length === 2 * size && isUsablePoint(curve, signature.subarray(0, size)) ? signature : undefined),
  };
}

export type Signatures = Pick<CipherSuite, 'generateSignatureKey' | 'importSignatureKey' | 'isSignaturePublicKey' | 'sign' | 'verify'>;

export function signatures<Material>({ signature: scheme }: CipherSuiteParameters, algorithm: SignatureAlgorithm<Material>, random: RandomBytes): Signatures {
  const curve = nistCurveOf(scheme);
  const rules = curve === undefined ? eddsa(scheme as EdDSACurve) : ecdsa(curve);
  const load = async (bytes: Uint8Array): Promise<SignaturePrivateKey> => {
    const loaded = await algorithm.load(bytes);
    bytes.fill(0);
    return new PrivateKeyHandle('signature', algorithm, loaded);
  };
  return {
    generateSignatureKey: () => load(rules.randomPrivateKey(random)),
    async importSignatureKey(bytes) {
      usage(rules.isPrivateKey(bytes), `these ${bytes.length} bytes are no private key of ${scheme}`);
      return load(bytes.slice());
    },
    isSignaturePublicKey: rules.isPublicKey,
    sign: async (key, message) => algorithm.sign(PrivateKeyHandle.material(key, algorithm), message),
    async verify(publicKey, message, signature) {
      if (!rules.isVerifiable(publicKey)) return false;
      const decoded = rules.decode(signature);
      return decoded !== undefined && algorithm.verify(publicKey, message, decoded);
    },
  };
}
