/**
 * A provider that remembers every secret that passes through it: what HMAC gives, what Diffie-Hellman gives, what is drawn, opened
 * and loaded, each with the very array it was in and, apart, its value. Values are kept masked and outside of typed arrays, so
 * that a search of the memory for one does not find the trace.
 */
import { nativeDiffieHellman, nativeSignature } from '../../../src/mls/crypto/native/public-key.ts';
import { nativeAEAD, nativeHash } from '../../../src/mls/crypto/native/symmetric.ts';
import { cryptoProvider } from '../../../src/mls/crypto/cipher-suite.ts';
import { portableDiffieHellman, portableSignature } from '../../../src/mls/crypto/portable/public-key.ts';
import { portableAEAD, portableHash } from '../../../src/mls/crypto/portable/symmetric.ts';
import type { AEAD, DiffieHellman, HashFunction, Primitives, SignatureAlgorithm } from '../../../src/mls/crypto/primitives.ts';
import type { CipherSuite, CryptoProvider, HPKEPrivateKey, SignaturePrivateKey } from '../../../src/mls/crypto/provider.ts';

type PrivateKey = HPKEPrivateKey | SignaturePrivateKey;

export interface Traced {
  /** The label it was derived under, such as `joiner` or `hpke eae_prk`, or how it came to be: `random`, `dh`, `opened Welcome`, `private key`. */
  readonly name: string;
  /** The array itself, which the engine is to overwrite; of a private key there is none. */
  readonly bytes: Uint8Array | undefined;
  readonly key: PrivateKey | undefined;
  /** A fresh copy of what it was. */
  value(): Uint8Array;
}

/** What was sealed by HPKE: all of it travels. */
export interface Sealed {
  readonly publicKey: Uint8Array;
  readonly info: Uint8Array;
  readonly kemOutput: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** What lives within one operation: everything between the old init_secret and the new epoch's secrets, and all of HPKE. */
export const transient: readonly string[] = [
  ...['extracted', 'joiner', 'welcome', 'epoch', 'derived psk', 'path', 'node', 'dh', 'external init', 'sealed', 'opened Welcome', 'opened UpdatePathNode'],
  ...['eae_prk', 'shared_secret', 'dkp_prk', 'sk', 'candidate', 'secret', 'exp', 'key', 'base_nonce', 'sec'].map((label) => `hpke ${label}`),
];
/** What lives as long as its epoch. */
export const ofEpoch: readonly string[] = ['exporter', 'external', 'confirm', 'membership', 'authentication', 'init'];
/** What lives as long as late messages of its epoch are opened and resumption from it is possible. */
export const ofWindow: readonly string[] = ['sender data', 'resumption'];
/** Their values are those of private keys, which live on. */
export const keyMaterial: readonly string[] = ['hpke sk', 'hpke candidate'];

/** Not secret: MACs are sent, and so are these hashes' inputs. */
const publicNames: ReadonlySet<string> = new Set(['mac', 'hpke psk_id_hash', 'hpke info_hash']);

export class Trace {
  readonly #seen: Traced[] = [];
  /** Secrets from which something was derived, by the label of that. */
  readonly #sources = new Map<Traced, Set<string>>();
  readonly #byArray = new Map<Uint8Array, Traced>();
  readonly sealed: Sealed[] = [];

  /** How many there are so far: the beginning of what an operation adds. */
  get mark(): number {
    return this.#seen.length;
  }

  /** All since `mark`, oldest first. */
  since(mark = 0): readonly Traced[] {
    return this.#seen.slice(mark);
  }

  /** Those with one of these names, from `mark` on and before `end`. */
  named(names: readonly string[], mark = 0, end = Infinity): readonly Traced[] {
    return this.#seen.slice(mark, end).filter(({ name }) => names.includes(name));
  }

  /** Those from which something was derived under `label`. */
  sourcesOf(label: string, mark = 0): readonly Traced[] {
    return this.since(mark).filter((traced) => this.#sources.get(traced)?.has(label) === true);
  }

  /** Lets go of the arrays and keys themselves; gives what their values were. */
  release(): readonly Traced[] {
    const values = this.#seen.map((one) => ({ ...one, bytes: undefined, key: undefined }));
    this.#seen.length = 0;
    this.#sources.clear();
    this.#byArray.clear();
    return values;
  }

  record(name: string, bytes: Uint8Array): void {
    if (publicNames.has(name)) return;
    const masked = maskedOf(bytes);
    const traced = { name, bytes, key: undefined, value: () => unmasked(masked) };
    this.#seen.push(traced);
    this.#byArray.set(bytes, traced);
  }

  /** A value that was not made here: a pre-shared key, or several secrets put together. */
  recordInput(name: string, bytes: Uint8Array): void {
    if (!this.#byArray.has(bytes) && bytes.some((byte) => byte !== 0)) this.record(name, bytes);
  }

  recordKey(key: PrivateKey): void {
    const raw = key.serialize();
    const masked = maskedOf(raw);
    raw.fill(0);
    this.#seen.push({ name: 'private key', bytes: undefined, key, value: () => unmasked(masked) });
  }

  recordUse(source: Uint8Array, label: string): void {
    const traced = this.#byArray.get(source);
    if (traced === undefined) return;
    const labels = this.#sources.get(traced) ?? new Set();
    this.#sources.set(traced, labels.add(label));
  }
}

const maskedOf = (bytes: Uint8Array): readonly number[] => Array.from(bytes, (byte) => byte ^ 0xa5);
const unmasked = (masked: readonly number[]): Uint8Array => Uint8Array.from(masked, (byte) => byte ^ 0xa5);

export interface TracedProvider {
  readonly crypto: CryptoProvider;
  readonly trace: Trace;
  /** The operation that may fail whose turn comes after `left` others throws. Counts on from there. */
  failAfter(left: number): void;
  /** No more failures; gives whether one happened. */
  heal(): boolean;
}

export type Library = 'native' | 'portable';

export function tracedProvider(library: Library): TracedProvider {
  const trace = new Trace();
  let left = Infinity;
  let failed = false;
  const mayFail = (): void => {
    if (left-- > 0) return;
    failed = true;
    throw new Error('this operation was made to fail');
  };
  const provider = library === 'native' ? cryptoProvider(tracedPrimitives(nativeParts, trace, mayFail)) : cryptoProvider(tracedPrimitives(portableParts, trace, mayFail));
  const suites = new Map<number, CipherSuite>();
  return {
    trace,
    crypto: {
      ...provider,
      cipherSuite(id) {
        let suite = suites.get(id);
        if (suite === undefined) suites.set(id, (suite = tracedSuite(provider.cipherSuite(id), trace, naming)));
        return suite;
      },
    },
    failAfter(next) {
      left = next;
      failed = false;
    },
    heal() {
      left = Infinity;
      return failed;
    },
  };
}

type Parts<DH, S> = Pick<Primitives<DH, S>, 'hash' | 'aead' | 'diffieHellman' | 'signature'>;
const nativeParts = { hash: nativeHash, aead: nativeAEAD, diffieHellman: nativeDiffieHellman, signature: nativeSignature };
const portableParts = { hash: portableHash, aead: portableAEAD, diffieHellman: portableDiffieHellman, signature: portableSignature };

/** What an HMAC without a label of its own is made for. HMACs are synchronous, so one variable says it. */
const naming: { now: string } = { now: 'unlabelled' };

function tracedPrimitives<DH, S>(parts: Parts<DH, S>, trace: Trace, mayFail: () => void): Primitives<DH, S> {
  const curves = new Map<string, DiffieHellman<DH>>();
  const schemes = new Map<string, SignatureAlgorithm<S>>();
  const once = <T>(known: Map<string, T>, name: string, make: () => T): T => {
    if (!known.has(name)) known.set(name, make());
    return known.get(name)!;
  };
  return {
    name: 'traced',
    random(size) {
      mayFail();
      const bytes = crypto.getRandomValues(new Uint8Array(size));
      trace.record('random', bytes);
      return bytes;
    },
    // All keys come from `random`, so that they are traced as bytes, too.
    reproducible: true,
    hash: (name) => tracedHash(parts.hash(name), trace),
    aead: (name) => tracedAEAD(parts.aead(name), mayFail),
    diffieHellman: (curve) => once(curves, curve, () => tracedDiffieHellman(parts.diffieHellman(curve), trace, mayFail)),
    signature: (scheme) => once(schemes, scheme, () => tracedSignature(parts.signature(scheme), mayFail)),
    equal(a, b) {
      mayFail();
      return a.every((byte, i) => byte === b[i]);
    },
  };
}

const tracedHash = (hash: HashFunction, trace: Trace): HashFunction => ({
  ...hash,
  hmac(key, parts) {
    const label = labelIn(parts) ?? naming.now;
    const output = hash.hmac(key, parts);
    trace.record(label, output);
    trace.recordUse(key, label);
    return output;
  },
});

const tracedAEAD = (aead: AEAD, mayFail: () => void): AEAD => ({
  seal(key, nonce, aad, plaintext) {
    mayFail();
    return aead.seal(key, nonce, aad, plaintext);
  },
  open(key, nonce, aad, ciphertext) {
    mayFail();
    return aead.open(key, nonce, aad, ciphertext);
  },
});

function tracedDiffieHellman<DH>(dh: DiffieHellman<DH>, trace: Trace, mayFail: () => void): DiffieHellman<DH> {
  const { generate: _, ...rest } = dh;
  return {
    ...rest,
    async load(bytes) {
      mayFail();
      return dh.load(bytes);
    },
    async agree(key, publicKey, publicKeyRecurs) {
      mayFail();
      const secret = await dh.agree(key, publicKey, publicKeyRecurs);
      if (secret !== undefined) trace.record('dh', secret);
      return secret;
    },
  };
}

const tracedSignature = <S>(signature: SignatureAlgorithm<S>, mayFail: () => void): SignatureAlgorithm<S> => ({
  ...signature,
  async load(bytes) {
    mayFail();
    return signature.load(bytes);
  },
  async sign(key, message) {
    mayFail();
    return signature.sign(key, message);
  },
  async verify(publicKey, message, value) {
    mayFail();
    return signature.verify(publicKey, message, value);
  },
});

function tracedSuite(suite: CipherSuite, trace: Trace, named: { now: string }): CipherSuite {
  const naming = <T>(name: string, work: () => T): T => {
    named.now = name;
    const output = work();
    named.now = 'unlabelled';
    return output;
  };
  const tracedKey = async <K extends PrivateKey>(making: Promise<K>): Promise<K> => {
    const key = await making;
    trace.recordKey(key);
    return key;
  };
  return {
    ...suite,
    extract(salt, ikm) {
      const output = naming('extracted', () => suite.extract(salt, ikm));
      trace.recordInput('psk', ikm);
      trace.recordUse(salt, 'extracted');
      trace.recordUse(ikm, 'extracted');
      return output;
    },
    hmac: (key, ...parts) => naming('mac', () => suite.hmac(key, ...parts)),
    expand(prk, info, length) {
      const output = suite.expand(prk, info, length);
      if (length !== suite.nh) trace.record(labelIn([info]) ?? 'unlabelled', output);
      return output;
    },
    async hpkeSeal(publicKey, info, aad, plaintext) {
      // A path secret is sealed as it is, and known by then; the secrets of a Welcome are put together for each joiner.
      trace.recordInput('sealed', plaintext);
      const sealed = await suite.hpkeSeal(publicKey, info, aad, plaintext);
      trace.sealed.push({ publicKey: publicKey.slice(), info, ...sealed });
      return sealed;
    },
    async hpkeOpen(key, kemOutput, info, aad, ciphertext) {
      const opened = await suite.hpkeOpen(key, kemOutput, info, aad, ciphertext);
      if (opened !== undefined) trace.record(`opened ${textIn(info).includes('MLS 1.0 Welcome') ? 'Welcome' : 'UpdatePathNode'}`, opened);
      return opened;
    },
    async hpkeSendExport(publicKey, info, exporterContext, length) {
      const sent = await suite.hpkeSendExport(publicKey, info, exporterContext, length);
      trace.record('external init', sent.exported);
      return sent;
    },
    async hpkeReceiveExport(key, kemOutput, info, exporterContext, length) {
      const exported = await suite.hpkeReceiveExport(key, kemOutput, info, exporterContext, length);
      trace.record('external init', exported);
      return exported;
    },
    generateHPKEKey: () => tracedKey(suite.generateHPKEKey()),
    deriveHPKEKey: (ikm) => tracedKey(suite.deriveHPKEKey(ikm)),
    importHPKEKey: (bytes) => tracedKey(suite.importHPKEKey(bytes)),
    generateSignatureKey: () => tracedKey(suite.generateSignatureKey()),
    importSignatureKey: (bytes) => tracedKey(suite.importSignatureKey(bytes)),
  };
}

const textIn = (part: Uint8Array): string => Buffer.from(part.buffer, part.byteOffset, part.length).toString('latin1');

const hpkeLabels = ['eae_prk', 'shared_secret', 'dkp_prk', 'candidate', 'psk_id_hash', 'info_hash', 'secret', 'base_nonce', 'exp', 'key', 'sec', 'sk'];

/** The label of KDFLabel (RFC 9420 §8), or of a labelled operation of HPKE (RFC 9180 §4). */
function labelIn(parts: readonly Uint8Array[]): string | undefined {
  const text = parts.map(textIn).join('');
  // KDFLabel begins with two bytes of length and the length of the label.
  if (text.startsWith('MLS 1.0 ', 3)) return text.slice(3 + 'MLS 1.0 '.length, 3 + text.charCodeAt(2));
  const at = text.slice(0, 9).indexOf('HPKE-v1');
  if (at < 0) return undefined;
  const label = text.slice(at + 'HPKE-v1'.length + (text.startsWith('KEM', at + 'HPKE-v1'.length) ? 5 : 10));
  return `hpke ${hpkeLabels.find((known) => label.startsWith(known)) ?? 'unknown'}`;
}
