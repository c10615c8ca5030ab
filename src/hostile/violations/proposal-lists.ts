/** Proposal lists of regular Commits, and when they need a path: RFC 9420 §12.1.7, §12.2, §12.3, §12.4, §13. */
import { utf8 } from '../../mls/bytes.ts';
import { knownExtension } from '../../mls/group/group-extensions.ts';
import type { KeyPackageContents } from '../../mls/group/key-package.ts';
import type { Extension, RequiredCapabilities } from '../../mls/wire/extension.ts';
import type { Capabilities } from '../../mls/wire/leaf-node.ts';
import type { Proposal } from '../../mls/wire/proposal.ts';
import { commit, forgeProposed, list, type CommitDelivery, type Sent } from '../describe.ts';
import { addOf, forgeUpdate } from '../forge/forge-leaf.ts';
import type { PathForgery } from '../forge/forge-path.ts';
import { extensionsOf, externalPsk, noExtensions, remove } from '../honest-proposals.ts';
import { leftOpen } from '../left-open.ts';
import type { MemberScene } from '../member-scene.ts';
import type { People } from '../people.ts';
import { made, type Description, type From, type MemberViolation, type Violation } from '../violation.ts';

const extension = (extensionType: number): Extension => ({ extensionType, extensionData: new Uint8Array(0) });
const requiring = ({ extensionTypes = [], proposalTypes = [], credentialTypes = [] }: Partial<RequiredCapabilities>): Proposal =>
  extensionsOf(knownExtension('required_capabilities', { extensionTypes, proposalTypes, credentialTypes }));

/** Credential types. */
const basic = 1;
const x509 = 2;

/** With whom there is room for Removes. */
const setting = { members: 5 } as const;

export const ofProposalLists: readonly Violation[] = [
  ...list({
    id: 'R-12.2-02',
    name: 'an Add and a Remove of the committer',
    reported: 'R-12.2-05',
    violating: async (scene) => [await adding(scene), remove(0)],
    twin: async (scene) => [await adding(scene)],
  }),
  ...list({
    id: 'R-12.2-03',
    name: 'one invalid proposal among valid ones',
    reported: 'R-12.1.3-01',
    setting,
    violating: async (scene) => [await adding(scene), remove(7), remove(3)],
    twin: async (scene) => [await adding(scene), remove(3)],
  }),
  ...list({ id: 'R-12.2-04', name: "the committer's own Update", violating: async ({ forger }) => [await forgeUpdate(forger.state)] }),
  ...list({ id: 'R-12.2-05', name: 'a Remove of the committer', violating: [remove(0)] }),
  ...list({ id: 'R-12.2-06', name: 'two Removes of one leaf', setting, violating: [remove(3), remove(3)], twin: [remove(3)] }),
  commit({
    id: 'R-12.2-06',
    name: 'an Update and then a Remove of one leaf',
    violating: async (scene) => ({ sent: [await updateByCharlie(scene)], proposals: [remove(2)] }),
    twin: async (scene) => ({ sent: [await updateByCharlie(scene)] }),
  }),
  commit({
    id: 'R-12.2-06',
    name: 'an Update and a Remove of one leaf, both by reference',
    violating: async (scene) => ({ sent: [await updateByCharlie(scene), await forgeProposed(scene.forger.state, { proposal: remove(2) })] }),
    twin: async (scene) => ({ sent: [await updateByCharlie(scene)] }),
  }),
  commit({
    id: 'R-12.4-05',
    name: 'a Remove and then an Update of one member',
    reported: 'R-12.2-06',
    violating: async (scene) => ({ sent: [await forgeProposed(scene.forger.state, { proposal: remove(2) }), await updateByCharlie(scene)] }),
    twin: async (scene) => ({ sent: [await forgeProposed(scene.forger.state, { proposal: remove(2) })], unnamed: [await updateByCharlie(scene)] }),
  }),
  commit({
    id: 'R-12.2-06',
    name: 'two Updates of one leaf',
    violating: async (scene) => ({ sent: [await updateByCharlie(scene), await updateByCharlie(scene)] }),
    twin: async (scene) => ({ sent: [await updateByCharlie(scene)], unnamed: [await updateByCharlie(scene)] }),
  }),
  ...list({
    id: 'R-12.2-08',
    name: 'two Adds of one client',
    leftOpen: leftOpen.sameClient,
    violating: async ({ people }) => [await add(people, 'dora'), await add(people, 'dora')],
    twin: async ({ people }) => [await add(people, 'dora'), await add(people, 'finn')],
  }),
  ...list({
    id: 'R-12.2-08',
    name: 'one Add twice',
    violating: async (scene) => {
      const one = await adding(scene);
      return [one, one];
    },
    twin: async (scene) => [await adding(scene)],
  }),
  ...list({
    id: 'R-7.3-13',
    name: 'two Adds with one signature key',
    violating: async ({ people }) => {
      const signatureKey = await people.suite.generateSignatureKey();
      return [await add(people, 'dora', { signatureKey }), await add(people, 'finn', { signatureKey })];
    },
    twin: async ({ people }) => [await add(people, 'dora'), await add(people, 'finn')],
  }),
  ...list({
    id: 'R-12.2-09',
    name: 'an Add of a client already in the group',
    violating: async (scene) => [await charlieAgain(scene)],
    twin: async (scene) => [remove(2), await charlieAgain(scene)],
  }),
  ...list({
    id: 'R-12.2-11',
    name: 'one PSK id and nonce twice',
    setting: { psks: { id: 'value' } },
    violating: (scene) => {
      const one = externalPsk(scene, 'id');
      return [one, one];
    },
    twin: (scene) => [externalPsk(scene, 'id'), externalPsk(scene, 'id')],
  }),
  ...list({ id: 'R-12.2-12', name: 'two GroupContextExtensions', violating: [noExtensions, noExtensions], twin: [noExtensions] }),
  ...list({ id: 'R-12.2-13', name: 'ReInit and Add', violating: async (scene) => [reinit(scene), await adding(scene)], twin: (scene) => [reinit(scene)] }),
  ...list({ id: 'R-12.2-13', name: 'Remove and ReInit', setting, violating: (scene) => [remove(3), reinit(scene)], twin: (scene) => [reinit(scene)] }),
  ...list({ id: 'R-12.2-13', name: 'two ReInits', violating: (scene) => [reinit(scene), reinit(scene)], twin: (scene) => [reinit(scene)] }),
  commit({ id: 'R-12.2-15', name: 'an ExternalInit in a regular Commit', violating: async (scene) => ({ proposals: [await externalInit(scene)] }) }),
  commit({
    id: 'R-12.4.3.2-07',
    name: 'an ExternalInit and a Remove, with sender type member',
    reported: 'R-12.2-15',
    setting,
    violating: async (scene) => ({ proposals: [await externalInit(scene), remove(3)] }),
    twin: { proposals: [remove(3)] },
  }),
  commit({
    id: 'R-12.2-18',
    name: 'an Update and an Add that introduce one encryption_key',
    reported: 'R-7.3-14',
    violating: async (scene) => {
      const newcomer = await scene.people.keyPackageOf('newcomer');
      return { sent: [await updateByCharlie(scene, newcomer.encryptionKey.publicKey)], proposals: [addOf(newcomer)] };
    },
    twin: async (scene) => ({ sent: [await updateByCharlie(scene)], proposals: [await adding(scene)] }),
  }),
  commit({
    id: 'R-12.2-20',
    name: 'an unknown ProposalRef',
    setting,
    violating: ({ people }) => ({ proposals: [{ proposal: remove(3), reference: people.suite.random(people.suite.nh), sender: 0 }] }),
    twin: { proposals: [remove(3)] },
  }),
  commit({
    id: 'R-12.2-20',
    name: 'a ProposalRef of a proposal that was never sent',
    violating: async (scene) => ({ proposals: [(await updateByCharlie(scene)).entry] }),
    twin: async (scene) => ({ sent: [await updateByCharlie(scene)] }),
  }),
  ...list({
    id: 'R-12.3-02',
    name: 'an Add lacking what the same Commit starts to require',
    violating: (scene) => requiringX509(scene, [basic]),
    twin: (scene) => requiringX509(scene, [basic, x509]),
  }),
  ...list({
    id: 'R-12.1.7-01',
    name: 'GroupContextExtensions that require an extension type which a member lacks',
    path: capable({ extensions: [0xf001] }),
    violating: [requiring({ extensionTypes: [0xf001] })],
    twin: [requiring({})],
  }),
  ...list({
    id: 'R-12.1.7-01',
    name: 'GroupContextExtensions that require a proposal type which a member lacks',
    path: capable({ proposals: [0xf002] }),
    violating: [requiring({ proposalTypes: [0xf002] })],
    twin: [requiring({})],
  }),
  ...list({
    id: 'R-12.1.7-01',
    name: 'GroupContextExtensions that require a credential type which a member lacks',
    path: capable({ credentials: [0xf003] }),
    violating: [requiring({ credentialTypes: [0xf003] })],
    twin: [requiring({ credentialTypes: [basic] })],
  }),
  ...list({
    id: 'R-13.4-07',
    name: 'GroupContextExtensions with a type that not all members list',
    path: capable({ extensions: [0xf001] }),
    violating: [extensionsOf(extension(0xf001))],
    twin: [noExtensions],
  }),
  ...list({
    id: 'R-13.5-08',
    name: 'GREASE in GroupContextExtensions',
    reported: 'R-13.4-07',
    path: capable({ extensions: [0x4a4a] }),
    violating: [extensionsOf(extension(0x4a4a))],
    twin: [noExtensions],
  }),
  without({ id: 'R-12.4-10', name: 'without a path that has no proposals', violating: {} }),
  without({ id: 'R-12.4-12', name: 'without a path that has GroupContextExtensions', leftOpen: leftOpen.pathForExtensions, violating: { proposals: [noExtensions] } }),
  without({ id: 'R-12.4-12', name: 'without a path that has a Remove', setting, violating: { proposals: [remove(3)] } }),
  without({ id: 'R-12.4-12', name: 'without a path that has an Add and a Remove', setting, violating: async (scene) => ({ proposals: [await adding(scene), remove(3)] }) }),
  without({ id: 'R-12.4.2-04', name: 'without a path that names an Update by reference', violating: async (scene) => ({ sent: [await updateByCharlie(scene)] }) }),
  without({
    id: 'R-12.4.2-04',
    name: 'without a path that names a Remove by reference',
    setting,
    violating: async (scene) => ({ sent: [await forgeProposed(scene.others[0]!.state, { proposal: remove(3) })] }),
  }),
];

/** A Commit whose path was left out; the twin is the same with it. */
function without({ violating, ...rest }: Description & { readonly setting?: { readonly members: number }; readonly violating: From<MemberScene, CommitDelivery> }): MemberViolation {
  return commit({ ...rest, name: `a Commit ${rest.name}`, violating: async (scene) => ({ ...(await made(violating, scene)), path: 'none' }), twin: violating });
}

/** The forger's new leaf lists more types: what its Commit asks for is then lacking in the others alone. */
function capable(more: Partial<Capabilities>): PathForgery {
  return {
    leaf: ({ capabilities, ...leaf }) => ({
      ...leaf,
      capabilities: {
        ...capabilities,
        extensions: [...capabilities.extensions, ...(more.extensions ?? [])],
        proposals: [...capabilities.proposals, ...(more.proposals ?? [])],
        credentials: [...capabilities.credentials, ...(more.credentials ?? [])],
      },
    }),
  };
}

const add = async (people: People, name: string, contents: Partial<KeyPackageContents> = {}): Promise<Proposal> => addOf(await people.keyPackageOf(name, contents));
const adding = ({ people }: MemberScene): Promise<Proposal> => add(people, 'newcomer');

/** Another KeyPackage of Charlie, with the signature key of his leaf: that makes it the same client whatever the application says, and by R-7.3-13 it may not be there either. */
const charlieAgain = ({ people, others }: MemberScene): Promise<Proposal> => add(people, 'charlie', { signatureKey: others[0]!.state.signatureKey });

/** An Update that Charlie has sent. */
async function updateByCharlie({ others }: MemberScene, encryptionKey?: Uint8Array): Promise<Sent> {
  const { state } = others[0]!;
  return forgeProposed(state, { proposal: await forgeUpdate(state, encryptionKey === undefined ? {} : { leaf: (leaf) => ({ ...leaf, encryptionKey }) }) });
}

const reinit = ({ people }: MemberScene): Proposal => ({ proposalType: 'reinit', groupId: utf8('next'), version: 1, cipherSuite: people.suite.id, extensions: [] });

async function externalInit({ people: { suite } }: MemberScene): Promise<Proposal> {
  return { proposalType: 'external_init', kemOutput: (await suite.generateHPKEKey()).publicKey };
}

async function requiringX509({ people }: MemberScene, credentials: readonly number[]): Promise<Proposal[]> {
  return [await add(people, 'newcomer', { capabilities: { ...people.capabilities, credentials } }), requiring({ credentialTypes: [x509] })];
}
