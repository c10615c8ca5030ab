/** Proposals from outside the group, by external senders and by new members: RFC 9420 §6.1, §12.1.8. */
import { empty, utf8 } from '../../mls/bytes.ts';
import type { FramedContent, Sender } from '../../mls/wire/framing.ts';
import type { Proposal } from '../../mls/wire/proposal.ts';
import { commit, proposal, type ProposalForgery } from '../describe.ts';
import { addOf, forgeUpdate } from '../forge/forge-leaf.ts';
import { remove } from '../honest-proposals.ts';
import { leftOpen } from '../left-open.ts';
import type { MemberScene, MemberSetting } from '../member-scene.ts';
import { made, type Description, type From, type MemberViolation, type Violation } from '../violation.ts';

const outside: Sender = { senderType: 'external', senderIndex: 0 };
const newMember: Sender = { senderType: 'new_member_proposal' };
const fromOutside = { content: from(outside), signedContext: empty };

export const ofOutsideProposals: readonly Violation[] = [
  external({ id: 'R-6.1-06', name: 'a sender_index past the list', violating: { content: from({ senderType: 'external', senderIndex: 1 }) } }),
  external({ id: 'R-6.1-06', name: "an external proposal signed by another key than the entry's", violating: ({ droppedSender }) => ({ signatureKey: droppedSender }) }),
  external({ id: 'R-6.1-02', name: 'an external proposal whose signature covers the GroupContext', violating: ({ forger }) => ({ signedContext: forger.state.contextBytes }) }),
  external({ id: 'R-12.1.8-04', name: 'an Update from an external sender', violating: async ({ forger }) => ({ proposal: await forgeUpdate(forger.state) }) }),
  external({
    id: 'R-12.1.8-04',
    name: 'an ExternalInit from an external sender',
    violating: ({ people: { suite } }) => ({ proposal: { proposalType: 'external_init', kemOutput: suite.random(suite.npk) } }),
  }),
  external({
    id: 'R-6-08',
    name: "an external sender's proposal for another group",
    leftOpen: leftOpen.foreignGroup,
    violating: { content: (content) => from(outside)({ ...content, groupId: utf8('another group') }) },
  }),
  external({ id: 'R-12.1-03', name: "an external sender's proposal for the epoch before", violating: { content: (content) => from(outside)({ ...content, epoch: content.epoch - 1n }) } }),
  external({ id: 'R-12.1-03', name: "an external sender's proposal for the next epoch", violating: { content: (content) => from(outside)({ ...content, epoch: content.epoch + 1n }) } }),
  proposal({
    id: 'R-12.1.8-01',
    name: 'an external proposal in a group without external_senders',
    setting: { externalSenders: 'none' },
    violating: async (scene) => ({ proposal: await adding(scene), signatureKey: scene.externalSender, ...fromOutside }),
    twin: async (scene) => ({ proposal: await adding(scene) }),
  }),
  external({
    id: 'R-12.1.8.1-02',
    name: 'a proposal by an external sender that was dropped from the list since',
    setting: { members: 4, externalSenders: 'one, and one dropped' },
    reported: 'R-6.1-06',
    violating: ({ droppedSender }) => ({ signatureKey: droppedSender }),
  }),
  commit({ id: 'R-6.1-07', name: 'a Commit from an external sender', violating: ({ externalSender }) => ({ ...fromOutside, signatureKey: externalSender }) }),

  selfAdd({ id: 'R-6.1-10', name: 'a self-Add signed by a key that is not in its KeyPackage', violating: ({ droppedSender }) => ({ signatureKey: droppedSender }) }),
  selfAdd({ id: 'R-6.1-11', name: 'a Remove from a new member', violating: { proposal: remove(3) } }),
  selfAdd({ id: 'R-6.1-09', name: 'a proposal with sender type new_member_commit', violating: { content: from({ senderType: 'new_member_commit' }) } }),
  commit({
    id: 'R-6.1-11',
    name: 'a Commit with sender type new_member_proposal',
    violating: ({ externalSender }) => ({ content: from(newMember), signedContext: empty, signatureKey: externalSender }),
  }),
];

interface Forged extends Description {
  readonly setting?: MemberSetting;
  readonly violating: From<MemberScene, Partial<ProposalForgery>>;
}

/** A Remove by the group's external sender. */
function external({ setting = { members: 4 }, violating, ...description }: Forged): MemberViolation {
  const honest = ({ externalSender }: MemberScene): ProposalForgery => ({ proposal: remove(3), signatureKey: externalSender, ...fromOutside });
  return proposal({ ...description, setting, violating: async (scene) => ({ ...honest(scene), ...(await made(violating, scene)) }), twin: honest });
}

/** An Add by a newcomer of itself. */
function selfAdd({ setting = { members: 4 }, violating, ...description }: Forged): MemberViolation {
  const honest = async ({ people }: MemberScene): Promise<ProposalForgery> => {
    const bundle = await people.keyPackageOf('newcomer');
    return { proposal: addOf(bundle), signatureKey: bundle.signatureKey, content: from(newMember), signedContext: empty };
  };
  return proposal({ ...description, setting, violating: async (scene) => ({ ...(await honest(scene)), ...(await made(violating, scene)) }), twin: honest });
}

function from(sender: Sender): (content: FramedContent) => FramedContent {
  return (content) => ({ ...content, sender });
}

async function adding({ people }: MemberScene): Promise<Proposal> {
  return addOf(await people.keyPackageOf('newcomer'));
}
