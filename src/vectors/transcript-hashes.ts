/** transcript-hashes.json: the hashes that a Commit moves forward (RFC 9420 §8.2). */
import type { z } from 'zod';
import type { CipherSuite } from '../mls/crypto/provider.ts';
import { confirmationTag } from '../mls/epoch/key-schedule.ts';
import { authenticatedContentBytes, signFramedContent } from '../mls/epoch/sign-content.ts';
import { confirmedTranscriptHash, interimTranscriptHash } from '../mls/epoch/transcript-hash.ts';
import { Secret } from '../mls/secret.ts';
import { AuthenticatedContent, FramedContent } from '../mls/wire/framing.ts';
import { decode, encode } from '../mls/wire/presentation-language.ts';
import { at, bytes, holdsAt, number, object, sameBytesAt, vectorType } from './vector-type.ts';

const schema = object({
  cipher_suite: number,
  confirmation_key: bytes,
  authenticated_content: bytes,
  interim_transcript_hash_before: bytes,
  confirmed_transcript_hash_after: bytes,
  interim_transcript_hash_after: bytes,
});
type Case = z.output<typeof schema>;

export const transcriptHashes = vectorType({
  name: 'transcript-hashes',
  schema,
  async verify(vector, { provider }) {
    const suite = provider.cipherSuite(vector.cipher_suite);
    const { wireFormat, content, auth } = await at('.authenticated_content', () => decode(AuthenticatedContent, vector.authenticated_content, 'AuthenticatedContent'));
    holdsAt('.authenticated_content', content.contentType === 'commit' && auth.confirmationTag !== undefined, `holds a ${content.contentType}, not a commit`);
    const commit = { wireFormat, contentBytes: encode(FramedContent, content), signature: auth.signature };
    const confirmed = confirmedTranscriptHash(suite, { interimTranscriptHash: vector.interim_transcript_hash_before, ...commit });
    sameBytesAt('.confirmed_transcript_hash_after', vector.confirmed_transcript_hash_after, confirmed);
    const tag = confirmationTag(suite, new Secret(vector.confirmation_key), confirmed);
    holdsAt('.authenticated_content', suite.equal(tag, auth.confirmationTag), 'its confirmation tag is not the MAC of the confirmed transcript hash');
    sameBytesAt('.interim_transcript_hash_after', vector.interim_transcript_hash_after, interimTranscriptHash(suite, confirmed, tag));
  },
  generate: { 'transcript-hashes': async ({ suite }) => [await generate(suite)] },
});

async function generate(suite: CipherSuite): Promise<Case> {
  const { id, nh, random } = suite;
  const [confirmation_key, before] = [random(nh), random(nh)];
  const key = await suite.generateSignatureKey();
  const content: FramedContent = {
    groupId: random(16),
    epoch: 7n,
    sender: { senderType: 'member', leafIndex: 2 },
    authenticatedData: random(5),
    contentType: 'commit',
    commit: { proposals: [{ type: 'reference', reference: random(nh) }], path: undefined },
  };
  const signed = await signFramedContent({ suite, key, wireFormat: 'mls_private_message', content, groupContext: random(100) });
  const confirmed = confirmedTranscriptHash(suite, { interimTranscriptHash: before, ...signed });
  const tag = confirmationTag(suite, new Secret(confirmation_key), confirmed);
  return {
    cipher_suite: id,
    confirmation_key,
    authenticated_content: authenticatedContentBytes(signed, tag),
    interim_transcript_hash_before: before,
    confirmed_transcript_hash_after: confirmed,
    interim_transcript_hash_after: interimTranscriptHash(suite, confirmed, tag),
  };
}
