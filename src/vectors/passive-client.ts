/**
 * passive-client-*.json, and the files made from interop runs: a client that joins by a Welcome and follows the group's
 * proposals and Commits without sending anything (RFC 9420 §12.4).
 */
import type { z } from 'zod';
import { sameBytes } from '../mls/bytes.ts';
import type { CipherSuite } from '../mls/crypto/provider.ts';
import { must } from '../mls/errors.ts';
import { createClient, type Client } from '../mls/group/client.ts';
import type { Group } from '../mls/group/group.ts';
import { update } from '../mls/group/proposals.ts';
import { supportsExtension, typeName } from '../mls/tree/leaf-node-validation.ts';
import { MLSMessage } from '../mls/wire/framing.ts';
import type { KeyPackage } from '../mls/wire/leaf-node.ts';
import { decode } from '../mls/wire/presentation-language.ts';
import { greaseValues } from '../mls/wire/registries.ts';
import { importHPKEKey, importSignatureKey } from './private-key.ts';
import { History, randomEpoch, type HistoryOptions } from './passive-client-history.ts';
import { vectorPolicy } from './vector-policy.ts';
import { at, bytes, holdsAt, inOrder, list, number, object, orNull, sameBytesAt, vectorType, type GenerateContext, type VerifyContext } from './vector-type.ts';

const epoch = object({ proposals: list(bytes), commit: bytes, epoch_authenticator: bytes });
const schema = object({
  cipher_suite: number,
  external_psks: list(object({ psk_id: bytes, psk: bytes })),
  key_package: bytes,
  signature_priv: bytes,
  encryption_priv: bytes,
  init_priv: bytes,
  welcome: bytes,
  ratchet_tree: orNull(bytes),
  initial_epoch_authenticator: bytes,
  epochs: list(epoch),
});
export type PassiveClientCase = z.output<typeof schema>;

export const passiveClient = vectorType({
  name: 'passive-client',
  schema,
  async verify(vector, context) {
    const client = await at('', () => loadClient(vector, context));
    let group = await at('.welcome', () => client.join(vector.welcome, vector.ratchet_tree === null ? {} : { ratchetTree: vector.ratchet_tree }));
    sameBytesAt('.initial_epoch_authenticator', vector.initial_epoch_authenticator, group.epochAuthenticator);
    for (const [i, { proposals, commit, epoch_authenticator }] of vector.epochs.entries()) {
      for (const [j, proposal] of proposals.entries()) group = await at(`.epochs[${i}].proposals[${j}]`, () => received(group, proposal, 'proposal'));
      const next = await at(`.epochs[${i}].commit`, () => received(group, commit, 'commit'));
      sameBytesAt(`.epochs[${i}].epoch_authenticator`, epoch_authenticator, next.epochAuthenticator);
      group.dispose(next);
      group = next;
    }
  },
  generate: {
    'passive-client-welcome': (context) => inOrder(joins, async (how) => (await History.begin(optionsFor(context, how), 3)).toVector()),
    'passive-client-handling-commit': (context) => inOrder(['public', 'private'] as const, (handshakeAs) => handledCommits(optionsFor(context, { handshakeAs }))),
    'passive-client-random': (context) => inOrder(['private'] as const, (handshakeAs) => randomHistory(optionsFor(context, { handshakeAs }))),
  },
});

const joins: readonly Partial<HistoryOptions>[] = [
  { ratchetTree: 'inside', withPsk: false },
  { ratchetTree: 'inside', withPsk: true },
  { ratchetTree: 'apart', withPsk: false },
  { ratchetTree: 'apart', withPsk: true },
];

const optionsFor = ({ provider, suite }: GenerateContext, how: Partial<HistoryOptions>): HistoryOptions => ({
  provider,
  suite: suite.id,
  handshakeAs: 'private',
  ratchetTree: 'inside',
  withPsk: true,
  ...how,
});

/** Proposals by value, then by reference. */
async function handledCommits(options: HistoryOptions): Promise<PassiveClientCase> {
  const history = await History.begin(options, 3);
  await history.commit(1, { proposals: [await history.newcomer(), history.psk()], forcePath: true });
  await history.propose(2, update());
  await history.propose(1, history.removal(3));
  await history.propose(2, history.psk());
  await history.commit(0, {});
  return history.toVector();
}

const randomEpochs = 6;

async function randomHistory(options: HistoryOptions): Promise<PassiveClientCase> {
  const history = await History.begin(options, 3);
  for (let i = 0; i < randomEpochs; i++) await randomEpoch(history, options);
  return history.toVector();
}

/** The client of the vector, with the keys of its KeyPackage, each compared with its public half. */
async function loadClient(vector: PassiveClientCase, { provider, accept, now, note }: VerifyContext): Promise<Client> {
  const suite = provider.cipherSuite(vector.cipher_suite);
  const message = await at('.key_package', () => decode(MLSMessage, vector.key_package, 'MLSMessage'));
  holdsAt('.key_package', message.wireFormat === 'mls_key_package', `is a ${message.wireFormat}`);
  const { keyPackage } = message;
  const keys = await loadKeys(suite, vector, keyPackage);
  await at('.key_package', () => checkExtensions(keyPackage, { accept, note }));
  const client = await createClient({
    crypto: provider,
    cipherSuite: vector.cipher_suite,
    credential: keyPackage.leafNode.credential,
    signatureKey: keys.signatureKey,
    policy: vectorPolicy(now),
    accept: [...accept],
    onAccepted: () => note(unlistedGrease),
  });
  client.addKeyPackage(keyPackage, keys);
  for (const { psk_id, psk } of vector.external_psks) client.storePsk(psk_id, psk);
  return client;
}

/** One text for all of them, so that they are counted together. */
const unlistedGrease = 'R-10-10: a GREASE extension of a KeyPackage is not in the capabilities of its leaf';

/** The engine asks this of the KeyPackages it is sent; the client's own is part of the history, too. */
function checkExtensions({ extensions, leafNode }: KeyPackage, { accept, note }: Pick<VerifyContext, 'accept' | 'note'>): void {
  for (const { extensionType } of extensions) {
    if (supportsExtension(leafNode.capabilities, extensionType)) continue;
    must(accept.has('unlisted-grease') && greaseValues.includes(extensionType), 'R-10-10', () => `extension ${typeName(extensionType)} of the KeyPackage`);
    note(unlistedGrease);
  }
}

async function loadKeys(suite: CipherSuite, vector: PassiveClientCase, { initKey, leafNode }: KeyPackage) {
  const keys = {
    signatureKey: await at('.signature_priv', () => importSignatureKey(suite, vector.signature_priv)),
    encryptionKey: await at('.encryption_priv', () => importHPKEKey(suite, vector.encryption_priv)),
    initKey: await at('.init_priv', () => importHPKEKey(suite, vector.init_priv)),
  };
  holdsAt('.signature_priv', sameBytes(keys.signatureKey.publicKey, leafNode.signatureKey), 'is not the private key of signature_key');
  holdsAt('.encryption_priv', sameBytes(keys.encryptionKey.publicKey, leafNode.encryptionKey), 'is not the private key of encryption_key');
  holdsAt('.init_priv', sameBytes(keys.initKey.publicKey, initKey), 'is not the private key of init_key');
  return keys;
}

async function received(group: Group, message: Uint8Array, kind: 'proposal' | 'commit'): Promise<Group> {
  const outcome = await group.receive(message);
  holdsAt('', outcome.kind === kind, `expected a ${kind}, got: ${outcome.kind}`);
  return outcome.group;
}
