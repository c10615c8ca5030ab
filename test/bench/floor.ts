/**
 * The primitive floor: the public-key operations that RFC 9420 makes somebody do, run one after the other on node:crypto,
 * and nothing else. Symmetric cryptography, encoding and trees are free here.
 */
import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, randomBytes, sign, verify, type KeyObject } from 'node:crypto';
import { keyType } from '../../src/mls/crypto/native/key-objects.ts';
import { cipherSuiteParameters } from '../../src/mls/crypto/suites.ts';
import { filteredDirectPath } from '../../src/mls/tree/ratchet-tree.ts';
import { resolution } from '../../src/mls/tree/subtree.ts';
import { asLeafIndex, isUnder } from '../../src/mls/tree/tree-math.ts';
import type { Stage, World } from './world.ts';

/** How often each operation is needed. A key that was not seen before has to be loaded, too. */
export interface Operations {
  /** A signature by a key seen for the first time: loading it and one verification. */
  readonly verify?: number;
  /** A signature by a key seen before. */
  readonly verifyKnown?: number;
  readonly sign?: number;
  /** HPKE seal: a fresh key pair and a Diffie-Hellman with the recipient's key. */
  readonly seal?: number;
  /** HPKE open: a Diffie-Hellman with the ephemeral key. */
  readonly open?: number;
  /** DeriveKeyPair: a private key and its public half from bytes. */
  readonly derive?: number;
  /** A fresh KEM key pair. */
  readonly generate?: number;
}

/** A KeyPackage has two keys of its own and two signatures, of its leaf and of itself (§10). */
export const keyPackageFloor: Operations = { generate: 2, sign: 2 };

/**
 * Per member added: the signatures of its KeyPackage and of the leaf in it, under one key (§10.1), and its group secrets
 * (§12.4.3.1). Once: the own leaf, its signature, and those of Commit and GroupInfo.
 */
export const createGroupFloor = ({ size }: World): Operations => ({ ...addFloor(size - 1), generate: 1, sign: 3 });
export const addOneFloor = (): Operations => ({ ...addFloor(1), sign: 2 });
const addFloor = (count: number): Operations => ({ verify: count, verifyKnown: count, seal: count });

/**
 * The signature of every leaf (§7.3) and of the GroupInfo, by a key that one of the leaves brought; the group secrets; with
 * a path secret, the key pairs from the lowest common ancestor of joiner and committer to the root. The committer of the warm
 * group is the joiner's neighbour, so that these are all its ancestors; that of the cold one sends no path.
 */
export const joinFloor = ({ size }: World, stage: Stage, withPath: boolean): Operations => ({
  verify: size,
  verifyKnown: 1,
  open: 1,
  derive: withPath ? pathOf(stage, stage.lastLeaf).length : 0,
});

/** A fresh leaf key, a key pair per node of the path, a seal per node in the resolutions of its copath; leaf and Commit are signed. */
export function updateFloor(stage: Stage): Operations {
  const steps = pathOf(stage, stage.lastLeaf);
  const seal = steps.reduce((sum, { copathChild }) => sum + resolution(copathChild).length, 0);
  return { generate: 1, derive: steps.length, seal, sign: 2 };
}

/** Signatures of the Commit and of the new leaf, one path secret, and the key pairs of the path's nodes above both. */
export function processFloor(stage: Stage): Operations {
  const above = pathOf(stage, 0).filter(({ node }) => isUnder(asLeafIndex(stage.lastLeaf), node.nodeIndex));
  return { verifyKnown: 2, open: 1, derive: above.length };
}

export const protectFloor: Operations = { sign: 1 };
export const unprotectFloor: Operations = { verifyKnown: 1 };

const pathOf = ({ first }: Stage, leaf: number) => filteredDirectPath(first.state.tree, asLeafIndex(leaf));

/** Makes a function that performs `operations` once. */
export type Floor = (operations: Operations) => () => void;

export function primitiveFloor(cipherSuite: number): Floor {
  const run = primitives(cipherSuite);
  return (operations) => () => {
    for (const [name, count] of Object.entries(operations) as [keyof Operations, number][]) {
      for (let i = 0; i < count; i++) run[name]();
    }
  };
}

function primitives(cipherSuite: number): Record<keyof Operations, () => unknown> {
  const { curve, signature: scheme } = cipherSuiteParameters(cipherSuite);
  const hash = { Ed25519: null, Ed448: null, 'ECDSA-P-256': 'sha256', 'ECDSA-P-384': 'sha384', 'ECDSA-P-521': 'sha512' }[scheme];
  const message = randomBytes(200);
  const signer = keyPair(scheme);
  const signerBytes = rawPublic(signer.publicKey);
  const signature = sign(hash, message, signer.privateKey);
  const recipient = keyPair(curve);
  const recipientBytes = rawPublic(recipient.publicKey);
  const recipientPrivateBytes = recipient.privateKey.export({ format: 'raw-private' });
  const load = (name: Name, key: Uint8Array) => createPublicKey({ key, format: 'raw-public', ...keyType(name) });
  return {
    verify: () => verify(hash, message, load(scheme, signerBytes), signature),
    verifyKnown: () => verify(hash, message, signer.publicKey, signature),
    sign: () => sign(hash, message, signer.privateKey),
    seal() {
      const ephemeral = keyPair(curve);
      rawPublic(ephemeral.publicKey);
      return diffieHellman({ privateKey: ephemeral.privateKey, publicKey: load(curve, recipientBytes) });
    },
    open: () => diffieHellman({ privateKey: recipient.privateKey, publicKey: load(curve, recipientBytes) }),
    derive: () => rawPublic(createPublicKey(createPrivateKey({ key: recipientPrivateBytes, format: 'raw-private', ...keyType(curve) }))),
    generate: () => rawPublic(keyPair(curve).publicKey),
  };
}

type Name = Parameters<typeof keyType>[0];

const rawPublic = (key: KeyObject): Uint8Array => key.export({ format: 'raw-public' });

function keyPair(name: Name): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  const { asymmetricKeyType, namedCurve } = keyType(name);
  // generateKeyPairSync is overloaded by the type of key; all of these give KeyObjects.
  const generate = generateKeyPairSync as unknown as (type: string, options: object) => ReturnType<typeof keyPair>;
  return generate(asymmetricKeyType, { namedCurve });
}
