/** What members say of an epoch: authenticators, exported secrets, GroupInfos, held against the shadow's. */
import { sameBytes } from '../../mls/bytes.ts';
import { externalKey, mlsExporter } from '../../mls/epoch/key-schedule.ts';
import { MLSError } from '../../mls/errors.ts';
import { extensionBody } from '../../mls/group/group-extensions.ts';
import type { GroupState } from '../../mls/group/state.ts';
import type { GroupInfo } from '../../mls/wire/group-info.ts';
import type { RequestOf } from '../implementation.ts';
import { incapacity, type CaseFile, type Heard } from './case-file.ts';
import { firstDifference, type Difference, type EpochSight } from './epoch-sight.ts';
import type { Departure, Message } from './findings.ts';
import { explain } from './hypotheses.ts';
import { viewOfGroupInfo } from './public-view.ts';

/** What a call told of an epoch; which one is not always known. */
export interface Answer {
  readonly heard: Heard;
  readonly epoch: EpochSight | undefined;
  readonly value: Uint8Array;
}

/** An epoch authenticator that an actor gave when it reached an epoch, or when it was asked. */
export function hearAuthenticator(file: CaseFile, { epoch, heard: { call, excused }, value: authenticator }: Answer): void {
  const { actor, step, rpc } = call;
  if (epoch === undefined) return file.missed(step, 'an epoch authenticator of a group that is not known');
  epoch.holders.push({ actor, step, rpc, authenticator });
  if (excused) return;
  file.authenticators.push({ epoch, holder: epoch.holders.at(-1)! });
}

/** Holds an authenticator against the shadows', once every Welcome that can give sight was looked into. */
export async function judgeAuthenticator(file: CaseFile, { epoch, holder }: CaseFile['authenticators'][number]): Promise<void> {
  const { actor, step, rpc, authenticator } = holder;
  const witness = epoch.witness(actor);
  if (authenticator.length === 0 || witness === undefined) {
    if (authenticator.length === 0 && rpc === 'StateAuth') file.departures.push(ofNoBytes(file, { actor, step, rpc, differs: 'epoch authenticator', requirement: 'R-8.7-01', epoch }));
    else file.missed(step, `no shadow sees the epoch: ${epoch.blindness}`);
    return;
  }
  const right = witness.state.secrets.epochAuthenticator.expose();
  const reason = sameBytes(right, authenticator) ? undefined : await explainHolder(file, epoch, holder);
  file.saw();
  if (reason === undefined) return;
  file.departures.push({
    ...{ actor, step, rpc, differs: 'epoch authenticator', requirement: 'R-8.7-01' },
    ...reason,
    ...{ found: authenticator, right, by: witness.actor, epoch: epoch.name, excused: false },
    holders: epoch.holders.map(({ actor: holds, authenticator: value }) => ({ actor: holds, value })),
  });
}

interface Empty {
  readonly actor: string;
  readonly step: number;
  readonly rpc: string;
  readonly differs: string;
  readonly requirement: Departure['requirement'];
  readonly epoch: EpochSight | undefined;
}

const nothing = new Uint8Array(0);

function ofNoBytes(file: CaseFile, { epoch, ...of }: Empty): Departure {
  file.saw();
  return { ...of, found: nothing, right: nothing, by: undefined, epoch: epoch?.name ?? 'its epoch', holders: [], excused: false };
}

/** With which mistake somebody comes from the Commit to the authenticator it has. */
async function explainHolder(file: CaseFile, { before, begunBy }: EpochSight, { authenticator }: EpochSight['holders'][number]): Promise<Partial<Departure>> {
  const opened = begunBy && file.openedCommits.get(begunBy);
  if (before === undefined || opened === undefined) return {};
  for (const state of before.shadows.values()) {
    const found = await explain(state, opened, { epochAuthenticator: authenticator });
    if (found !== undefined) return { differs: found.differs, requirement: found.requirement, recomputed: found.mistake };
  }
  return {};
}

/** A secret exported from the epoch of a member. */
export function hearExport(file: CaseFile, { epoch, heard: { call, excused }, value: exported }: Answer): void {
  const { actor, step, rpc } = call;
  const { label, context, keyLength } = call.request as RequestOf<'export'>;
  const of = { actor, step, rpc, differs: 'exported secret', requirement: 'R-8.5-01' } as const;
  if (exported.length === 0 && keyLength > 0) {
    file.departures.push({ ...ofNoBytes(file, { ...of, epoch }), excused });
    return;
  }
  const witness = epoch?.witness(actor);
  if (epoch === undefined || witness === undefined) return file.missed(step, epoch === undefined ? 'an exported secret of a group that is not known' : `no shadow sees the epoch: ${epoch.blindness}`);
  file.saw();
  const { settings, secrets } = witness.state;
  const right = mlsExporter(settings.suite, secrets.exporterSecret, { label, context, length: keyLength });
  if (sameBytes(right, exported)) return;
  file.departures.push({ ...of, found: exported, right, by: witness.actor, epoch: epoch.name, holders: [{ actor, value: exported }], excused });
}

export interface ToldGroupInfo {
  readonly epoch: EpochSight | undefined;
  readonly message: Message;
  /** Given apart; empty when the GroupInfo carries the tree. */
  readonly ratchetTree: Uint8Array;
}

/** A GroupInfo for those outside. */
export async function hearGroupInfo(file: CaseFile, { epoch, message, ratchetTree }: ToldGroupInfo): Promise<void> {
  const decoded = file.decoded(message);
  if (decoded === undefined) return;
  if (decoded.wireFormat !== 'mls_group_info') return file.object(message, new MLSError('invalid', `a GroupInfo cannot be a message of format ${decoded.wireFormat}`), undefined);
  const { groupInfo } = decoded;
  try {
    const view = await viewOfGroupInfo(file.settings(groupInfo.groupContext.cipherSuite), groupInfo, ratchetTree.length === 0 ? undefined : ratchetTree.slice());
    if (epoch !== undefined) epoch.view ??= view;
  } catch (error) {
    const incapable = incapacity(error);
    if (incapable !== undefined) return file.missed(message.step, incapable);
    file.object(message, error as MLSError, undefined);
  }
  const witness = epoch?.witness(message.sender);
  const known = epoch?.view;
  const difference = (known && firstDifference(groupInfo.groupContext, known.groupContext)) ?? (witness && (await secretDifference(witness.state, groupInfo)));
  if (difference !== undefined) {
    file.objections.push({ message, ...difference, says: `the GroupInfo has another ${difference.differs} than the group`, by: witness?.actor });
  }
  if (witness === undefined) file.missed(message.step, `of this GroupInfo only what is public was checked: ${epoch?.blindness ?? 'its group is not known'}`);
  else if (file.objections.some((objection) => objection.message === message)) file.saw();
  else file.approve(message);
}

/** What only a member can tell of a GroupInfo. */
async function secretDifference({ settings: { suite }, confirmationTag, secrets }: GroupState, groupInfo: GroupInfo): Promise<Difference | undefined> {
  if (!sameBytes(confirmationTag, groupInfo.confirmationTag)) return { differs: 'confirmation tag', requirement: 'R-12.4.1-10' };
  const external = extensionBody(groupInfo.extensions, 'external_pub');
  if (external === undefined) return undefined;
  using key = await externalKey(suite, secrets.externalSecret);
  return sameBytes(key.publicKey, external.externalPub) ? undefined : { differs: 'external_pub', requirement: 'R-8-10' };
}
