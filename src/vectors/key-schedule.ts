/** key-schedule.json: the key schedule over some epochs (RFC 9420 §8). */
import type { z } from 'zod';
import { hex } from '../mls/bytes.ts';
import type { CipherSuite } from '../mls/crypto/provider.ts';
import { deriveEpochSecrets, epochSecret, externalKey, joinerSecret, memberSecret, mlsExporter, welcomeSecret } from '../mls/epoch/key-schedule.ts';
import { GroupContext } from '../mls/wire/group-info.ts';
import { encode } from '../mls/wire/presentation-language.ts';
import { mls10 } from '../mls/wire/registries.ts';
import { at, bytes, list, number, object, sameBytesAt, text, vectorType } from './vector-type.ts';

const epochInputs = { tree_hash: bytes, commit_secret: bytes, psk_secret: bytes, confirmed_transcript_hash: bytes };
const epochOutputs = {
  group_context: bytes,
  joiner_secret: bytes,
  welcome_secret: bytes,
  init_secret: bytes,
  sender_data_secret: bytes,
  encryption_secret: bytes,
  exporter_secret: bytes,
  epoch_authenticator: bytes,
  external_secret: bytes,
  confirmation_key: bytes,
  membership_key: bytes,
  resumption_psk: bytes,
  external_pub: bytes,
};
const exporter = object({ label: text, context: bytes, length: number, secret: bytes });
const epoch = object({ ...epochInputs, ...epochOutputs, exporter });
const schema = object({ cipher_suite: number, group_id: bytes, initial_init_secret: bytes, epochs: list(epoch) });
type Case = z.output<typeof schema>;
type Epoch = z.output<typeof epoch>;
type Inputs = Pick<Epoch, keyof typeof epochInputs> & { readonly exporter: Omit<Epoch['exporter'], 'secret'> };

export const keySchedule = vectorType({
  name: 'key-schedule',
  schema,
  async verify(vector, { provider }) {
    const suite = provider.cipherSuite(vector.cipher_suite);
    let initSecret = vector.initial_init_secret;
    for (const [i, expected] of vector.epochs.entries()) {
      const found = await at(`.epochs[${i}]`, () => computeEpoch(suite, expected, { groupId: vector.group_id, epoch: BigInt(i), initSecret }));
      for (const name of Object.keys(epochOutputs) as (keyof typeof epochOutputs)[]) {
        sameBytesAt(`.epochs[${i}].${name}`, expected[name], found[name]);
      }
      sameBytesAt(`.epochs[${i}].exporter.secret`, expected.exporter.secret, found.exporter.secret);
      initSecret = found.init_secret;
    }
  },
  generate: { 'key-schedule': async ({ suite }) => [await generate(suite)] },
});

async function computeEpoch(
  suite: CipherSuite,
  inputs: Inputs,
  { groupId, epoch, initSecret }: { readonly groupId: Uint8Array; readonly epoch: bigint; readonly initSecret: Uint8Array },
): Promise<Epoch> {
  const { tree_hash, commit_secret, psk_secret, confirmed_transcript_hash } = inputs;
  const context = { version: mls10, cipherSuite: suite.id, groupId, epoch, treeHash: tree_hash, confirmedTranscriptHash: confirmed_transcript_hash, extensions: [] };
  const group_context = encode(GroupContext, context);
  const joiner_secret = joinerSecret(suite, { initSecret, commitSecret: commit_secret, groupContext: group_context });
  const member = memberSecret(suite, joiner_secret, psk_secret);
  const secrets = deriveEpochSecrets(suite, epochSecret(suite, member, group_context));
  return {
    ...{ tree_hash, commit_secret, psk_secret, confirmed_transcript_hash, group_context, joiner_secret },
    welcome_secret: welcomeSecret(suite, member),
    init_secret: secrets.initSecret.expose(),
    sender_data_secret: secrets.senderDataSecret.expose(),
    encryption_secret: secrets.encryptionSecret.expose(),
    exporter_secret: secrets.exporterSecret.expose(),
    epoch_authenticator: secrets.epochAuthenticator.expose(),
    external_secret: secrets.externalSecret.expose(),
    confirmation_key: secrets.confirmationKey.expose(),
    membership_key: secrets.membershipKey.expose(),
    resumption_psk: secrets.resumptionPsk.expose(),
    external_pub: (await externalKey(suite, secrets.externalSecret)).publicKey,
    exporter: { ...inputs.exporter, secret: mlsExporter(suite, secrets.exporterSecret, inputs.exporter) },
  };
}

const epochsPerCase = 3;

async function generate(suite: CipherSuite): Promise<Case> {
  const { id, nh, random } = suite;
  const [group_id, initial_init_secret] = [random(16), random(nh)];
  const epochs: Epoch[] = [];
  let initSecret: Uint8Array = initial_init_secret;
  for (let i = 0; i < epochsPerCase; i++) {
    const inputs: Inputs = {
      tree_hash: random(nh),
      commit_secret: random(nh),
      psk_secret: random(nh),
      confirmed_transcript_hash: random(nh),
      exporter: { label: hex(random(8)), context: random(20), length: 16 * (i + 1) },
    };
    const computed = await computeEpoch(suite, inputs, { groupId: group_id, epoch: BigInt(i), initSecret });
    epochs.push(computed);
    initSecret = computed.init_secret;
  }
  return { cipher_suite: id, group_id, initial_init_secret, epochs };
}
