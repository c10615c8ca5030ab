/** The Commit as a message and the epoch that it begins: RFC 9420 §6.1, §6.2, §12.4.1, §12.4.2. */
import type { UnsignedLeafNode } from '../../mls/tree/leaf-node.ts';
import { commit } from '../describe.ts';
import { forgeCommit, type CommitForgery } from '../forge/forge-commit.ts';
import { addOf } from '../forge/forge-leaf.ts';
import { flipped } from '../forge/forge-message.ts';
import { anotherKeyAt } from '../forge/forge-path.ts';
import { externalPsk, remove } from '../honest-proposals.ts';
import type { MemberScene } from '../member-scene.ts';
import type { Violation } from '../violation.ts';

export const ofCommits: readonly Violation[] = [
  commit({ id: 'R-12.4.2-01', name: 'a Commit for the epoch before', violating: { content: (content) => ({ ...content, epoch: content.epoch - 1n }) } }),
  commit({ id: 'R-12.4.2-01', name: 'a Commit for the epoch after', violating: { content: (content) => ({ ...content, epoch: content.epoch + 1n }) } }),
  commit({
    id: 'R-12.4.2-02',
    name: 'a Commit with a bad signature and a right membership_tag',
    reported: 'R-6.1-12',
    violating: { signature: (signature) => flipped(signature, -1) },
  }),
  commit({ id: 'R-12.4.2-09', name: 'an altered confirmation_tag', violating: { confirmationTag: (tag) => flipped(tag) } }),
  commit({
    id: 'R-12.4.2-10',
    name: 'a Commit that is refused at its last check, after its proposals and its path',
    reported: 'R-12.4.2-09',
    setting: { members: 5 },
    violating: async (scene) => ({ ...(await ofMany(scene)), confirmationTag: (tag) => flipped(tag) }),
    twin: ofMany,
  }),
  commit({
    id: 'R-12.4.2-10',
    name: 'a Commit that is refused at its path, after its proposals',
    reported: 'R-7.5-11',
    setting: { members: 5 },
    violating: async (scene) => ({ ...(await ofMany(scene)), path: await anotherKeyAt(scene.people.suite, 0) }),
    twin: ofMany,
  }),
  commit({
    id: 'R-12.4.2-09',
    name: 'a PSK whose value is not what the receiver has',
    setting: { psks: { id: 'value', everybody: 'value' }, forgersPsks: { id: 'another value' } },
    violating: (scene) => withPsk(scene, 'id'),
    twin: (scene) => withPsk(scene, 'everybody'),
  }),
  commit({ id: 'R-12.4.2-09', name: 'an empty confirmation_tag', violating: { confirmationTag: () => new Uint8Array(0) } }),
  commit({
    id: 'R-12.4.1-09',
    name: "a membership_tag made with the new epoch's key",
    reported: 'R-6.2-04',
    violating: async ({ forger }) => ({ membershipKey: (await forgeCommit(forger.state)).state.secrets.membershipKey }),
  }),
  commit({
    id: 'R-12.4.2-03',
    name: 'an external PSK that the receiver lacks',
    setting: { forgersPsks: { 'only the forger': 'value' }, psks: { everybody: 'value' } },
    violating: (scene) => withPsk(scene, 'only the forger'),
    twin: (scene) => withPsk(scene, 'everybody'),
  }),
  commit({
    id: 'R-12.4.1-07',
    name: 'a Commit that changes the signature key, signed with the new one',
    reported: 'R-6.1-12',
    violating: async (scene) => {
      const changed = await withNewKey(scene);
      return { ...changed, signatureKey: changed.nextSignatureKey! };
    },
    twin: withNewKey,
  }),
];

const withPsk = (scene: MemberScene, id: string): CommitForgery => ({ proposals: [externalPsk(scene, id)] });

async function ofMany({ people }: MemberScene): Promise<CommitForgery> {
  return { proposals: [remove(3), addOf(await people.keyPackageOf('newcomer'))] };
}

async function withNewKey({ people }: MemberScene): Promise<CommitForgery> {
  const key = await people.suite.generateSignatureKey();
  return { path: { leaf: (leaf): UnsignedLeafNode => ({ ...leaf, signatureKey: key.publicKey }) }, nextSignatureKey: key };
}
