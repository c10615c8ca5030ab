/** What an error of the codec says: RFC 9420 §2.1, §6. What does not decode is in src/hostile/violations. */
import { expect, test } from 'vitest';
import { concat } from '../../src/mls/bytes.ts';
import { MLSMessage } from '../../src/mls/wire/framing.ts';
import { decode, encode, vector } from '../../src/mls/wire/presentation-language.ts';
import { Extension } from '../../src/mls/wire/extension.ts';
import { forgeCommit } from '../../src/hostile/forge/forge-commit.ts';
import { forgeProposal } from '../../src/hostile/forge/forge-message.ts';
import { contentTypeAt, put } from '../../src/hostile/forge/place-octets.ts';
import type { Group } from '../../src/index.ts';
import { failure, follows, refused, refuses } from './support.ts';
import { history } from '../support/people.ts';

const { groups } = await history(['alice', 'bob']);
const [a, b] = groups as [Group, Group];
const commit = await forgeCommit(a.state);
const proposal = await forgeProposal(a.state, { proposalType: 'remove', removed: 1 });

test('R-2.1-04: any prefix of a Commit message is malformed, and the group is unchanged', async () => {
  for (const length of [0, 1, 3, 10, 60, 61, commit.message.length >> 1, commit.message.length - 1]) {
    const { code, requirement, path } = await failure(() => b.receive(commit.message.subarray(0, length)));
    // It may end inside a field, or inside a vector that says that it is longer.
    expect([code, path]).toEqual(['malformed', expect.stringMatching(/^MLSMessage/)]);
    expect(length < 4 ? ['R-2.1-04'] : ['R-2.1-03', 'R-2.1-04', 'R-2.1.2-07']).toContain(requirement);
  }
  await follows(b, commit);
});

test('R-2.1-02: an error about a byte too many says where the message should have ended', async () => {
  const error = await refused(b, concat(commit.message, Uint8Array.of(0)), { requirement: 'R-2.1-02', code: 'malformed' });
  expect([error.path, error.offset]).toEqual(['MLSMessage', commit.message.length]);
});

test('R-6-07: an error about a field gives its path and the offset behind it', async () => {
  const at = contentTypeAt()(proposal);
  const error = await refused(b, put(at, 9)(proposal), { requirement: 'R-6-07', code: 'malformed' });
  expect([error.path, error.offset]).toEqual(['MLSMessage.publicMessage.content.contentType', at + 1]);
  expect(encode(MLSMessage, decode(MLSMessage, proposal, 'Input'))).toEqual(proposal);
});

test('R-2.1-03: an error about an element of a vector gives its index', async () => {
  const error = await refuses(() => decode(vector(Extension), Uint8Array.of(6, 0, 1, 0, 0, 2, 9), 'Input'), { requirement: 'R-2.1-03', code: 'malformed' });
  expect(error.path).toMatch(/^Input\[1\]/);
});
