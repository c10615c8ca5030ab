/** crypto-basics.json: the labelled operations of RFC 9420 §5.1, §5.2, §8 and §9.1. */
import { decryptWithLabel, deriveSecret, deriveTreeSecret, encryptWithLabel, expandWithLabel, refHash, signWithLabel, verifyWithLabel } from '../mls/crypto/labelled.ts';
import type { CipherSuite } from '../mls/crypto/provider.ts';
import { importHPKEKey, importSignatureKey } from './private-key.ts';
import { at, bytes, holdsAt, number, object, sameBytesAt, text, vectorType } from './vector-type.ts';
import type { z } from 'zod';

const schema = object({
  cipher_suite: number,
  ref_hash: object({ label: text, value: bytes, out: bytes }),
  expand_with_label: object({ secret: bytes, label: text, context: bytes, length: number, out: bytes }),
  derive_secret: object({ secret: bytes, label: text, out: bytes }),
  derive_tree_secret: object({ secret: bytes, label: text, generation: number, length: number, out: bytes }),
  sign_with_label: object({ priv: bytes, pub: bytes, content: bytes, label: text, signature: bytes }),
  encrypt_with_label: object({ priv: bytes, pub: bytes, label: text, context: bytes, plaintext: bytes, kem_output: bytes, ciphertext: bytes }),
});
type Case = z.output<typeof schema>;

export const cryptoBasics = vectorType({
  name: 'crypto-basics',
  schema,
  async verify(vector, { provider }) {
    const suite = provider.cipherSuite(vector.cipher_suite);
    const { ref_hash: ref, expand_with_label: expand, derive_secret: derive, derive_tree_secret: tree } = vector;
    sameBytesAt('.ref_hash.out', ref.out, refHash(suite, ref.label, ref.value));
    sameBytesAt('.expand_with_label.out', expand.out, expandWithLabel(suite, expand.secret, expand.label, expand.context, expand.length));
    sameBytesAt('.derive_secret.out', derive.out, deriveSecret(suite, derive.secret, derive.label));
    sameBytesAt('.derive_tree_secret.out', tree.out, deriveTreeSecret(suite, tree.secret, tree.label, tree.generation, tree.length));
    await at('.sign_with_label', () => verifySigning(suite, vector.sign_with_label));
    await at('.encrypt_with_label', () => verifyEncryption(suite, vector.encrypt_with_label));
  },
  generate: { 'crypto-basics': async ({ suite }) => [await generate(suite)] },
});

async function verifySigning(suite: CipherSuite, { priv, pub, content, label, signature }: Case['sign_with_label']): Promise<void> {
  holdsAt('.signature', await verifyWithLabel(suite, pub, label, content, signature), 'does not verify');
  const key = await at('.priv', () => importSignatureKey(suite, priv));
  sameBytesAt('.pub', pub, key.publicKey);
  const ours = await signWithLabel(suite, key, label, content);
  holdsAt('.priv', await verifyWithLabel(suite, pub, label, content, ours), 'a signature made with it does not verify');
}

async function verifyEncryption(suite: CipherSuite, vector: Case['encrypt_with_label']): Promise<void> {
  const { priv, pub, label, context, plaintext } = vector;
  const key = await at('.priv', () => importHPKEKey(suite, priv));
  sameBytesAt('.pub', pub, key.publicKey);
  const opened = await decryptWithLabel(suite, key, label, context, vector.kem_output, vector.ciphertext);
  holdsAt('.ciphertext', opened !== undefined, 'does not open');
  sameBytesAt('.plaintext', plaintext, opened);
  const { kemOutput, ciphertext } = await encryptWithLabel(suite, pub, label, context, plaintext);
  const again = await decryptWithLabel(suite, key, label, context, kemOutput, ciphertext);
  holdsAt('.pub', again !== undefined, 'what was encrypted to it does not open');
  sameBytesAt('.plaintext', plaintext, again);
}

async function generate(suite: CipherSuite): Promise<Case> {
  const { id, nh, nk, random } = suite;
  const [value, secret, context, content, plaintext] = [random(64), random(nh), random(40), random(70), random(33)];
  const [signing, decrypting] = [await suite.generateSignatureKey(), await suite.generateHPKEKey()];
  const signature = await signWithLabel(suite, signing, 'FramedContentTBS', content);
  const { kemOutput, ciphertext } = await encryptWithLabel(suite, decrypting.publicKey, 'UpdatePathNode', context, plaintext);
  return {
    cipher_suite: id,
    ref_hash: { label: 'MLS 1.0 KeyPackage Reference', value, out: refHash(suite, 'MLS 1.0 KeyPackage Reference', value) },
    expand_with_label: { secret, label: 'a label of its own', context, length: nk, out: expandWithLabel(suite, secret, 'a label of its own', context, nk) },
    derive_secret: { secret, label: 'exporter', out: deriveSecret(suite, secret, 'exporter') },
    derive_tree_secret: { secret, label: 'key', generation: 0x89abcdef, length: nk, out: deriveTreeSecret(suite, secret, 'key', 0x89abcdef, nk) },
    sign_with_label: { priv: signing.serialize(), pub: signing.publicKey, content, label: 'FramedContentTBS', signature },
    encrypt_with_label: {
      priv: decrypting.serialize(),
      pub: decrypting.publicKey,
      label: 'UpdatePathNode',
      context,
      plaintext,
      kem_output: kemOutput,
      ciphertext,
    },
  };
}
