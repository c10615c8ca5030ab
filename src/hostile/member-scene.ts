/** The target is a member at leaf 1 of a group in which everybody has committed: the forger stands at leaf 0, honest people from leaf 2 on. */
import { add, groupContextExtensions, remove, type Client, type Extension, type Group, type SignaturePrivateKey } from '../index.ts';
import { utf8 } from '../mls/bytes.ts';
import { knownExtension } from '../mls/group/group-extensions.ts';
import type { Proposal } from '../mls/wire/proposal.ts';
import { forgeProposed } from './describe.ts';
import type { Entry } from './forge/forge-commit.ts';
import { basic, delivered, type People } from './people.ts';
import type { Target } from './target.ts';

export interface MemberSetting {
  /** The target included. Default: 3. */
  readonly members?: number;
  readonly groupExtensions?: readonly Extension[];
  /** External PSKs that everybody holds, by id, as text. */
  readonly psks?: Readonly<Record<string, string>>;
  /** Those that the forger alone holds. */
  readonly forgersPsks?: Readonly<Record<string, string>>;
  /** Leaves whose members were removed before, and which are blank. */
  readonly removed?: readonly number[];
  /** How everybody sends handshake messages, the target included. Default: in clear. */
  readonly handshakeAs?: 'public' | 'private';
  /** Whether the target has opened a message of the forger's. */
  readonly opened?: boolean;
  /** Default: one. The other may have been dropped from the list by the forger's last Commit. */
  readonly externalSenders?: 'none' | 'one, and one dropped';
  /** What the forger proposed to everybody in the epoch before, where no Commit covered it. */
  readonly uncovered?: Proposal;
}

export interface MemberScene {
  readonly people: People;
  /** At leaf 0; what is forged is forged with its keys. */
  readonly forger: Group;
  /** At leaf 2, 3, ...; their keys are at hand too. */
  readonly others: readonly Group[];
  /** The forger in the epoch before. */
  readonly before: Group;
  /** What the target has opened, where the setting asks for it. */
  readonly opened?: Uint8Array;
  /** The one external sender that the group has, and the one that it had, where the setting asks for that. */
  readonly externalSender: SignaturePrivateKey;
  readonly droppedSender: SignaturePrivateKey;
  /** How a Commit would name the proposal of the epoch before. */
  readonly uncovered?: Entry;
}

export const targetLeaf = 1;
export const targetName = 'bob';
/** By leaf index. */
export const memberNames = ['alice', targetName, 'charlie', 'diana', 'eve', 'frank', 'grace', 'heidi'] as const;

export async function memberScene(people: People, target: Target, setting: MemberSetting = {}): Promise<MemberScene> {
  const { members = 3, groupExtensions = [], psks = {}, forgersPsks = {}, removed = [], handshakeAs = 'public', opened = false, externalSenders, uncovered } = setting;
  const dropped = externalSenders === 'one, and one dropped';
  const honest = memberNames.slice(0, members).filter((name) => name !== targetName);
  const clients = await Promise.all(honest.map((name) => people.person(name, { handshakeAs })));
  const [forger, ...others] = clients as [Client, ...Client[]];
  const [externalSender, droppedSender] = [await people.suite.generateSignatureKey(), await people.suite.generateSignatureKey()];
  const extensions = [...sendersExtension(people, externalSenders === 'none' ? [] : [externalSender]), ...groupExtensions];
  const creator = await forger.createGroup({ extensions: dropped ? [...sendersExtension(people, [droppedSender, externalSender]), ...groupExtensions] : extensions });

  const invited = [await target.createKeyPackage(utf8(targetName)), ...(await Promise.all(others.map(async (client) => (await client.createKeyPackage()).message)))];
  const adding = await creator.commit({ proposals: invited.map((keyPackage) => add(keyPackage)) });
  await target.take({ to: 'JoinGroup', welcome: adding.welcome!, handshakeAs, epochAuthenticator: adding.group.epochAuthenticator });
  let groups = [adding.group, ...(await Promise.all(others.map((client) => client.join(adding.welcome!))))];

  const commitBy = async (committer: number, options?: Parameters<Group['commit']>[0], proposals: readonly Uint8Array[] = []) => {
    const { group, commit } = await groups[committer]!.commit(options);
    groups = await Promise.all(groups.map((other, i) => (i === committer ? group : delivered(other, commit))));
    await target.take({ to: 'HandleCommit', commit, proposals, epochAuthenticator: group.epochAuthenticator });
  };
  for (let committer = 0; committer < groups.length; committer++) await commitBy(committer);
  if (removed.length > 0) {
    groups = groups.filter(({ ownLeafIndex }) => !removed.includes(ownLeafIndex));
    await commitBy(0, { proposals: removed.map((leaf) => remove(leaf)) });
  }
  let before = groups[0]!;
  const byTarget = await target.commit();
  groups = await Promise.all(groups.map((group) => delivered(group, byTarget)));
  const unnamed = uncovered && (await forgeProposed(groups[0]!.state, { proposal: uncovered }));
  if (dropped || unnamed !== undefined) {
    before = groups[0]!;
    await commitBy(0, dropped ? { proposals: [groupContextExtensions(extensions)] } : {}, unnamed && [unnamed.message]);
  }

  for (const [id, value] of Object.entries(psks)) {
    for (const client of clients) client.storePsk(utf8(id), utf8(value));
    await target.storePsk(utf8(id), utf8(value));
  }
  for (const [id, value] of Object.entries(forgersPsks)) forger.storePsk(utf8(id), utf8(value));
  const [first, ...rest] = groups as [Group, ...Group[]];
  const scene = { people, forger: first, others: rest, before, externalSender, droppedSender, ...(unnamed && { uncovered: unnamed.entry }) };
  if (!opened) return scene;
  const message = await first.send(utf8('opened'));
  await target.take({ to: 'Unprotect', message });
  return { ...scene, opened: message };
}

function sendersExtension(people: People, keys: readonly SignaturePrivateKey[]): Extension[] {
  const senders = keys.map(({ publicKey }) => ({ signatureKey: publicKey, credential: basic(people, 'delivery').credential }));
  return senders.length === 0 ? [] : [knownExtension('external_senders', senders)];
}
