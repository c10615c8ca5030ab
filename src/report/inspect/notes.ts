/** What follows from a field by itself: places in the tree, durations, kinds of ciphertext. */
import type { RequirementId } from '../../mls/requirements.ts';
import { asNodeIndex, level, root } from '../../mls/tree/tree-math.ts';
import type { Lifetime } from '../../mls/wire/leaf-node.ts';
import type { ProposalOrRef } from '../../mls/wire/proposal.ts';
import type { Node } from '../../mls/wire/tree-node.ts';

/** A field whose value and octets are known. */
interface Closed {
  readonly name: string;
  readonly type: string;
  readonly start: number;
  readonly end: number;
  label?: string | undefined;
  readonly children?: readonly { readonly name: string; note?: string | undefined }[] | undefined;
}

/** Opaque fields that may hold text; keys, hashes and ciphertexts never do. */
const textFields = new Set(['group_id', 'identity', 'authenticated_data', 'application_data', 'application_id', 'psk_id', 'psk_group_id', 'extension_data', 'body']);
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The octets as text in quotes, when they are UTF-8 without control characters and the field may hold text. */
export function printable(name: string, octets: Uint8Array): string | undefined {
  if (octets.length === 0) return 'empty';
  if (!textFields.has(name)) return undefined;
  try {
    const text = decoder.decode(octets);
    // Others would change how a terminal or a page shows what is around them.
    return /[\p{C}\p{Zl}\p{Zp}]/u.test(text) ? undefined : JSON.stringify(text);
  } catch {
    return undefined;
  }
}

const ciphertexts: Readonly<Record<string, string>> = {
  encrypted_sender_data: 'AEAD ciphertext of a SenderData',
  encrypted_group_info: 'AEAD ciphertext of a GroupInfo',
};
const leafIndexes = new Set(['leaf_index', 'removed', 'signer']);

export function noteOf(field: Closed, value: unknown): string | undefined {
  if (typeof value === 'number') return leafIndexes.has(field.name) && value < 2 ** 31 ? `node ${2 * value} of the tree` : undefined;
  if (typeof value === 'bigint') {
    if (field.name === 'not_before' || field.name === 'not_after') field.label = date(value);
    return undefined;
  }
  if (value instanceof Uint8Array) return field.name === 'cert_data' ? certificateNote(value) : ciphertexts[field.name];
  return field.type === 'Lifetime' ? duration(value as Lifetime) : undefined;
}

export function listNote(field: Closed, elements: readonly unknown[]): string | undefined {
  if (field.type === 'optional<Node><V>') return noteTree(field, elements as readonly (Node | undefined)[]);
  if (field.type === 'ProposalOrRef<V>' && elements.length > 0) return kindsOf(elements as readonly ProposalOrRef[]);
  return undefined;
}

const latestDate = 8_640_000_000_000n;

function date(seconds: bigint): string {
  if (seconds === 0xffffffffffffffffn) return 'never';
  return seconds > latestDate ? 'beyond any calendar' : new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z');
}

const units = [
  ['days', 86_400n],
  ['hours', 3_600n],
  ['minutes', 60n],
] as const;

function duration({ notBefore, notAfter }: Lifetime): string {
  if (notAfter < notBefore) return 'ends before it begins';
  const seconds = notAfter - notBefore;
  if (seconds > latestDate) return 'practically for ever';
  const [unit, length] = units.find(([, length]) => seconds >= 2n * length) ?? ['seconds', 1n];
  return `${seconds % length === 0n ? '' : 'about '}${seconds / length} ${unit}`;
}

/** Whether the octets look like a certificate, by its outermost DER header: its contents are not decoded. */
function certificateNote(octets: Uint8Array): string {
  const lengthOctets = octets[1]! < 0x80 ? 0 : octets[1]! & 0x7f;
  let length = octets[1]! < 0x80 ? octets[1]! : 0;
  for (let i = 0; i < lengthOctets; i++) length = length * 256 + octets[2 + i]!;
  const isWhole = octets[0] === 0x30 && lengthOctets <= 4 && octets.length === 2 + lengthOctets + length;
  return isWhole ? `DER SEQUENCE of ${length} octets` : 'no DER SEQUENCE of this length';
}

/** Says of every node what it is and where, and of the tree how large it is. */
function noteTree(field: Closed, nodes: readonly (Node | undefined)[]): string {
  const rule: RequirementId = 'R-12.4.3.3-04';
  if (nodes.length === 0) return `a tree without nodes (${rule})`;
  let leafCount = 1;
  while (2 * leafCount - 1 < nodes.length) leafCount *= 2;
  const places = (field.children ?? []).filter(({ name }) => name.startsWith('['));
  places.forEach((place, i) => (place.note = placeOf(i, leafCount) + misplaced(i, nodes[i])));
  if (nodes.at(-1) === undefined) places.at(-1)!.note += `; the last node must not be blank (${rule})`;
  const members = nodes.filter((node, i) => i % 2 === 0 && node !== undefined).length;
  return `${members} member${members === 1 ? '' : 's'}, room for ${leafCount}`;
}

function placeOf(i: number, leafCount: number): string {
  if (i % 2 === 0) return `leaf ${i / 2}`;
  const node = asNodeIndex(i);
  const height = level(node);
  const span = 2 ** height - 1;
  return `parent at level ${height}, over leaves ${(i - span) / 2} to ${(i + span) / 2}${node === root(leafCount) ? ', the root' : ''}`;
}

function misplaced(i: number, node: Node | undefined): string {
  const rule: RequirementId = 'R-12.4.3.3-02';
  return node === undefined || (node.nodeType === 'leaf') === (i % 2 === 0) ? '' : `; but holds a ${node.nodeType} node (${rule})`;
}

/** Such as `2 add, 1 by reference`. */
function kindsOf(list: readonly ProposalOrRef[]): string {
  const counts = new Map<string, number>();
  for (const item of list) {
    const kind = item.type === 'proposal' ? item.proposal.proposalType : 'by reference';
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
}
