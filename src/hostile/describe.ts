/** Short ways to write a violation down: what is wrong, and all else is as an honest sender has it. */
import { concat } from '../mls/bytes.ts';
import { makeProposalRef } from '../mls/crypto/labelled.ts';
import type { CipherSuite } from '../mls/crypto/provider.ts';
import { authenticatedContentBytes } from '../mls/epoch/sign-content.ts';
import type { KeyPackageBundle } from '../mls/group/key-package.ts';
import type { GroupState } from '../mls/group/state.ts';
import type { FramedContent } from '../mls/wire/framing.ts';
import type { Proposal } from '../mls/wire/proposal.ts';
import { forgeCommit, type CommitForgery, type Entry, type ForgedCommit } from './forge/forge-commit.ts';
import { addOf, forgeKeyPackage, type KeyPackageForgery } from './forge/forge-leaf.ts';
import { contentBy, forgeCarrier, forgeMessage, forgeSigned, same, type MessageForgery } from './forge/forge-message.ts';
import type { PathForgery } from './forge/forge-path.ts';
import type { InvitationForgery, JoinerScene, JoinerSetting } from './joiner-scene.ts';
import type { MemberScene, MemberSetting } from './member-scene.ts';
import type { OutsiderScene, PublicationForgery } from './outsider-scene.ts';
import type { SuccessionForgery, SuccessorScene, SuccessorSetting } from './successor-scene.ts';
import type { Delivery } from './target.ts';
import { made, type Description, type From, type JoinerViolation, type MemberViolation, type OutsiderViolation, type SuccessorViolation } from './violation.ts';

interface Pair<Scene, Forgery> extends Description {
  readonly violating: From<Scene, Forgery>;
  /** Default: nothing is forged. */
  readonly twin?: From<Scene, Forgery>;
}

interface MemberPair<Forgery> extends Pair<MemberScene, Forgery> {
  readonly setting?: MemberSetting;
}

/** A Commit, and the proposal messages before it. */
export interface CommitDelivery extends CommitForgery {
  /** Proposals that it names by reference, before those of `proposals`. */
  readonly sent?: readonly Sent[];
  /** Proposals that the target has got and that it does not name. */
  readonly unnamed?: readonly Sent[];
  /** Whose epoch it is made in. Default: the forger's. */
  readonly state?: GroupState;
}

/** A Commit by the forger. */
export function commit({ violating, twin = {}, ...rest }: MemberPair<CommitDelivery>): MemberViolation {
  return asMember(rest, violating, twin, async (scene, { sent = [], unnamed = [], state = scene.forger.state, proposals = [], ...forgery }) =>
    handleCommit(
      await forgeCommit(state, { ...forgery, proposals: [...sent.map(({ entry }) => entry), ...proposals] }),
      [...sent, ...unnamed].map(({ message }) => message),
    ),
  );
}

interface Listed extends MemberPair<readonly Proposal[]> {
  /** Of the Commit, also of the twin's. */
  readonly path?: PathForgery;
}

/** A list of proposals that the forger commits, by value and by reference to its own messages: two violations. */
export function list({ violating, twin = [], name, path = {}, ...rest }: Listed): MemberViolation[] {
  const sentIn = (from: From<MemberScene, readonly Proposal[]>) => async (scene: MemberScene) => {
    const sent: Sent[] = [];
    for (const one of await made(from, scene)) sent.push(await forgeProposed(scene.forger.state, { proposal: one }));
    return { sent, path };
  };
  const inlineIn = (from: From<MemberScene, readonly Proposal[]>) => async (scene: MemberScene) => ({ proposals: await made(from, scene), path });
  return [
    commit({ ...rest, name: `${name}, by value`, violating: inlineIn(violating), twin: inlineIn(twin) }),
    commit({ ...rest, name: `${name}, by reference`, violating: sentIn(violating), twin: sentIn(twin) }),
  ];
}

/** A proposal message with whatever is wrong in it or around it; honest Charlie commits it by reference. */
export interface ProposalForgery extends MessageForgery {
  readonly proposal: Proposal;
  /** Edits what is signed. */
  readonly content?: (content: FramedContent) => FramedContent;
  /** Edits the finished message. */
  readonly octets?: (bytes: Uint8Array) => Uint8Array;
}

export function proposal({ violating, twin, ...rest }: MemberPair<ProposalForgery> & { readonly twin: From<MemberScene, ProposalForgery> }): MemberViolation {
  return asMember(rest, violating, twin, async (scene, forgery) => {
    const { state: charlie } = scene.others[0]!;
    const { message, entry } = await forgeProposed(scene.forger.state, forgery);
    return handleCommit(await forgeCommit(charlie, { proposals: [entry], as: charlie.settings.handshakeAs }), [message]);
  });
}

/** A proposal message, and how a Commit names it. */
export interface Sent {
  readonly message: Uint8Array;
  readonly entry: Entry;
}

export async function forgeProposed(state: GroupState, { proposal: proposed, content: edit, octets: editMessage = same, ...forgery }: ProposalForgery): Promise<Sent> {
  const content = contentBy(state, { proposal: proposed }, edit);
  const signed = await forgeSigned(state, content, forgery);
  const reference = makeProposalRef(state.settings.suite, authenticatedContentBytes(signed));
  const { sender } = content;
  return { message: editMessage(forgeCarrier(state, signed, forgery)), entry: { proposal: proposed, reference, sender: sender.senderType === 'member' ? sender.leafIndex : noLeaf } };
}

/** Past every tree: of a sender that is no member. */
const noLeaf = 0xffffffff;

/** An application message of the forger. */
export function application({ violating, twin = {}, ...rest }: MemberPair<ApplicationForgery>): MemberViolation {
  return asMember(rest, violating, twin, async ({ forger: { state } }, { content, ...forgery }) => ({
    to: 'Unprotect',
    message: await forgeMessage(state, contentBy(state, { applicationData: hello }, content), { as: 'private', ...forgery }),
    plaintext: hello,
  }));
}

export interface ApplicationForgery extends MessageForgery {
  /** Edits what is signed. */
  readonly content?: (content: FramedContent) => FramedContent;
}

const hello = new TextEncoder().encode('hello');

/** A KeyPackage of somebody new, changed and signed again. */
export interface NewcomerForgery extends KeyPackageForgery {
  /** Default: an honest newcomer's. */
  readonly bundle?: KeyPackageBundle;
  /** That of the bundle. Default: the group's. */
  readonly suite?: CipherSuite;
}

/** A KeyPackage that the forger adds, in a Commit and by a proposal, and one that is given to the target to add: three violations. */
export const keyPackage = ({ name, ...rest }: MemberPair<NewcomerForgery>): MemberViolation[] => [...newcomer({ ...rest, name }), invited({ ...rest, name: `${name}, to be added by the target` })];

/** A KeyPackage that the forger adds, in a Commit and by a proposal: two violations. */
export function newcomer({ violating, twin = {}, ...rest }: MemberPair<NewcomerForgery>): MemberViolation[] {
  const adding = (from: From<MemberScene, NewcomerForgery>) => async (scene: MemberScene) => [addOf(await forgedNewcomer(scene, await made(from, scene)))];
  return list({ ...rest, violating: adding(violating), twin: adding(twin) });
}

/** A KeyPackage that is given to the target to add. */
export function invited({ violating, twin = {}, ...rest }: MemberPair<NewcomerForgery>): MemberViolation {
  return asMember(rest, violating, twin, async (scene, forgery) => ({ to: 'AddProposal', keyPackage: (await forgedNewcomer(scene, forgery)).message }));
}

async function forgedNewcomer({ people }: MemberScene, { bundle, suite = people.suite, ...forgery }: NewcomerForgery): Promise<KeyPackageBundle> {
  return forgeKeyPackage(suite, bundle ?? (await people.keyPackageOf('newcomer')), forgery);
}

/** A Welcome, into a group that may be forged as well. */
export function welcome({ violating, twin = {}, setting, ...rest }: Pair<JoinerScene, InvitationForgery> & { readonly setting?: JoinerSetting }): JoinerViolation {
  return { ...rest, stage: 'joiner', ...(setting && { setting }), ...bothWays({ violating, twin }, (scene: JoinerScene, forgery) => scene.invitation(forgery)) };
}

/** A GroupInfo for an external join. */
export function groupInfo({ violating, twin = {}, ...rest }: Pair<OutsiderScene, PublicationForgery>): OutsiderViolation {
  return { ...rest, stage: 'outsider', ...bothWays({ violating, twin }, (scene: OutsiderScene, forgery) => scene.publication(forgery)) };
}

/** A Welcome into the successor of a group that was reinitialized. */
export const reInitWelcome = (pair: Pair<SuccessorScene, SuccessionForgery>): SuccessorViolation => succession(pair, { usage: 'reinit' });

/** A Welcome into a branch of a group. */
export const branchWelcome = (pair: Pair<SuccessorScene, SuccessionForgery>): SuccessorViolation => succession(pair, { usage: 'branch' });

function succession({ violating, twin = {}, ...rest }: Pair<SuccessorScene, SuccessionForgery>, setting: SuccessorSetting): SuccessorViolation {
  return { ...rest, stage: 'successor', setting, ...bothWays({ violating, twin }, (scene: SuccessorScene, forgery) => scene.invitation(forgery)) };
}

/** The same with its bytes edited, whatever it is. */
export function octets<V extends MemberViolation | JoinerViolation | OutsiderViolation>(honest: V, { edit, ...description }: Description & { readonly edit: (bytes: Uint8Array) => Uint8Array }): V {
  return { ...honest, ...description, violating: async (scene: never) => editedDelivery(await honest.twin(scene), edit) };
}

function editedDelivery(delivery: Delivery, edit: (bytes: Uint8Array) => Uint8Array): Delivery {
  switch (delivery.to) {
    case 'HandleCommit':
      return { ...delivery, commit: edit(delivery.commit) };
    case 'Unprotect':
      return { ...delivery, message: edit(delivery.message) };
    case 'JoinGroup':
      return { ...delivery, welcome: edit(delivery.welcome) };
    case 'ExternalJoin':
      return { ...delivery, groupInfo: edit(delivery.groupInfo) };
    case 'AddProposal':
      return { ...delivery, keyPackage: edit(delivery.keyPackage) };
    case 'Commit':
      return { ...delivery, proposals: delivery.proposals.map(edit) };
    case 'HandleReInitCommit':
      return { ...delivery, commit: edit(delivery.commit) };
    case 'HandleReInitWelcome':
    case 'HandleBranch':
      return { ...delivery, welcome: edit(delivery.welcome) };
  }
}

/** With something after its end. */
export const followedBy = (...more: number[]) => (bytes: Uint8Array): Uint8Array => concat(bytes, Uint8Array.from(more));

/** What a member does with a forged Commit. */
export const handleCommit = (forged: Pick<ForgedCommit, 'message' | 'state'> & Partial<Pick<ForgedCommit, 'endsGroup'>>, proposals: readonly Uint8Array[] = []): Delivery => ({
  to: forged.endsGroup === true ? 'HandleReInitCommit' : 'HandleCommit',
  commit: forged.message,
  proposals,
  epochAuthenticator: forged.state.secrets.epochAuthenticator.expose(),
});

function asMember<Forgery extends object>(
  { setting, ...description }: Description & { readonly setting?: MemberSetting },
  violating: From<MemberScene, Forgery>,
  twin: From<MemberScene, Forgery>,
  deliver: (scene: MemberScene, forgery: Forgery) => Promise<Delivery>,
): MemberViolation {
  return { ...description, stage: 'member', ...(setting && { setting }), ...bothWays({ violating, twin }, deliver) };
}

/** What is handed over with the violation and without. */
function bothWays<Scene, Forgery extends object>(
  { violating, twin }: { readonly violating: From<Scene, Forgery>; readonly twin: From<Scene, Forgery> },
  deliver: (scene: Scene, forgery: Forgery) => Promise<Delivery>,
) {
  const of = (from: From<Scene, Forgery>) => async (scene: Scene) => deliver(scene, await made(from, scene));
  return { violating: of(violating), twin: of(twin) };
}
