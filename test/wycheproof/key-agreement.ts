/**
 * Diffie-Hellman as the provider interface offers it, inside HPKE: a case's public key is taken for a kem_output, and what
 * the recipient exports has to be what RFC 9180 makes of the case's shared secret. The way from one to the other is written
 * down here a second time, on the suite's HKDF alone.
 */
import { expect } from 'vitest';
import type { CipherSuite, HPKEPrivateKey } from '../../src/mls/crypto/provider.ts';
import { hex, orRefused, unhex } from './sets.ts';

export interface AgreementFields {
  readonly public: string;
  readonly private: string;
  readonly shared: string;
}

const empty = new Uint8Array(0);
const unusable = { code: 'invalid', requirement: 'R-5.1.1-04' };
const info = new TextEncoder().encode('info');
const exporterContext = new TextEncoder().encode('exporter context');

/** `agreed` on the shared secret, `another secret`, or `refused` wherever the public key of the case may turn up. */
export async function agreement(suite: CipherSuite, { public: publicKey, private: privateKey, shared }: AgreementFields): Promise<string> {
  const kemOutput = unhex(publicKey);
  const key = await loaded(suite, privateKey);
  const outcome = await orRefused(unusable, async () => {
    const exported = await suite.hpkeReceiveExport(key, kemOutput, info, exporterContext, suite.nh);
    return hex(exported) === hex(exportOf(suite, { kemOutput, publicKey: key.publicKey, dh: unhex(shared) })) ? 'agreed' : 'another secret';
  });
  expect(suite.isHPKEPublicKey(kemOutput) && !suite.isLowOrder(kemOutput), publicKey).toBe(outcome !== 'refused');
  if (outcome === 'refused') await expectUnusable(suite, kemOutput, key);
  return outcome;
}

/** That nobody can encrypt to `publicKey`, nor open or export with it as kem_output (R-5.1.1-04). */
export async function expectUnusable(suite: CipherSuite, publicKey: Uint8Array, key: HPKEPrivateKey): Promise<void> {
  const attempts = [
    suite.hpkeSeal(publicKey, info, empty, empty),
    suite.hpkeSendExport(publicKey, info, exporterContext, suite.nh),
    suite.hpkeOpen(key, publicKey, info, empty, new Uint8Array(16)),
    suite.hpkeReceiveExport(key, publicKey, info, exporterContext, suite.nh),
  ];
  for (const attempt of await Promise.allSettled(attempts)) {
    expect(attempt, hex(publicKey)).toMatchObject({ status: 'rejected', reason: { name: 'MLSError', ...unusable } });
  }
}

const keys = new Map<string, Promise<HPKEPrivateKey>>();

/** Loads each private key once: the sets use some thirty per NIST curve. */
function loaded(suite: CipherSuite, privateKey: string): Promise<HPKEPrivateKey> {
  const name = `${suite.provider} ${suite.curve} ${privateKey}`;
  let key = keys.get(name);
  if (key === undefined) keys.set(name, (key = suite.importHPKEKey(unhex(privateKey))));
  return key;
}

interface Agreement {
  readonly kemOutput: Uint8Array;
  /** Of the recipient. */
  readonly publicKey: Uint8Array;
  readonly dh: Uint8Array;
}

/** RFC 9180 §4.1 ExtractAndExpand, §5.1 KeySchedule in base mode, §5.3 Export, for the info and context above. */
function exportOf(suite: CipherSuite, { kemOutput, publicKey, dh }: Agreement): Uint8Array {
  const kem = labelled(suite, Buffer.concat([Buffer.from('KEM'), uint16(suite.kemId)]));
  const sharedSecret = kem.expand(kem.extract(empty, 'eae_prk', dh), 'shared_secret', Buffer.concat([kemOutput, publicKey]));
  const hpke = labelled(suite, Buffer.concat([Buffer.from('HPKE'), uint16(suite.kemId), uint16(suite.kdfId), uint16(suite.aeadId)]));
  const context = Buffer.concat([Uint8Array.of(0), hpke.extract(empty, 'psk_id_hash', empty), hpke.extract(empty, 'info_hash', info)]);
  const exporterSecret = hpke.expand(hpke.extract(sharedSecret, 'secret', empty), 'exp', context);
  return hpke.expand(exporterSecret, 'sec', exporterContext);
}

/** RFC 9180 §4 LabeledExtract and LabeledExpand to Nh bytes. */
function labelled(suite: CipherSuite, suiteId: Uint8Array) {
  const prefix = (label: string): Buffer => Buffer.concat([Buffer.from('HPKE-v1'), suiteId, Buffer.from(label)]);
  return {
    extract: (salt: Uint8Array, label: string, ikm: Uint8Array) => suite.extract(salt, Buffer.concat([prefix(label), ikm])),
    expand: (prk: Uint8Array, label: string, context: Uint8Array) => suite.expand(prk, Buffer.concat([uint16(suite.nh), prefix(label), context]), suite.nh),
  };
}

const uint16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff);
