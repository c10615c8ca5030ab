/**
 * HPKE in base mode, single shot (RFC 9180 §6.1), as RFC 9420 §5.1.3 and §8.3 use it. The key schedule is that of
 * @hpke/core; KEM, KDF and AEAD are ours, plugged into its public interfaces.
 */
import { concat } from '../bytes.ts';
import { CipherSuite as HPKECipherSuite, type AeadInterface, type KdfInterface, type KemInterface } from '@hpke/core';
import { usage } from '../errors.ts';
import type { DHKEM } from './dhkem.ts';
import { hkdfExpand } from './labelled-kdf.ts';
import type { AEAD, HashFunction } from './primitives.ts';
import type { CipherSuite, HPKEPrivateKey } from './provider.ts';
import type { CipherSuiteParameters } from './suites.ts';

export interface HPKE {
  readonly seal: CipherSuite['hpkeSeal'];
  readonly open: CipherSuite['hpkeOpen'];
  readonly sendExport: CipherSuite['hpkeSendExport'];
  readonly receiveExport: CipherSuite['hpkeReceiveExport'];
}

export interface HPKEParts {
  readonly hash: HashFunction;
  readonly aead: AEAD;
  readonly dhkem: DHKEM;
}

/**
 * Infos whose hash is worth remembering, by their buffer: a Welcome seals to every joiner with the whole encrypted group
 * info as HPKE's info (10,000 joiners: 50 s of hashing otherwise). Whoever adds a buffer never writes to it again.
 */
export const sharedInfos = new WeakSet<ArrayBufferLike>();

/** A bound that @hpke/core sets. */
const exporterContextLimit = 8192;

export function hpke(suite: CipherSuiteParameters, { hash, aead, dhkem }: HPKEParts): HPKE {
  const core = new HPKECipherSuite({ kem: kem(suite, dhkem), kdf: kdf(suite, hash), aead: aeadObject(suite, aead) });
  // What @hpke/core calls a CryptoKey it only hands through to our KEM: here a public key is its bytes, and a private key
  // its handle.
  const sender = (publicKey: Uint8Array, info: Uint8Array) =>
    core.createSenderContext({ recipientPublicKey: publicKey as unknown as CryptoKey, info: whole(info) });
  const recipient = (key: HPKEPrivateKey, enc: Uint8Array, info: Uint8Array) =>
    core.createRecipientContext({ recipientKey: key as unknown as CryptoKey, enc, info: whole(info) });
  const exporting = <C extends SingleUse>(context: C, exporterContext: Uint8Array, length: number): Promise<Uint8Array> =>
    context
      .export(exporterContext, length)
      .then(bytes)
      .finally(() => wipeContext(context));
  const checkExport = ({ length }: Uint8Array): void =>
    usage(length <= exporterContextLimit, `an exporter context has at most ${exporterContextLimit} bytes`);

  return {
    async seal(publicKey, info, aad, plaintext) {
      const context = await sender(publicKey, info);
      try {
        return { kemOutput: bytes(context.enc), ciphertext: bytes(await context.seal(plaintext, aad)) };
      } finally {
        wipeContext(context);
      }
    },
    async open(key, kemOutput, info, aad, ciphertext) {
      const context = await recipient(key, kemOutput, info);
      try {
        // Our AEAD object gives undefined instead of throwing, and the context passes it on.
        const plaintext: ArrayBuffer | undefined = await context.open(ciphertext, aad);
        return plaintext === undefined ? undefined : bytes(plaintext);
      } finally {
        wipeContext(context);
      }
    },
    async sendExport(publicKey, info, exporterContext, length) {
      checkExport(exporterContext);
      const context = await sender(publicKey, info);
      return { kemOutput: bytes(context.enc), exported: await exporting(context, exporterContext, length) };
    },
    async receiveExport(key, kemOutput, info, exporterContext, length) {
      checkExport(exporterContext);
      const context = await recipient(key, kemOutput, info);
      return exporting(context, exporterContext, length);
    },
  };
}

interface SingleUse {
  export(exporterContext: Uint8Array, length: number): Promise<ArrayBuffer>;
}

/** Wipes a context, which serves once. @hpke/core has no method for it; if it comes to name these otherwise, the tests of deletion fail. */
function wipeContext(context: SingleUse): void {
  const { exporterSecret, _ctx } = context as unknown as { readonly exporterSecret: Uint8Array; readonly _ctx: { readonly key: AEADContext; readonly baseNonce: Uint8Array } };
  for (const secret of [exporterSecret, _ctx.key.key, _ctx.baseNonce]) secret.fill(0);
}

/** Of our own making, with the key at hand for `wipeContext`. */
interface AEADContext extends ReturnType<AeadInterface['createEncryptionContext']> {
  readonly key: Uint8Array;
}

/** A shared info goes to @hpke/core as its buffer, which it does not copy, so that our KDF object recognises it. */
const whole = (info: Uint8Array): ArrayBufferLike | Uint8Array => (sharedInfos.has(info.buffer) ? info.buffer : info);

/** Our objects give @hpke/core Uint8Arrays where its types say ArrayBuffer; it hands them back as they are. */
const bytes = (value: ArrayBuffer | Uint8Array): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array(value));
const asBuffer = (value: Uint8Array): ArrayBuffer => value as unknown as ArrayBuffer;
function view(value: ArrayBufferLike | ArrayBufferView): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : new Uint8Array(value);
}

/** The KEM as @hpke/core sees it: it only ever encapsulates and decapsulates. */
function kem(suite: CipherSuiteParameters, dhkem: DHKEM): KemInterface {
  const unused = (): never => {
    throw new Error('keys are made and loaded by the engine, not by @hpke/core');
  };
  return {
    id: suite.kemId as KemInterface['id'],
    secretSize: suite.nh,
    encSize: suite.npk,
    publicKeySize: suite.npk,
    privateKeySize: suite.nsk,
    async encap({ recipientPublicKey }) {
      const { sharedSecret, enc } = await dhkem.encap(recipientPublicKey as unknown as Uint8Array);
      return { sharedSecret: asBuffer(sharedSecret), enc: asBuffer(enc) };
    },
    decap: async ({ enc, recipientKey }) => asBuffer(await dhkem.decap(view(enc), recipientKey as unknown as HPKEPrivateKey)),
    serializePublicKey: unused,
    deserializePublicKey: unused,
    serializePrivateKey: unused,
    deserializePrivateKey: unused,
    importKey: unused,
    generateKeyPair: unused,
    deriveKeyPair: unused,
  };
}

/**
 * HKDF as @hpke/core sees it. Three outputs of a key schedule are expanded from one PRK, and psk_id is always empty: both
 * are computed once. After the third (the others were exporter secret and key) the PRK and the KEM's shared secret are wiped.
 */
function kdf(suite: CipherSuiteParameters, hash: HashFunction): KdfInterface {
  const version = new TextEncoder().encode('HPKE-v1');
  let suiteId: Uint8Array;
  const extracted = new WeakMap<object, { readonly prk: Uint8Array; left: number }>();
  const hashedEmpty = new WeakMap<Uint8Array, Uint8Array>(); // by label
  const hashedInfos = new WeakMap<ArrayBufferLike, Uint8Array>();

  return {
    id: suite.kdfId as KdfInterface['id'],
    hashSize: suite.nh,
    init(id) {
      suiteId = id;
    },
    buildLabeledIkm: (label, ikm) => concat(version, suiteId, label, ikm),
    buildLabeledInfo: (label, info, length) => concat(Uint8Array.of(length >> 8, length), version, suiteId, label, info),
    extract: async (salt, ikm) => asBuffer(hash.hmac(view(salt), [view(ikm)])),
    expand: async (prk, info, length) => asBuffer(hkdfExpand(hash, view(prk), [view(info)], length)),
    async extractAndExpand(salt, ikm, info, length) {
      // @hpke/core gives the shared secret as the salt: each is the beginning of one key schedule.
      let known = extracted.get(salt);
      if (known === undefined) extracted.set(salt, (known = { prk: hash.hmac(view(salt), [view(ikm)]), left: 3 }));
      const output = hkdfExpand(hash, known.prk, [view(info)], length);
      if (--known.left > 0) return asBuffer(output);
      extracted.delete(salt);
      known.prk.fill(0);
      view(salt).fill(0);
      // The last is the nonce, which the context copies unless it is an ArrayBuffer.
      const { buffer } = new Uint8Array(output);
      output.fill(0);
      return buffer;
    },
    async labeledExtract(salt, label, ikm) {
      const compute = (): Uint8Array => hash.hmac(view(salt), [version, suiteId, label, ikm]);
      if (ikm.length === 0) return asBuffer(remember(hashedEmpty, label, compute));
      return asBuffer(sharedInfos.has(ikm.buffer) ? remember(hashedInfos, ikm.buffer, compute) : compute());
    },
    labeledExpand: async (prk, label, info, length) =>
      asBuffer(hkdfExpand(hash, view(prk), [Uint8Array.of(length >> 8, length), version, suiteId, label, info], length)),
  };
}

function remember<Key extends WeakKey>(known: WeakMap<Key, Uint8Array>, key: Key, compute: () => Uint8Array): Uint8Array {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = compute()));
  return value;
}

function aeadObject(suite: CipherSuiteParameters, aead: AEAD): AeadInterface {
  return {
    id: suite.aeadId as AeadInterface['id'],
    keySize: suite.nk,
    nonceSize: suite.nn,
    tagSize: 16,
    createEncryptionContext: (key): AEADContext => ({
      key: view(key),
      seal: async (nonce, plaintext, aad) => asBuffer(aead.seal(view(key), view(nonce), view(aad), view(plaintext))),
      open: async (nonce, ciphertext, aad) => asBuffer(aead.open(view(key), view(nonce), view(aad), view(ciphertext)) as Uint8Array),
    }),
  };
}
