/** What `inspect` says of malformed input: the fields up to the fault, which field it is, where, and the requirement. */
import { describe, expect, test } from 'vitest';
import { concat, fromHex, hex, utf8 } from '../../../src/mls/bytes.ts';
import { MLSError } from '../../../src/mls/errors.ts';
import { MLSMessage } from '../../../src/mls/wire/framing.ts';
import { decode, encode } from '../../../src/mls/wire/presentation-language.ts';
import { requirements, type RequirementId } from '../../../src/mls/requirements.ts';
import { inspect } from '../../../src/report/inspect/inspect.ts';
import { fieldAt, leavesOf, snakeCase } from '../../../src/report/inspect/inspection.ts';
import { types, type TypeName } from '../../../src/report/inspect/types.ts';
import { expectTiles } from './support.ts';

const tag = new Uint8Array(32).fill(7);
const content = { groupId: utf8('group'), epoch: 3n, sender: { senderType: 'member', leafIndex: 1 }, authenticatedData: new Uint8Array(0), contentType: 'commit', commit: { proposals: [], path: undefined } } as const;
const commit = encode(MLSMessage, { version: 1, wireFormat: 'mls_public_message', publicMessage: { content, auth: { signature: tag, confirmationTag: tag }, membershipTag: tag } });
const secrets = [{ newMember: tag, encryptedGroupSecrets: { kemOutput: tag, ciphertext: tag } }];
const welcome = encode(MLSMessage, { version: 1, wireFormat: 'mls_welcome', welcome: { cipherSuite: 1, secrets, encryptedGroupInfo: tag } });
const psks = encode(types.GroupSecrets, { joinerSecret: tag, pathSecret: { pathSecret: tag }, psks: [] });
const at = (name: string, bytes: Uint8Array) => fieldAt(inspect(bytes, { as: 'MLSMessage' }).tree, `MLSMessage.${name}`)!.start;
const content_ = 'public_message.content';
const changed = (bytes: Uint8Array, offset: number, ...octets: number[]) => concat(bytes.subarray(0, offset), Uint8Array.from(octets), bytes.subarray(offset + octets.length));
const ciphertext = 'welcome.secrets[0].encrypted_group_secrets.ciphertext';

interface Row {
  readonly what: string;
  readonly bytes: Uint8Array;
  readonly path: string;
  readonly requirement: RequirementId;
  /** Of the field, and how far was read. */
  readonly start: number;
  readonly offset: number;
  readonly as?: TypeName;
}

const rows: Row[] = [
  { what: 'a Welcome cut inside its last field', bytes: welcome.subarray(0, -1), path: 'MLSMessage.welcome.encrypted_group_info', requirement: 'R-2.1.2-07', start: at('welcome.encrypted_group_info', welcome), offset: at('welcome.encrypted_group_info', welcome) + 1 },
  { what: 'a Commit cut inside its epoch', bytes: commit.subarray(0, at(`${content_}.epoch`, commit) + 6), path: `MLSMessage.${content_}.epoch`, requirement: 'R-2.1-04', start: at(`${content_}.epoch`, commit), offset: at(`${content_}.epoch`, commit) + 4 },
  { what: 'a Commit cut before a field', bytes: commit.subarray(0, at(`${content_}.sender.leaf_index`, commit)), path: `MLSMessage.${content_}.sender.leaf_index`, requirement: 'R-2.1-04', start: at(`${content_}.sender.leaf_index`, commit), offset: at(`${content_}.sender.leaf_index`, commit) },
  { what: 'a byte after the end', bytes: concat(welcome, Uint8Array.of(9)), path: 'MLSMessage', requirement: 'R-2.1-02', start: welcome.length, offset: welcome.length },
  { what: 'a length that takes two bytes and needs one', bytes: concat(commit.subarray(0, 4), fromHex('4005'), commit.subarray(5)), path: `MLSMessage.${content_}.group_id`, requirement: 'R-2.1.2-04', start: 4, offset: 6 },
  { what: 'a length header that begins with 11', bytes: changed(commit, 4, 0xc5), path: `MLSMessage.${content_}.group_id`, requirement: 'R-2.1.2-05', start: 4, offset: 5 },
  { what: 'an element longer than its list', bytes: changed(welcome, at(ciphertext, welcome), 0x3f), path: `MLSMessage.${ciphertext}`, requirement: 'R-2.1-03', start: at(ciphertext, welcome), offset: at(ciphertext, welcome) + 1 },
  { what: 'presence octet 2 of a path', bytes: changed(commit, at(`${content_}.commit.path`, commit), 2), path: `MLSMessage.${content_}.commit.path`, requirement: 'R-2.1.1-02', start: at(`${content_}.commit.path`, commit), offset: at(`${content_}.commit.path`, commit) + 1 },
  { what: 'a fault inside an optional value', bytes: concat(psks.subarray(0, 34), fromHex('3f'), psks.subarray(35)), path: 'GroupSecrets.path_secret.path_secret', requirement: 'R-2.1.2-07', start: 34, offset: 35, as: 'GroupSecrets' },
  { what: 'an unknown content type', bytes: changed(commit, at(`${content_}.content_type`, commit), 9), path: `MLSMessage.${content_}.content_type`, requirement: 'R-6-07', start: at(`${content_}.content_type`, commit), offset: at(`${content_}.content_type`, commit) + 1 },
  { what: 'an unknown wire format', bytes: changed(commit, 2, 0, 9), path: 'MLSMessage.wire_format', requirement: 'R-6-05', start: 2, offset: 4 },
  { what: 'an unknown version', bytes: changed(commit, 0, 0, 2), path: 'MLSMessage.version', requirement: 'R-6-04', start: 0, offset: 2 },
  { what: 'a node type 3', bytes: fromHex('020103'), path: 'RatchetTree[0].node_type', requirement: 'R-2.1-05', start: 2, offset: 3, as: 'RatchetTree' },
  { what: 'a tree of presence octet 2', bytes: fromHex('0102'), path: 'RatchetTree[0]', requirement: 'R-2.1.1-02', start: 1, offset: 2, as: 'RatchetTree' },
  { what: 'a tree whose length header is wrong', bytes: fromHex('400100'), path: 'RatchetTree', requirement: 'R-2.1.2-04', start: 0, offset: 2, as: 'RatchetTree' },
  { what: 'padding that is not zero', bytes: fromHex('0161010000ff'), path: 'PrivateApplicationContent.padding', requirement: 'R-6.3.1-03', start: 4, offset: 6, as: 'PrivateApplicationContent' },
  { what: 'no octets at all', bytes: new Uint8Array(0), path: 'MLSMessage.version', requirement: 'R-2.1-04', start: 0, offset: 0 },
];

describe.each(rows)('$what', ({ bytes, path, requirement, start, offset, as = 'MLSMessage' }) => {
  const { tree, faults, wellFormed, summary } = inspect(bytes, { as });

  test('is a fault of the field, at its offset, with the requirement', () => {
    expect([wellFormed, summary]).toEqual([false, undefined]);
    expect(faults).toEqual([{ path, start, offset, requirement, rule: requirements[requirement][2], reason: expect.stringMatching(/./) }]);
  });

  test('is what decode() says', () => {
    const error = failureOf(() => decode(types[as], bytes, as));
    expect([error.requirement, error.offset, snakeCase(error.path!.slice(as.length))]).toEqual([requirement, offset, path.slice(as.length)]);
    expect(error.message).toContain(faults[0]!.reason);
  });

  test('leaves a tree that is the whole input, with the field marked', () => {
    expectTiles(tree, bytes.length);
    const marked = [...leavesOf(tree)].filter(({ fault }) => fault !== undefined);
    if (requirement !== 'R-2.1-02') expect(marked.map((field) => [field.start, field.fault])).toEqual(path === as ? [] : [[start, faults[0]!.reason]]);
    else expect(tree.fault).toBe(faults[0]!.reason);
  });
});

test('what was decoded before the fault is all there, and what comes after it is one leaf', () => {
  const from = at(ciphertext, welcome);
  const { tree } = inspect(changed(welcome, from, 0x3f), { as: 'MLSMessage' });
  expect([...leavesOf(tree)].map(({ name, start, end }) => [name, start, end])).toEqual([
    ['version', 0, 2],
    ['wire_format', 2, 4],
    ['cipher_suite', 4, 6],
    ['length', 6, 8],
    ['new_member', 8, 41],
    ['kem_output', 41, 74],
    ['ciphertext', 74, 75],
    ['undecoded', 75, welcome.length],
  ]);
  expect(fieldAt(tree, 'MLSMessage.undecoded')).toMatchObject({ value: hex(welcome.subarray(75)), type: `opaque[${welcome.length - 75}]` });
});

function failureOf(action: () => unknown): MLSError {
  try {
    action();
  } catch (error) {
    if (error instanceof MLSError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
