/** Official vectors messages.json and deserialization.json: every struct decodes whole and encodes to the same bytes. */
import { describe, expect, it } from 'vitest';
import { MLSMessage } from '../../../src/mls/wire/framing.ts';
import { GroupSecrets } from '../../../src/mls/wire/group-info.ts';
import { decode, encode, type Codec } from '../../../src/mls/wire/presentation-language.ts';
import { Add, Commit, ExternalInit, GroupContextExtensions, PreSharedKey, ReInit, Remove, Update } from '../../../src/mls/wire/proposal.ts';
import { Reader } from '../../../src/mls/wire/cursor.ts';
import { RatchetTreeNodes } from '../../../src/mls/wire/tree-node.ts';
import { fromHex, hex } from '../../../src/mls/bytes.ts';
import { dataJson } from '../../support/data.ts';

const codecs: Record<string, Codec<any>> = {
  mls_welcome: MLSMessage,
  mls_group_info: MLSMessage,
  mls_key_package: MLSMessage,
  ratchet_tree: RatchetTreeNodes,
  group_secrets: GroupSecrets,
  add_proposal: Add,
  update_proposal: Update,
  remove_proposal: Remove,
  pre_shared_key_proposal: PreSharedKey,
  re_init_proposal: ReInit,
  external_init_proposal: ExternalInit,
  group_context_extensions_proposal: GroupContextExtensions,
  commit: Commit,
  public_message_application: MLSMessage,
  public_message_proposal: MLSMessage,
  public_message_commit: MLSMessage,
  private_message: MLSMessage,
};

const messages = dataJson<Record<string, string>[]>('vectors/messages.json');
const headers = dataJson<{ vlbytes_header: string; length: number }[]>('vectors/deserialization.json');

describe('official vectors of the wire format', () => {
  it.runIf(messages !== undefined)('every message decodes whole and encodes to the same bytes', () => {
    for (const [i, vector] of messages!.entries()) {
      expect(Object.keys(vector).sort()).toEqual(Object.keys(codecs).sort());
      for (const [name, expected] of Object.entries(vector)) {
        const bytes = fromHex(expected);
        const value = decode(codecs[name]!, bytes, name);
        expect(hex(encode(codecs[name]!, value)), `${i}.${name}`).toBe(expected);
      }
    }
  });

  it.runIf(headers !== undefined)('every vector length header has the length it stands for', () => {
    for (const { vlbytes_header, length } of headers!) {
      expect(new Reader(fromHex(vlbytes_header), 'header').varint()).toBe(length);
    }
  });
});
