/**
 * How a SecretTree is stored: a format of this engine, not of RFC 9420, in the presentation language. It holds what the tree
 * still needs and nothing that was used (§9.2): for the sender, the ratchets as they are after the generations reserved
 * for the running client. Storing the current secret and a "first usable generation" instead would save the hashing, and
 * would leave everything sent since readable from the stored bytes.
 */
import { MLSError } from '../errors.ts';
import { asNodeIndex, level } from '../tree/tree-math.ts';
import { decode, encode, opaque, struct, uint16, uint32, uint64, vector, type Infer } from '../wire/presentation-language.ts';

/** The only version so far. */
const formatVersion = 1;

const SkippedKey = struct({ generation: uint32, keyAndNonce: opaque });
/** `generation` is 2^32 once all have been used. */
const RatchetState = struct({ generation: uint64, secret: opaque, skipped: vector(SkippedKey) });
export type RatchetState = Infer<typeof RatchetState>;

const LeafState = struct({ leafIndex: uint32, handshake: RatchetState, application: RatchetState });
export type LeafState = Infer<typeof LeafState>;

/** The secret of a node whose children's secrets have not been needed, by its index in the array form of the tree. */
const NodeState = struct({ nodeIndex: uint32, secret: opaque });

const SecretTreeState = struct({
  formatVersion: uint16,
  cipherSuite: uint16,
  leafCount: uint32,
  /** The own leaf. */
  sender: uint32,
  nodes: vector(NodeState),
  leaves: vector(LeafState),
});
export type SecretTreeState = Omit<Infer<typeof SecretTreeState>, 'formatVersion'>;

export const encodeSecretTree = (state: SecretTreeState): Uint8Array => encode(SecretTreeState, { formatVersion, ...state });

/** @throws MLSError `malformed` for bytes that `encodeSecretTree` did not make, or not for this suite */
export function decodeSecretTree(bytes: Uint8Array, suite: { readonly id: number; readonly nh: number; readonly nk: number; readonly nn: number }): SecretTreeState {
  const state = decode(SecretTreeState, bytes, 'SecretTree');
  check(state.formatVersion === formatVersion, `format version ${state.formatVersion}, this engine reads ${formatVersion}`);
  check(state.cipherSuite === suite.id, `cipher suite ${state.cipherSuite}, the group's is ${suite.id}`);
  check(state.leafCount >= 1 && Number.isInteger(Math.log2(state.leafCount)), `${state.leafCount} leaves`);
  const sound = ({ generation, secret, skipped }: RatchetState) =>
    generation <= 2n ** 32n && secret.length === suite.nh && skipped.every(({ keyAndNonce }) => keyAndNonce.length === suite.nk + suite.nn);
  for (const { nodeIndex, secret } of state.nodes) check(secret.length === suite.nh, `secret of node ${nodeIndex}`);
  for (const { leafIndex, handshake, application } of state.leaves) check(sound(handshake) && sound(application), `ratchets of leaf ${leafIndex}`);
  checkCoverage(state);
  return state;
}

/** Every leaf is either started or below exactly one node whose secret is stored. */
function checkCoverage({ leafCount, sender, nodes, leaves }: SecretTreeState): void {
  const spans = [
    ...leaves.map(({ leafIndex }) => ({ first: leafIndex, width: 1 })),
    ...nodes.map(({ nodeIndex }) => {
      const width = 2 ** level(asNodeIndex(nodeIndex));
      return { first: (nodeIndex - width + 1) / 2, width };
    }),
  ].sort((a, b) => a.first - b.first);
  let covered = 0;
  for (const { first, width } of spans) {
    check(first === covered, `leaf ${covered} is not where it belongs`);
    covered += width;
  }
  check(covered === leafCount, `${covered} of ${leafCount} leaves`);
  check(leaves.some(({ leafIndex }) => leafIndex === sender), `ratchets of the own leaf ${sender} are missing`);
}

function check(condition: boolean, found: string): void {
  if (!condition) throw new MLSError('malformed', `stored secret tree: ${found}`);
}
