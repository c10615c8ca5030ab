/** Proposals from outside the group (RFC 9420 §12.1.8): NewMemberAddProposal to ExternalSignerProposal. */
import { empty, sameBytes } from '../../mls/bytes.ts';
import type { CipherSuite } from '../../mls/crypto/provider.ts';
import { usage } from '../../mls/errors.ts';
import { proposeFromOutside } from '../../mls/group/external-proposals.ts';
import { extensionBody, externalSenders, knownExtension } from '../../mls/group/group-extensions.ts';
import { groupContextExtensions, type ProposalInput } from '../../mls/group/proposals.ts';
import { ExternalSender, type Extension } from '../../mls/wire/extension.ts';
import type { GroupInfo } from '../../mls/wire/group-info.ts';
import { decode, encode } from '../../mls/wire/presentation-language.ts';
import type { Proposal } from '../../mls/wire/proposal.ts';
import { extensionTypes } from '../../mls/wire/registries.ts';
import { RatchetTreeNodes } from '../../mls/wire/tree-node.ts';
import type { Handlers } from '../calls.ts';
import { externalSenderOf, given, groupInfoOf } from '../messages.ts';
import { requires } from '../status.ts';
import type { Context } from './context.ts';
import { privateKeysOf } from './joining.ts';
import { describedProposal, propose } from './proposals.ts';

type FromOutside = 'newMemberAddProposal' | 'createExternalSigner' | 'addExternalSigner' | 'externalSignerProposal';

export const outsiderHandlers = (context: Context): Pick<Handlers, FromOutside> => ({
  newMemberAddProposal: (request, call) =>
    context.states.transact(call, [], async (changes) => {
      const { groupContext } = groupInfoOf(request.groupInfo, 'group_info');
      const person = context.clients.newPerson(groupContext.cipherSuite, request.identity);
      const transactionId = changes.reserve('join');
      const client = await context.clients.client(person, { undo: changes.undo });
      const { message, bundle } = await client.proposeJoin(request.groupInfo);
      changes.fill(transactionId, { kind: 'join', ...person, bundle });
      return { transactionId, proposal: message, ...privateKeysOf(bundle) };
    }),

  createExternalSigner: (request, call) =>
    context.states.transact(call, [], async (changes) => {
      const { cipherSuite, identity } = request;
      context.clients.requireSuite(cipherSuite);
      const signerId = changes.reserve('signer');
      const signatureKey = changes.undo.use(await context.clients.signatureKey(cipherSuite));
      changes.fill(signerId, { kind: 'signer', cipherSuite, signatureKey });
      const externalSender = encode(ExternalSender, { signatureKey: signatureKey.publicKey, credential: { credentialType: 'basic', identity } });
      return { signerId, externalSender };
    }),

  addExternalSigner: (request, call) =>
    propose(context, call, {
      stateId: request.stateId,
      proposal: ({ group }) => groupContextExtensions(withSender(group.extensions, externalSenderOf(request.externalSender))),
    }),

  externalSignerProposal: (request, call) =>
    context.states.transact(call, [request.signerId], async (changes) => {
      const { cipherSuite, signatureKey } = changes.get(request.signerId, 'signer');
      const groupInfo = groupInfoOf(request.groupInfo, 'group_info');
      const { groupContext } = groupInfo;
      requires(groupContext.cipherSuite === cipherSuite, `the group has cipher suite ${groupContext.cipherSuite}, the signer ${cipherSuite}`);
      // The runner never sets signer_index: the key says which entry is the signer's.
      const senderIndex = (externalSenders(groupContext.extensions) ?? []).findIndex((sender) => sameBytes(sender.signatureKey, signatureKey.publicKey));
      usage(senderIndex >= 0, 'the group does not list this signer in external_senders', 'R-12.1.8-01');
      requires(request.description !== undefined, 'description is missing');
      const suite = context.clients.cipherSuite(cipherSuite);
      const input = describedProposal(request.description, () => leavesOf(groupInfo, given(request.ratchetTree)));
      const proposal = await proposeFromOutside({
        suite,
        signatureKey,
        sender: { senderType: 'external', senderIndex },
        groupContext,
        proposal: outsideProposal(input, { suite, groupId: groupContext.groupId }),
        authenticatedData: empty,
      });
      return { proposal };
    }),
});

/** The extensions in force with one more external sender: a GroupContextExtensions proposal replaces them all. */
function withSender(extensions: readonly Extension[], sender: ExternalSender): readonly Extension[] {
  const extended = knownExtension('external_senders', [...(externalSenders(extensions) ?? []), sender]);
  const at = extensions.findIndex(({ extensionType }) => extensionType === extensionTypes.external_senders);
  return at < 0 ? [...extensions, extended] : extensions.with(at, extended);
}

/** The members in a GroupInfo's tree, wherever it travels. Nobody vouches for it: it says only whom a Remove should name. */
function* leavesOf({ extensions }: GroupInfo, ratchetTree: Uint8Array | undefined) {
  const nodes = ratchetTree === undefined ? extensionBody(extensions, 'ratchet_tree') : decode(RatchetTreeNodes, ratchetTree.slice(), 'ratchet_tree');
  requires(nodes !== undefined, 'a Remove needs the ratchet_tree');
  for (let nodeIndex = 0; nodeIndex < nodes.length; nodeIndex += 2) {
    const node = nodes[nodeIndex];
    if (node?.nodeType === 'leaf') yield { leafIndex: nodeIndex / 2, credential: node.leafNode.credential };
  }
}

/** What a member's engine fills in, filled in by somebody who is no member. */
function outsideProposal(input: ProposalInput, { suite, groupId }: { readonly suite: CipherSuite; readonly groupId: Uint8Array }): Proposal {
  const pskNonce = suite.random(suite.nh);
  switch (input.kind) {
    case 'proposal':
      return input.proposal;
    case 'psk':
      return { proposalType: 'psk', psk: { ...input.psk, pskNonce } };
    case 'resumption':
      return { proposalType: 'psk', psk: { psktype: 'resumption', usage: 'application', pskGroupId: groupId, pskEpoch: input.epoch, pskNonce } };
    case 'update':
      throw new Error('the interface has no word for an Update');
  }
}
