/** The official crypto-basics vectors: the labelled operations of every suite, with both providers. */
import { describe, expect, test } from 'vitest';
import { decryptWithLabel, deriveSecret, deriveTreeSecret, encryptWithLabel, expandWithLabel, refHash, signWithLabel, verifyWithLabel } from '../../../src/mls/crypto/labelled.ts';
import { dataJson } from '../../support/data.ts';
import { hex, providers, unhex } from './support.ts';

interface Case {
  readonly cipher_suite: number;
  readonly ref_hash: { readonly label: string; readonly value: string; readonly out: string };
  readonly expand_with_label: { readonly secret: string; readonly label: string; readonly context: string; readonly length: number; readonly out: string };
  readonly derive_secret: { readonly secret: string; readonly label: string; readonly out: string };
  readonly derive_tree_secret: { readonly secret: string; readonly label: string; readonly generation: number; readonly length: number; readonly out: string };
  readonly sign_with_label: { readonly priv: string; readonly pub: string; readonly content: string; readonly label: string; readonly signature: string };
  readonly encrypt_with_label: { readonly priv: string; readonly pub: string; readonly label: string; readonly context: string; readonly plaintext: string; readonly kem_output: string; readonly ciphertext: string };
}

const cases = dataJson<Case[]>('vectors', 'crypto-basics.json');

describe.skipIf(cases === undefined).each(providers)('%s agrees with crypto-basics.json', (_, provider) => {
  test.each((cases ?? []).map((vector) => [vector.cipher_suite, vector] as const))('in suite %i', async (id, vector) => {
    const suite = provider.cipherSuite(id);
    const { ref_hash, expand_with_label, derive_secret, derive_tree_secret, sign_with_label, encrypt_with_label } = vector;

    expect(hex(refHash(suite, ref_hash.label, unhex(ref_hash.value)))).toBe(ref_hash.out);
    expect(hex(expandWithLabel(suite, unhex(expand_with_label.secret), expand_with_label.label, unhex(expand_with_label.context), expand_with_label.length))).toBe(expand_with_label.out);
    expect(hex(deriveSecret(suite, unhex(derive_secret.secret), derive_secret.label))).toBe(derive_secret.out);
    expect(hex(deriveTreeSecret(suite, unhex(derive_tree_secret.secret), derive_tree_secret.label, derive_tree_secret.generation, derive_tree_secret.length))).toBe(derive_tree_secret.out);

    const publicKey = unhex(sign_with_label.pub);
    const content = unhex(sign_with_label.content);
    expect(await verifyWithLabel(suite, publicKey, sign_with_label.label, content, unhex(sign_with_label.signature))).toBe(true);
    const signatureKey = await suite.importSignatureKey(unhex(sign_with_label.priv));
    expect(hex(signatureKey.publicKey)).toBe(sign_with_label.pub);
    const signature = await signWithLabel(suite, signatureKey, sign_with_label.label, content);
    expect(await verifyWithLabel(suite, publicKey, sign_with_label.label, content, signature)).toBe(true);
    expect(await verifyWithLabel(suite, publicKey, `${sign_with_label.label}!`, content, signature), 'R-5.1.2-04').toBe(false);

    const { label } = encrypt_with_label;
    const context = unhex(encrypt_with_label.context);
    const key = await suite.importHPKEKey(unhex(encrypt_with_label.priv));
    expect(hex(key.publicKey)).toBe(encrypt_with_label.pub);
    expect(hex(await decryptWithLabel(suite, key, label, context, unhex(encrypt_with_label.kem_output), unhex(encrypt_with_label.ciphertext)))).toBe(encrypt_with_label.plaintext);
    const { kemOutput, ciphertext } = await encryptWithLabel(suite, key.publicKey, label, context, unhex(encrypt_with_label.plaintext));
    expect(hex(await decryptWithLabel(suite, key, label, context, kemOutput, ciphertext))).toBe(encrypt_with_label.plaintext);
    expect(await decryptWithLabel(suite, key, `${label}!`, context, kemOutput, ciphertext), 'R-5.1.3-02').toBeUndefined();
  });
});
