/** welcome.json: opening a Welcome and checking its GroupInfo, without a ratchet tree (RFC 9420 §12.4.3.1). */
import type { z } from 'zod';
import { sameBytes } from '../mls/bytes.ts';
import { decryptWithLabel, makeKeyPackageRef, verifyWithLabel } from '../mls/crypto/labelled.ts';
import type { CipherSuite, CryptoProvider } from '../mls/crypto/provider.ts';
import { memberSecret, welcomeKeyAndNonce, welcomeSecret } from '../mls/epoch/key-schedule.ts';
import { add } from '../mls/group/proposals.ts';
import { runSchedule } from '../mls/group/next-epoch.ts';
import { MLSMessage } from '../mls/wire/framing.ts';
import { GroupContext, GroupInfo, GroupInfoTBS, GroupSecrets, type Welcome } from '../mls/wire/group-info.ts';
import { KeyPackage } from '../mls/wire/leaf-node.ts';
import { decode, encode } from '../mls/wire/presentation-language.ts';
import { importHPKEKey } from './private-key.ts';
import { sampleClient, sampleKeyPackage } from './sample-group.ts';
import { at, bytes, holdsAt, number, object, sameAt, sameBytesAt, vectorType } from './vector-type.ts';

const schema = object({ cipher_suite: number, init_priv: bytes, signer_pub: bytes, key_package: bytes, welcome: bytes });
type Case = z.output<typeof schema>;

export const welcome = vectorType({
  name: 'welcome',
  schema,
  async verify(vector, { provider }) {
    const suite = provider.cipherSuite(vector.cipher_suite);
    const keyPackage = decode(MLSMessage, vector.key_package, 'MLSMessage');
    holdsAt('.key_package', keyPackage.wireFormat === 'mls_key_package', `is a ${keyPackage.wireFormat}`);
    const message = decode(MLSMessage, vector.welcome, 'MLSMessage');
    holdsAt('.welcome', message.wireFormat === 'mls_welcome', `is a ${message.wireFormat}`);
    await at('.welcome', () => verifyWelcome(suite, { vector, keyPackage: keyPackage.keyPackage, welcome: message.welcome }));
  },
  generate: { welcome: async ({ suite, provider }) => [await generate(provider, suite.id)] },
});

async function verifyWelcome(suite: CipherSuite, from: { readonly vector: Case; readonly keyPackage: KeyPackage; readonly welcome: Welcome }): Promise<void> {
  const { vector, keyPackage, welcome } = from;
  const initKey = await importHPKEKey(suite, vector.init_priv);
  holdsAt('', sameBytes(initKey.publicKey, keyPackage.initKey), 'init_priv is not the private key of init_key');
  sameAt('', vector.cipher_suite, welcome.cipherSuite);

  const reference = makeKeyPackageRef(suite, encode(KeyPackage, keyPackage));
  const entry = welcome.secrets.find(({ newMember }) => sameBytes(newMember, reference));
  holdsAt('', entry !== undefined, 'has no entry for the KeyPackage');
  const { kemOutput, ciphertext } = entry.encryptedGroupSecrets;
  const plaintext = await decryptWithLabel(suite, initKey, 'Welcome', welcome.encryptedGroupInfo, kemOutput, ciphertext);
  holdsAt('', plaintext !== undefined, 'the group secrets do not open');
  const { joinerSecret, psks } = decode(GroupSecrets, plaintext, 'GroupSecrets');
  sameAt('', 0, psks.length);

  const member = memberSecret(suite, joinerSecret, new Uint8Array(suite.nh));
  const { key, nonce } = welcomeKeyAndNonce(suite, welcomeSecret(suite, member));
  const opened = suite.open(key, nonce, new Uint8Array(0), welcome.encryptedGroupInfo);
  holdsAt('', opened !== undefined, 'the GroupInfo does not open');
  const { signature, ...unsigned } = decode(GroupInfo, opened, 'GroupInfo');
  const signed = await verifyWithLabel(suite, vector.signer_pub, 'GroupInfoTBS', encode(GroupInfoTBS, unsigned), signature);
  holdsAt('', signed, 'the signature of the GroupInfo does not verify');
  const { groupContext, confirmationTag } = unsigned;
  const schedule = runSchedule(suite, { joinerSecret }, { groupContext, contextBytes: encode(GroupContext, groupContext), pskSecret: new Uint8Array(suite.nh) });
  sameBytesAt('', confirmationTag, schedule.confirmationTag);
}

async function generate(provider: CryptoProvider, suite: number): Promise<Case> {
  const [creator, joiner] = [await sampleClient(provider, { suite, handshakeAs: 'private' }), await sampleClient(provider, { suite, handshakeAs: 'private' })];
  const bundle = await sampleKeyPackage(joiner);
  const group = await creator.createGroup();
  const { welcome } = await group.commit({ proposals: [add(bundle.keyPackage)] });
  return {
    cipher_suite: suite,
    init_priv: bundle.initKey.serialize(),
    signer_pub: creator.signatureKey.publicKey,
    key_package: bundle.message,
    welcome: welcome!,
  };
}
