/**
 * The target is a member, at leaf 1, of a group with the forger and honest Charlie, and is invited into one that comes out of
 * it: its successor after a ReInit that it has applied (RFC 9420 §11.2), or a branch (§11.3). The forger makes that group by
 * hand. A joiner cannot tell, for it sees no more of the new group than the Welcome.
 */
import { reInit, type Extension, type Group } from '../index.ts';
import { utf8 } from '../mls/bytes.ts';
import type { CipherSuite } from '../mls/crypto/provider.ts';
import type { PreSharedKeyInput } from '../mls/epoch/psk-secret.ts';
import { knownExtension } from '../mls/group/group-extensions.ts';
import { addLeaf } from '../mls/tree/ratchet-tree.ts';
import { MLSMessage } from '../mls/wire/framing.ts';
import type { GroupContext } from '../mls/wire/group-info.ts';
import type { KeyPackage } from '../mls/wire/leaf-node.ts';
import { decode } from '../mls/wire/presentation-language.ts';
import { same } from './forge/forge-message.ts';
import { groveOf } from './forge/forge-tree.ts';
import { forgeEpoch, forgeWelcome } from './forge/forge-welcome.ts';
import { memberNames, memberScene, targetName } from './member-scene.ts';
import type { People } from './people.ts';
import type { Delivery, Target } from './target.ts';

export interface SuccessorSetting {
  readonly usage: 'reinit' | 'branch';
}

export interface SuccessionForgery {
  readonly groupContext?: (context: GroupContext) => GroupContext;
  /** Who is in the new group beside the target. Default: all others of the old one, with their keys. */
  readonly members?: readonly string[];
  /** Edits the resumption PSK that links the new group to the old one. */
  readonly psks?: (honest: PreSharedKeyInput) => readonly PreSharedKeyInput[];
  /** Of the new group, and of the target's KeyPackage. Default: that of the old group; only for branches. */
  readonly cipherSuite?: number;
}

export interface SuccessorScene {
  readonly people: People;
  /** The forger in the old group, and, where that was reinitialized, in the epoch before its end. */
  readonly old: Group;
  readonly before: Group;
  /** The invitation of the target, by default an honest one. */
  invitation(forgery?: SuccessionForgery): Promise<Delivery>;
}

/** Of the successor, as the ReInit says. */
const successorId = utf8('the next');
const successorExtensions: readonly Extension[] = [knownExtension('required_capabilities', { extensionTypes: [], proposalTypes: [], credentialTypes: [] })];

export async function successorScene(people: People, target: Target, { usage }: SuccessorSetting = { usage: 'reinit' }): Promise<SuccessorScene> {
  const { forger: before, others } = await memberScene(people, target);
  const { group: old, keyPackage } = usage === 'reinit' ? await reinitialized(before, target) : { group: before, keyPackage: await target.createKeyPackage(utf8(targetName)) };
  let last = { cipherSuite: people.suite.id as number, keyPackage };
  const keyPackageIn = async (cipherSuite: number): Promise<KeyPackage> => {
    if (last.cipherSuite !== cipherSuite) last = { cipherSuite, keyPackage: await target.createKeyPackage(utf8(targetName), cipherSuite) };
    return keyPackageOf(last.keyPackage);
  };
  const keysOf = (name: string) => {
    const group = [before, undefined, ...others][memberNames.findIndex((one) => one === name)];
    return group === undefined ? {} : { signatureKey: group.state.signatureKey };
  };
  const resumptionPsk = (suite: CipherSuite): PreSharedKeyInput => ({
    id: { psktype: 'resumption', usage, pskGroupId: old.groupId, pskEpoch: old.epoch, pskNonce: suite.random(suite.nh) },
    psk: old.state.secrets.resumptionPsk.expose(),
  });

  return {
    people,
    old,
    before,
    async invitation({ groupContext: edit = same, members = ['alice', 'charlie'], psks: link = (honest: PreSharedKeyInput) => [honest], cipherSuite = people.suite.id }: SuccessionForgery = {}) {
      const inSuite = people.inSuite(cipherSuite);
      const { suite } = inSuite;
      const own = await keyPackageIn(cipherSuite);
      const bundles = await Promise.all(members.map((name) => inSuite.keyPackageOf(name, cipherSuite === people.suite.id ? keysOf(name) : {})));
      const grove = groveOf(suite, bundles, successorId);
      const { tree, leafIndex } = addLeaf(grove.tree, own.leafNode);
      const psks = link(resumptionPsk(suite));
      const extensions = usage === 'reinit' ? successorExtensions : [];
      const epoch = forgeEpoch(suite, { tree, groupId: successorId, psks, groupContext: (context: GroupContext) => edit({ ...context, extensions }) });
      const signer = { leafIndex: 0, key: bundles[0]!.signatureKey };
      const welcome = await forgeWelcome(suite, { tree, epoch, signer, added: [{ keyPackage: own, leafIndex }], psks });
      return { to: usage === 'reinit' ? 'HandleReInitWelcome' : 'HandleBranch', welcome, epochAuthenticator: epoch.secrets.epochAuthenticator.expose() };
    },
  };
}

/** Ends the group by a ReInit into the same suite, proposed and committed by the forger. */
async function reinitialized(forger: Group, target: Target): Promise<{ readonly group: Group; readonly keyPackage: Uint8Array }> {
  const proposing = await forger.propose(reInit({ groupId: successorId, cipherSuite: forger.groupContext.cipherSuite, extensions: successorExtensions }));
  const { group, commit } = await proposing.group.commit();
  const { keyPackage } = await target.take({ to: 'HandleReInitCommit', commit, proposals: [proposing.message], epochAuthenticator: group.epochAuthenticator });
  if (keyPackage === undefined) throw new Error('a KeyPackage for the successor was expected');
  return { group, keyPackage };
}

function keyPackageOf(message: Uint8Array): KeyPackage {
  const decoded = decode(MLSMessage, message, 'MLSMessage');
  if (decoded.wireFormat !== 'mls_key_package') throw new Error(`a KeyPackage was expected, this is ${decoded.wireFormat}`);
  return decoded.keyPackage;
}
