/** secret-tree.json: sender data keys and the ratchets of every leaf (RFC 9420 §6.3.2, §9). */
import type { z } from 'zod';
import type { CipherSuite } from '../mls/crypto/provider.ts';
import { senderDataKeyAndNonce } from '../mls/epoch/private-message.ts';
import { SecretTree } from '../mls/epoch/secret-tree.ts';
import { Secret } from '../mls/secret.ts';
import { bytes, holdsAt, list, number, object, sameBytesAt, vectorType } from './vector-type.ts';

const generationKeys = object({ generation: number, handshake_key: bytes, handshake_nonce: bytes, application_key: bytes, application_nonce: bytes });
const schema = object({
  cipher_suite: number,
  sender_data: object({ sender_data_secret: bytes, ciphertext: bytes, key: bytes, nonce: bytes }),
  encryption_secret: bytes,
  leaves: list(list(generationKeys)),
});
type Case = z.output<typeof schema>;

export const secretTree = vectorType({
  name: 'secret-tree',
  schema,
  verify(vector, { provider }) {
    const suite = provider.cipherSuite(vector.cipher_suite);
    const sender = senderDataKeyAndNonce(suite, new Secret(vector.sender_data.sender_data_secret), vector.sender_data.ciphertext);
    sameBytesAt('.sender_data.key', vector.sender_data.key, sender.key);
    sameBytesAt('.sender_data.nonce', vector.sender_data.nonce, sender.nonce);
    const leafCount = vector.leaves.length;
    holdsAt('.leaves', leafCount > 0 && Number.isInteger(Math.log2(leafCount)), `${leafCount} leaves; a secret tree has 2^d`);
    const tree = new SecretTree({ suite, encryptionSecret: new Secret(vector.encryption_secret.slice()), leafCount });
    for (const [leaf, generations] of vector.leaves.entries()) {
      for (const [i, expected] of generations.entries()) {
        const path = `.leaves[${leaf}][${i}]`;
        const found = keysOf(tree, leaf, expected.generation);
        for (const name of ['handshake_key', 'handshake_nonce', 'application_key', 'application_nonce'] as const) {
          sameBytesAt(`${path}.${name}`, expected[name], found[name]);
        }
      }
    }
  },
  generate: { 'secret-tree': ({ suite }) => [1, 4].map((leafCount) => generate(suite, leafCount)) },
});

/** Looks the keys of one generation up and uses them, as receiving does. */
function keysOf(tree: SecretTree, leaf: number, generation: number): z.output<typeof generationKeys> {
  const handshake = tree.receiveKey(leaf, 'handshake', generation);
  const application = tree.receiveKey(leaf, 'application', generation);
  handshake.consume();
  application.consume();
  return { generation, handshake_key: handshake.key, handshake_nonce: handshake.nonce, application_key: application.key, application_nonce: application.nonce };
}

function generate(suite: CipherSuite, leafCount: number): Case {
  const { id, nh, random } = suite;
  const [sender_data_secret, ciphertext, encryption_secret] = [random(nh), random(77), random(nh)];
  const tree = new SecretTree({ suite, encryptionSecret: new Secret(encryption_secret.slice()), leafCount });
  return {
    cipher_suite: id,
    sender_data: { sender_data_secret, ciphertext, ...senderDataKeyAndNonce(suite, new Secret(sender_data_secret), ciphertext) },
    encryption_secret,
    leaves: Array.from({ length: leafCount }, (_, leaf) => [0, 1, 17].map((generation) => keysOf(tree, leaf, generation))),
  };
}
