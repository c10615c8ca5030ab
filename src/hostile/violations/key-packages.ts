/** KeyPackages and the leaves in them, as they reach a member in an Add or to be added: RFC 9420 §5, §7.2, §7.3, §10, §13. */
import type { Group } from '../../index.ts';
import { concat, empty, utf8 } from '../../mls/bytes.ts';
import { knownExtension } from '../../mls/group/group-extensions.ts';
import type { UnsignedLeafNode } from '../../mls/tree/leaf-node.ts';
import { leafAt } from '../../mls/tree/ratchet-tree.ts';
import { asLeafIndex } from '../../mls/tree/tree-math.ts';
import type { Credential } from '../../mls/wire/credential.ts';
import type { Extension, RequiredCapabilities } from '../../mls/wire/extension.ts';
import type { Capabilities, LeafNode } from '../../mls/wire/leaf-node.ts';
import type { Proposal } from '../../mls/wire/proposal.ts';
import { invited, keyPackage, list, newcomer, type NewcomerForgery } from '../describe.ts';
import { certificateFor, x509 } from '../forge/forge-certificate.ts';
import { addOf, forgeKeyPackage, unsourced, type KeyPackageForgery } from '../forge/forge-leaf.ts';
import { flipped } from '../forge/forge-message.ts';
import { leftOpen } from '../left-open.ts';
import type { MemberScene, MemberSetting } from '../member-scene.ts';
import { neighbours, strangers, type People } from '../people.ts';
import type { Description, From, MemberViolation, Violation } from '../violation.ts';

export const ofKeyPackages: readonly Violation[] = [
  ...newcomer({ id: 'R-10.1-02', name: 'a KeyPackage of another version', violating: { keyPackage: (honest) => ({ ...honest, version: 2 }) } }),
  invited({ id: 'R-10-08', name: 'an MLSMessage mls10 around a KeyPackage of another version', violating: { keyPackage: (honest) => ({ ...honest, version: 2 }) } }),
  ...keyPackage({ id: 'R-10.1-03', name: "a KeyPackage of another suite than the group's", violating: ofNeighbour }),
  ...keyPackage({ id: 'R-17.1-12', name: 'a KeyPackage of suite 0', violating: { keyPackage: (honest) => ({ ...honest, cipherSuite: 0 }) } }),
  ...keyPackage({ id: 'R-10.1-05', name: 'a KeyPackage with init_key equal to encryption_key', violating: { keyPackage: (honest) => ({ ...honest, initKey: honest.leafNode.encryptionKey }) } }),
  ...keyPackage({ id: 'R-10-06', name: 'a KeyPackage with a flipped signature bit', violating: { signature: (signature) => flipped(signature, -1) } }),
  // The leaf inside is reported by the rule that it breaks.
  ...keyPackage({ id: 'R-10.1-04', name: 'a good signature around a badly signed leaf', violating: { signedLeaf: (leaf) => ({ ...leaf, signature: flipped(leaf.signature, -1) }) } }),
  ...newcomer({
    id: 'R-10.1-01',
    name: 'a fault in a KeyPackage that a careless member overlooked',
    reported: 'R-10.1-04',
    violating: { signedLeaf: (leaf) => ({ ...leaf, signature: new Uint8Array(leaf.signature.length) }) },
  }),
  ...keyPackage({
    id: 'R-10.1-04',
    name: 'an added leaf edited after signing',
    violating: { signedLeaf: (leaf) => ({ ...leaf, credential: { credentialType: 'basic', identity: utf8('mallory') } }) },
  }),
  ...keyPackage({
    id: 'R-10-09',
    name: 'a KeyPackage with a leaf of source update',
    violating: ({ forger }) => ({ leaf: (leaf) => ({ ...unsourced(leaf), leafNodeSource: 'update' }), place: { groupId: forger.groupId, leafIndex: asLeafIndex(3) } }),
  }),
  ...keyPackage({
    id: 'R-10-09',
    name: 'a KeyPackage with a leaf of source commit',
    violating: ({ forger }) => ({ leaf: (leaf) => ({ ...unsourced(leaf), leafNodeSource: 'commit', parentHash: empty }), place: { groupId: forger.groupId, leafIndex: asLeafIndex(3) } }),
  }),
  invited({ id: 'R-7.3-09', name: 'a KeyPackage that has expired', violating: lasting(-30_000n, -20_000n) }),
  invited({ id: 'R-7.3-09', name: 'a KeyPackage that is not yet valid', violating: lasting(20_000n, 30_000n) }),
  ...newcomer({
    id: 'R-7.3-13',
    name: "a KeyPackage with another member's signature_key",
    violating: ({ forger }) => ({ ...leafWith({ signatureKey: ownLeaf(forger).signatureKey }), signatureKey: forger.state.signatureKey }),
  }),
  ...newcomer({ id: 'R-7.3-14', name: "a KeyPackage with another member's encryption_key", violating: ({ others }) => leafWith({ encryptionKey: ownLeaf(others[0]!).encryptionKey }) }),
  ...list({ id: 'R-7.3-14', name: 'two KeyPackages with one encryption_key', violating: ({ people }) => twoNewcomers(people, true), twin: ({ people }) => twoNewcomers(people, false) }),

  // Keys and signatures.
  ...initKey({ id: 'R-10-03', name: 'an init_key of another KEM', violating: foreignInitKey }),
  ...initKey({ id: 'R-10-03', name: 'an init_key that is no point of the curve', suites: [2, 5, 7], violating: { keyPackage: (honest) => ({ ...honest, initKey: flipped(honest.initKey, -1) }) } }),
  ...initKey({ id: 'R-10-03', name: 'an init_key of small order', suites: [1, 3, 4, 6], violating: { keyPackage: (honest) => ({ ...honest, initKey: new Uint8Array(honest.initKey.length) }) } }),
  ...keyPackage({ id: 'R-10-05', name: 'an encryption_key of another KEM', leftOpen: leftOpen.unusedKey, violating: async ({ people }) => leafWith({ encryptionKey: await foreignKey(people) }) }),
  ...keyPackage({
    id: 'R-5.1.2-01',
    name: 'a signature_key of another scheme',
    violating: async ({ people }) => leafWith({ signatureKey: (await strangers(people).suite.generateSignatureKey()).publicKey }),
  }),
  ...keyPackage({
    id: 'R-5.1.1-03',
    name: 'a compressed point as signature_key',
    suites: [2, 5, 7],
    violating: signatureKeyAs((key) => Uint8Array.of(2 + (key.at(-1)! & 1), ...key.subarray(1, (key.length + 1) / 2))),
  }),
  ...keyPackage({ id: 'R-5.1.1-03', name: 'a point cut short as signature_key', suites: [2, 5, 7], violating: signatureKeyAs((key) => key.subarray(0, -1)) }),
  ...keyPackage({
    id: 'R-5.1.2-02',
    name: 'an ECDSA signature as r followed by s',
    suites: [2, 5, 7],
    violating: ({ people }) => ({ signature: (der) => integersOf(der, people.suite.signaturePrivateKeyLength) }),
  }),

  // Extensions and capabilities.
  ...keyPackage({
    id: 'R-10-10',
    name: 'a KeyPackage extension that the leaf does not list',
    leftOpen: leftOpen.unlisted,
    violating: { keyPackage: (honest) => ({ ...honest, extensions: [extension(0xf001)] }) },
  }),
  ...keyPackage({
    id: 'R-13.4-04',
    name: 'two KeyPackage extensions of one type',
    leftOpen: leftOpen.twiceOneType,
    violating: { keyPackage: (honest) => ({ ...honest, extensions: [extension(0x000a, 0), extension(0x000a, 0)] }) },
  }),
  ...keyPackage({
    id: 'R-13.4-04',
    name: 'two extensions of one type in an added leaf',
    leftOpen: leftOpen.twiceOneType,
    violating: leafWith({ extensions: [extension(1), extension(1, 2)] }),
    twin: leafWith({ extensions: [extension(1)] }),
  }),
  ...keyPackage({ id: 'R-7.2-05', name: 'an extension in an added leaf that its capabilities do not list', violating: leafWith({ extensions: [extension(0xf001)] }) }),
  ...keyPackage({ id: 'R-13.5-04', name: 'a GREASE extension in an added leaf that its capabilities do not list', reported: 'R-7.2-05', violating: leafWith({ extensions: [extension(0x1a1a)] }) }),
  ...keyPackage({ id: 'R-7.2-06', name: 'capabilities without the own credential type', violating: capable({ credentials: [2] }) }),
  ...keyPackage({ id: 'R-7.3-06', name: "capabilities without the group's version", leftOpen: leftOpen.parameters, violating: capable({ versions: [2] }) }),
  ...newcomer({ id: 'R-7.3-03', name: 'an added leaf without an extension type that the group requires', setting: requiring({ extensionTypes: [0x000a] }), violating: capable({ extensions: [] }) }),
  ...newcomer({ id: 'R-7.3-05', name: 'an added leaf without a credential type that the group requires', setting: requiring({ credentialTypes: [2] }), violating: capable({ credentials: [1] }) }),
  ...newcomer({ id: 'R-13.4-05', name: 'an added leaf without an extension type of the GroupContext', setting: { groupExtensions: [extension(0x000a, 0)] }, violating: capable({ extensions: [] }) }),

  // Other credentials.
  ...keyPackage({ id: 'R-5.3-02', name: 'an x509 chain without certificates', leftOpen: leftOpen.credential, violating: withCredential(() => x509()), twin: withCredential(certified) }),
  ...keyPackage({
    id: 'R-5.3-02',
    name: 'something at entry 0 of an x509 chain that is no certificate',
    leftOpen: leftOpen.credential,
    violating: withCredential(() => x509(utf8('no certificate'))),
    twin: withCredential(certified),
  }),
  ...keyPackage({
    id: 'R-5.3-03',
    name: 'a certificate for another key',
    leftOpen: leftOpen.credential,
    violating: withCredential(({ people, forger }) => x509(certificateFor(people.suite, ownLeaf(forger).signatureKey))),
    twin: withCredential(certified),
  }),
  ...list({
    id: 'R-7.3-07',
    name: 'an x509 client beside one that lists basic only',
    violating: (scene) => beside(scene, 'x509', 'basic only'),
    twin: (scene) => beside(scene, 'basic', 'basic only'),
  }),
  ...list({ id: 'R-7.3-08', name: 'a client that lists basic only beside an x509 client', violating: (scene) => beside(scene, 'basic only', 'x509'), twin: (scene) => beside(scene, 'basic', 'x509') }),
];

/** A faulty init_key: whoever adds the client encrypts to it, and all others do not use it. */
function initKey({ name, ...rest }: Description & { readonly violating: From<MemberScene, NewcomerForgery> }): MemberViolation[] {
  return [...newcomer({ ...rest, name, leftOpen: leftOpen.unusedKey }), invited({ ...rest, name: `${name}, to be added by the target` })];
}

function extension(extensionType: number, length = 1): Extension {
  return { extensionType, extensionData: new Uint8Array(length) };
}

const ownLeaf = ({ state }: Group): LeafNode => leafAt(state.tree, state.ownLeafIndex)!;

function leafWith(changes: Partial<UnsignedLeafNode>): KeyPackageForgery {
  return { leaf: (leaf) => ({ ...leaf, ...changes }) as UnsignedLeafNode };
}

function capable(changes: Partial<Capabilities>): KeyPackageForgery {
  return { leaf: (leaf) => ({ ...leaf, capabilities: { ...leaf.capabilities, ...changes } }) };
}

/** From and to, in seconds from now. */
function lasting(from: bigint, to: bigint): () => KeyPackageForgery {
  return () => {
    const now = BigInt(Math.floor(Date.now() / 1000));
    return leafWith({ lifetime: { notBefore: now + from, notAfter: now + to } } as Partial<UnsignedLeafNode>);
  };
}

async function ofNeighbour({ people }: MemberScene): Promise<NewcomerForgery> {
  return { bundle: await neighbours(people).keyPackageOf('newcomer'), suite: neighbours(people).suite };
}

const foreignKey = async (people: People): Promise<Uint8Array> => (await strangers(people).suite.generateHPKEKey()).publicKey;

async function foreignInitKey({ people }: MemberScene): Promise<KeyPackageForgery> {
  const initKey = await foreignKey(people);
  return { keyPackage: (honest) => ({ ...honest, initKey }) };
}

function signatureKeyAs(encode: (key: Uint8Array) => Uint8Array): KeyPackageForgery {
  return { leaf: (leaf) => ({ ...leaf, signatureKey: encode(leaf.signatureKey) }) };
}

/** The two integers of an ECDSA signature in DER, each of `length` bytes. */
function integersOf(der: Uint8Array, length: number): Uint8Array {
  const start = der[1] === 0x81 ? 3 : 2;
  const second = start + 2 + der[start + 1]!;
  return concat(...[der.subarray(start + 2, second), der.subarray(second + 2)].map((integer) => concat(new Uint8Array(length), integer).slice(-length)));
}

function requiring(required: Partial<RequiredCapabilities>): MemberSetting {
  return { groupExtensions: [knownExtension('required_capabilities', { extensionTypes: [], proposalTypes: [], credentialTypes: [], ...required })] };
}

function withCredential(credentialOf: (scene: MemberScene, leaf: UnsignedLeafNode) => Credential): (scene: MemberScene) => KeyPackageForgery {
  return (scene) => ({ leaf: (leaf) => ({ ...leaf, credential: credentialOf(scene, leaf) }) });
}

function certified({ people }: Pick<MemberScene, 'people'>, { signatureKey }: Pick<UnsignedLeafNode, 'signatureKey'>): Credential {
  return x509(certificateFor(people.suite, signatureKey));
}

type Kind = 'basic' | 'basic only' | 'x509';

/** Adds of two newcomers. */
async function beside({ people }: MemberScene, ...kinds: readonly Kind[]): Promise<Proposal[]> {
  const forgeries: Readonly<Record<Kind, KeyPackageForgery>> = {
    basic: {},
    'basic only': capable({ credentials: [1] }),
    x509: { leaf: (leaf) => ({ ...leaf, credential: certified({ people }, leaf) }) },
  };
  return Promise.all(kinds.map(async (kind, i) => addOf(await forgeKeyPackage(people.suite, await people.keyPackageOf(`newcomer ${i}`), forgeries[kind]))));
}

async function twoNewcomers(people: People, sharing: boolean): Promise<Proposal[]> {
  const [first, second] = [await people.keyPackageOf('newcomer'), await people.keyPackageOf('another')];
  const { encryptionKey } = first.keyPackage.leafNode;
  return [addOf(first), addOf(sharing ? await forgeKeyPackage(people.suite, second, leafWith({ encryptionKey })) : second)];
}
