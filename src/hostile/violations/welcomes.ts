/** Welcomes: RFC 9420 §12.4.3, §12.4.3.1, and what §2, §5, §11, §12.1, §13 and §17 say of what is in them. */
import { concat, utf8 } from '../../mls/bytes.ts';
import type { CipherSuite } from '../../mls/crypto/provider.ts';
import type { PreSharedKeyInput } from '../../mls/epoch/psk-secret.ts';
import type { Extension } from '../../mls/wire/extension.ts';
import type { GroupContext } from '../../mls/wire/group-info.ts';
import { greaseValues } from '../../mls/wire/registries.ts';
import { welcome } from '../describe.ts';
import { certificateFor, x509 } from '../forge/forge-certificate.ts';
import { flipped } from '../forge/forge-message.ts';
import { groveOf, pathBy } from '../forge/forge-tree.ts';
import type { InvitationForgery, JoinerScene } from '../joiner-scene.ts';
import { leftOpen } from '../left-open.ts';
import { neighbours, type People } from '../people.ts';
import type { Violation } from '../violation.ts';

const held = { psks: { id: 'value' } };

export const ofWelcomes: readonly Violation[] = [
  welcome({ id: 'R-12.4.3-06', name: 'a GroupInfo with a bad signature', violating: { signature: (signature) => flipped(signature, -1) } }),
  welcome({ id: 'R-12.4.3-06', name: "a GroupInfo with another member's index", violating: { groupInfo: (info) => ({ ...info, signer: 1 }) } }),
  welcome({
    id: 'R-12.4.1-11',
    name: 'a GroupInfo signed with the key that its signer had before',
    reported: 'R-12.4.3-06',
    violating: (scene) => keyChanging(scene, 'old'),
    twin: (scene) => keyChanging(scene, 'new'),
  }),
  welcome({ id: 'R-12.4.3.1-08', name: 'a GroupInfo whose signer is a blank leaf', violating: { groupInfo: (info) => ({ ...info, signer: 5 }) } }),
  welcome({ id: 'R-12.4.3.1-08', name: 'a GroupInfo whose signer lies past the tree', violating: { groupInfo: (info) => ({ ...info, signer: 0xffffffff }) } }),
  welcome({ id: 'R-12.4.3.1-01', name: 'no ratchet_tree and none supplied', violating: { nodes: 'none' } }),
  welcome({
    id: 'R-12.4.3.1-02',
    name: 'no entry for the client',
    violating: { welcome: (honest) => ({ ...honest, secrets: honest.secrets.map((entry) => ({ ...entry, newMember: flipped(entry.newMember) })) }) },
  }),
  welcome({ id: 'R-12.4.3.1-03', name: "a suite that is not the KeyPackage's", violating: ({ people }) => ({ welcome: (honest) => ({ ...honest, cipherSuite: neighbours(people).suite.id }) }) }),
  welcome({ id: 'R-17.1-12', name: 'a Welcome of suite 0', violating: { welcome: (honest) => ({ ...honest, cipherSuite: 0 }) } }),
  welcome({ id: 'R-12.4.3.1-04', name: 'an encrypted_group_info that was swapped', violating: { welcome: (honest) => ({ ...honest, encryptedGroupInfo: flipped(honest.encryptedGroupInfo) }) } }),
  welcome({ id: 'R-5.1.3-02', name: 'GroupSecrets encrypted under another label', reported: 'R-12.4.3.1-04', violating: { label: 'UpdatePathNode' } }),
  welcome({ id: 'R-12.4.3.1-05', name: 'a PSK that the client lacks', setting: held, violating: psks(external('unknown')), twin: psks(external('id')) }),
  welcome({
    id: 'R-12.1.4-01',
    name: 'a Welcome with a PSK nonce of 16 bytes',
    leftOpen: leftOpen.pskNonce,
    setting: held,
    violating: psks(external('id', { pskNonce: new Uint8Array(16) })),
    twin: psks(external('id')),
  }),
  welcome({ id: 'R-12.4.3.1-09', name: 'another suite in the GroupContext', violating: ({ people }) => context({ cipherSuite: neighbours(people).suite.id }) }),
  welcome({ id: 'R-8.1-02', name: 'a GroupContext of another version', leftOpen: leftOpen.version, violating: context({ version: 2 }) }),
  welcome({ id: 'R-12.4.3.1-18', name: 'a wrong path_secret', violating: { secrets: (secrets) => ({ ...secrets, pathSecret: { pathSecret: flipped(secrets.pathSecret!.pathSecret) } }) } }),
  welcome({
    id: 'R-12.4.1-12',
    name: 'the path secret of another node than the common ancestor',
    violating: ({ tree }) => ({ secrets: (secrets) => ({ ...secrets, pathSecret: { pathSecret: [...tree.pathSecrets.values()][0]! } }) }),
  }),
  welcome({ id: 'R-12.4.3.1-21', name: 'an altered confirmation_tag in a well signed GroupInfo', violating: { groupInfo: (info) => ({ ...info, confirmationTag: flipped(info.confirmationTag) }) } }),
  welcome({ id: 'R-2.1-02', name: 'a byte after the GroupInfo', code: 'malformed', leftOpen: leftOpen.bytesBehind, violating: { afterGroupInfo: Uint8Array.of(0) } }),
  welcome({ id: 'R-2.1-02', name: 'a byte after the GroupSecrets', code: 'malformed', leftOpen: leftOpen.bytesBehind, violating: { secretBytes: (bytes) => concat(bytes, Uint8Array.of(0)) } }),

  // Extensions.
  welcome({
    id: 'R-13.4-04',
    name: 'two GroupInfo extensions of one type',
    leftOpen: leftOpen.twiceOneType,
    violating: infoExtensions(extension(0x0a0a), extension(0x0a0a, 1)),
    twin: infoExtensions(extension(0x0a0a)),
  }),
  welcome({
    id: 'R-13.4-04',
    name: 'two required_capabilities in the GroupContext',
    leftOpen: leftOpen.twiceOneType,
    violating: context({ extensions: [extension(3, 3), extension(3, 3)] }),
    twin: context({ extensions: [extension(3, 3)] }),
  }),
  welcome({ id: 'R-11.1-01', name: 'a GroupContext with a required_capabilities cut short', violating: context({ extensions: [extension(3, 2)] }), twin: context({ extensions: [extension(3, 3)] }) }),
  welcome({
    id: 'R-12.1.8.1-01',
    name: 'a GroupContext with an external_senders that does not parse',
    leftOpen: leftOpen.externalSenders,
    violating: context({ extensions: [{ extensionType: 5, extensionData: Uint8Array.of(2, 0, 0) }] }),
    twin: context({ extensions: [extension(5, 1)] }),
  }),
  welcome({ id: 'R-12.4.3-04', name: 'a GroupContext with an extension that the joiner does not know', violating: (scene) => unsupported(scene, 0xf001), twin: (scene) => unsupported(scene) }),
  welcome({
    id: 'R-13.4-06',
    name: 'a GroupContext with an extension that all have but the joiner',
    reported: 'R-12.4.3-04',
    violating: (scene) => unsupported(scene, 0xf002),
    twin: (scene) => unsupported(scene),
  }),
  welcome({
    id: 'R-13.5-07',
    name: 'a GroupContext with a GREASE extension',
    reported: 'R-12.4.3-04',
    violating: (scene) => unsupported(scene, greaseValues.find((value) => !scene.keyPackage.leafNode.capabilities.extensions.includes(value))),
    twin: (scene) => unsupported(scene),
  }),

  welcome({
    id: 'R-5.3-02',
    name: 'a tree with an x509 leaf that has no certificate',
    leftOpen: leftOpen.credential,
    violating: (scene) => withX509(scene, () => []),
    twin: (scene) => withX509(scene, (suite, key) => [certificateFor(suite, key)]),
  }),
];

function extension(extensionType: number, length = 0): Extension {
  return { extensionType, extensionData: new Uint8Array(length) };
}

function context(changes: Partial<GroupContext>): InvitationForgery {
  return { groupContext: (honest) => ({ ...honest, ...changes }) };
}

/** Behind those that the GroupInfo has. */
function infoExtensions(...more: readonly Extension[]): InvitationForgery {
  return { groupInfo: (info) => ({ ...info, extensions: [...info.extensions, ...more] }) };
}

type Named = (suite: CipherSuite) => PreSharedKeyInput;

/** PSKs that go into the key schedule. */
function psks(...of: readonly Named[]): (scene: JoinerScene) => InvitationForgery {
  return ({ people: { suite } }) => ({ psks: of.map((named) => named(suite)) });
}

function external(id: string, changes: { readonly pskNonce?: Uint8Array } = {}): Named {
  return (suite) => ({ id: { psktype: 'external', pskId: utf8(id), pskNonce: suite.random(suite.nh), ...changes }, psk: utf8('value') });
}

/** The committer that adds the target changes its signature key by the path: the old one is no longer good. */
async function keyChanging({ people, before }: JoinerScene, signWith: 'old' | 'new'): Promise<InvitationForgery> {
  const key = await people.suite.generateSignatureKey();
  return {
    tree: async (from, add) => pathBy(add(from), 0, { added: [4], leaf: (leaf) => ({ ...leaf, signatureKey: key.publicKey }), leafSigner: key }),
    signatureKey: signWith === 'new' ? key : before.signatureKeys.get(0)!,
  };
}

/** A group whose other members list an extension type, with or without the extension. */
async function unsupported({ people }: JoinerScene, extensionType?: number): Promise<InvitationForgery> {
  const grove = await listing(people, extensionType ?? 0xf001);
  return { tree: (_, add) => add(grove), ...(extensionType !== undefined && context({ extensions: [extension(extensionType)] })) };
}

async function listing(people: People, extensionType: number) {
  const capabilities = { ...people.capabilities, extensions: [...people.capabilities.extensions, extensionType] };
  return groveOf(people.suite, await Promise.all(['alice', 'bob', 'charlie', 'diana'].map((name) => people.keyPackageOf(name, { capabilities }))));
}

/** Beside three others. */
async function withX509({ people }: JoinerScene, certificates: (suite: CipherSuite, publicKey: Uint8Array) => readonly Uint8Array[]): Promise<InvitationForgery> {
  const { suite } = people;
  const signatureKey = await suite.generateSignatureKey();
  const credential = x509(...certificates(suite, signatureKey.publicKey));
  const basic = await Promise.all(['alice', 'bob', 'charlie'].map((name) => people.keyPackageOf(name)));
  const grove = groveOf(suite, [...basic, await people.keyPackageOf('x', { signatureKey, credential })]);
  return { tree: (_, add) => add(grove) };
}
