/**
 * How often each key stands in a tree, as a persistent hash trie: an epoch's index shares all but the touched branches
 * with the one before, so that uniqueness (RFC 9420 §7.3, §16.7) costs O(log n) per changed node.
 */

/** A leaf of the trie holds one key, and leads to the others of the same hash; a branch holds up to 32 children. */
type Trie = Bucket | Branch;
interface Bucket {
  readonly hash: number;
  readonly key: string;
  readonly count: number;
  readonly next: Bucket | undefined;
}
interface Branch {
  readonly bitmap: number;
  readonly children: readonly Trie[];
}

/** A multiset of strings; undefined is the empty one. */
export type KeyIndex = Trie | undefined;

/** How often `key` is in the index. */
export function countOf(index: KeyIndex, key: string): number {
  const hash = hashOf(key);
  let node = index;
  for (let shift = 0; node !== undefined && 'children' in node; shift += 5) {
    const bit = 1 << ((hash >>> shift) & 31);
    node = (node.bitmap & bit) === 0 ? undefined : node.children[position(node.bitmap, bit)];
  }
  let bucket = node !== undefined && node.hash === hash ? node : undefined;
  while (bucket !== undefined && bucket.key !== key) bucket = bucket.next;
  return bucket?.count ?? 0;
}

/** The index with `change` (1 or -1) more of `key`. */
export const counted = (index: KeyIndex, key: string, change: 1 | -1): KeyIndex => countedAt(index, key, hashOf(key), change, 0);

function countedAt(node: KeyIndex, key: string, hash: number, change: number, shift: number): KeyIndex {
  if (node === undefined) return { hash, key, count: change, next: undefined };
  if (!('children' in node)) return node.hash === hash ? countedIn(node, key, change) : countedAt(branchOver(node, shift), key, hash, change, shift);
  const bit = 1 << ((hash >>> shift) & 31);
  const at = position(node.bitmap, bit);
  const present = (node.bitmap & bit) !== 0;
  const child = countedAt(present ? node.children[at] : undefined, key, hash, change, shift + 5);
  if (child === undefined) return withoutChild(node, bit, at);
  const children = present ? node.children.with(at, child) : node.children.toSpliced(at, 0, child);
  return { bitmap: node.bitmap | bit, children };
}

function countedIn(bucket: Bucket, key: string, change: number): Bucket | undefined {
  if (bucket.key === key) return bucket.count + change === 0 ? bucket.next : { ...bucket, count: bucket.count + change };
  return { ...bucket, next: bucket.next === undefined ? { hash: bucket.hash, key, count: change, next: undefined } : countedIn(bucket.next, key, change) };
}

const branchOver = (bucket: Bucket, shift: number): Branch => ({ bitmap: 1 << ((bucket.hash >>> shift) & 31), children: [bucket] });

function withoutChild(node: Branch, bit: number, at: number): KeyIndex {
  if (node.children.length === 1) return undefined;
  return { bitmap: node.bitmap & ~bit, children: node.children.toSpliced(at, 1) };
}

/** Where the child of `bit` stands among the children present. */
function position(bitmap: number, bit: number): number {
  let below = bitmap & (bit - 1);
  below -= (below >>> 1) & 0x55555555;
  below = (below & 0x33333333) + ((below >>> 2) & 0x33333333);
  return (((below + (below >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

// Peers choose the keys, so the hash is seeded: nobody outside can make keys that fall into one bucket. The seed is no part of
// the protocol and nothing that is computed depends on it, so it is not drawn from a provider: all trees share it, of any suite.
const seed = Math.floor(Math.random() * 2 ** 32);

function hashOf(key: string): number {
  let hash = seed;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) >>> 0;
}
