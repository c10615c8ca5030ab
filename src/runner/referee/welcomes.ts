/** Shadows join: by every Welcome to a KeyPackage whose private keys were told. */
import { byteKey } from '../../mls/bytes.ts';
import type { CipherSuite } from '../../mls/crypto/provider.ts';
import { MLSError } from '../../mls/errors.ts';
import { bundleOf, type KeyPackageBundle } from '../../mls/group/key-package.ts';
import type { GroupState } from '../../mls/group/state.ts';
import type { Succession } from '../../mls/group/succession.ts';
import type { Welcome } from '../../mls/wire/group-info.ts';
import { incapacity, type CaseFile } from './case-file.ts';
import { firstDifference, sameAuthenticator, type Difference, type EpochSight } from './epoch-sight.ts';
import type { Message } from './findings.ts';
import { sightOfTree } from './follow.ts';
import { noKeysTold } from './sealed-welcome.ts';
import { joinShadow } from './shadow.ts';
import { lookInto } from './welcome-sight.ts';

export interface Welcomed {
  readonly message: Message;
  /** The epoch that it lets others join. */
  readonly epoch: EpochSight;
  /** Given apart; empty when the Welcome carries the tree. */
  readonly ratchetTree: Uint8Array;
  /** The epoch of the group that this one succeeds or branches from. */
  readonly from?: { readonly usage: Succession['usage']; readonly epoch: EpochSight | undefined };
}

/** Has shadows join in the place of all whom a Welcome is for, and holds what they come to against what the members see. */
export async function followWelcome(file: CaseFile, welcomed: Welcomed): Promise<void> {
  const { message, epoch } = welcomed;
  file.epochs.set(byteKey(message.bytes), epoch);
  const decoded = file.decoded(message);
  if (decoded === undefined) return;
  if (decoded.wireFormat !== 'mls_welcome') return file.object(message, new MLSError('invalid', `a Welcome cannot be a message of format ${decoded.wireFormat}`), undefined);
  const { welcome } = decoded;
  const joiners = welcome.secrets.flatMap(({ newMember }) => file.joins.get(byteKey(newMember)) ?? []);
  if (welcome.secrets.length === 0) {
    file.notes.add(`${file.label(message.sender)} gives a Welcome that is for nobody with a Commit`);
    return;
  }
  if (joiners.length === 0) {
    const why = welcomed.from?.usage === 'reinit' ? noKeysTold : 'nobody tells the private keys of its KeyPackages';
    return file.missed(message.step, `of this Welcome only what needs no secrets was checked: ${why}`);
  }

  const succession = successionOf(welcomed);
  if (welcomed.from !== undefined && succession === undefined) return file.missed(message.step, `no shadow sees the group that was left: ${welcomed.from.epoch?.blindness ?? 'it is not known'}`);
  const outcomes = [];
  for (const { actor, bundle } of joiners) outcomes.push(await join(file, welcomed, { welcome, actor, bundle, succession }));
  file.keepResumptionPsk(epoch);
  const failed = outcomes.find((outcome) => outcome !== undefined);
  if (failed === undefined && file.objections.some((objection) => objection.message === message)) file.saw();
  else if (failed === undefined) file.approve(message);
  else file.missed(message.step, failed);
}

interface Joiner {
  readonly welcome: Welcome;
  readonly actor: string;
  readonly bundle: KeyPackageBundle;
  readonly succession: Succession | undefined;
}

/** @returns why it could not be judged, if so */
async function join(file: CaseFile, { message, epoch, ratchetTree }: Welcomed, { welcome, actor, bundle, succession }: Joiner): Promise<string | undefined> {
  const settings = file.settings(bundle.keyPackage.cipherSuite);
  await lookInto(file, { message, welcome, actor, bundle, settings, succession });
  try {
    const apart = ratchetTree.length === 0 ? undefined : ratchetTree.slice();
    const state = await joinShadow({ settings, welcome, bundle: fresh(settings.suite, bundle), ratchetTree: apart, succession });
    compare(file, { message, epoch, actor, state });
    return undefined;
  } catch (error) {
    const incapable = incapacity(error);
    if (incapable !== undefined) return incapable;
    file.object(message, error as MLSError, actor);
    if (epoch.shadows.size === 0) epoch.blindness = `the shadows refuse the Welcome of step ${message.step}`;
    return undefined;
  }
}

/** A join may be tried again with the same keys. */
const fresh = (suite: CipherSuite, bundle: KeyPackageBundle): KeyPackageBundle => bundleOf(suite, bundle.keyPackage, bundle);

interface Arrival {
  readonly message: Message;
  readonly epoch: EpochSight;
  readonly actor: string;
  readonly state: GroupState;
}

/** A joiner must come to the very epoch that the members see. */
function compare(file: CaseFile, { message, epoch, actor, state }: Arrival): void {
  const difference = differenceFrom(epoch, state);
  if (difference !== undefined) {
    const says = `the Welcome leads to an epoch with another ${difference.differs} than the Commit`;
    file.objections.push({ message, ...difference, says, by: actor });
    if (epoch.shadows.size > 0) return;
  }
  const first = epoch.shadows.size === 0;
  epoch.enter(actor, state);
  if (first) sightOfTree(file, message, { actor, state });
}

function differenceFrom({ view, shadows, before }: EpochSight, state: GroupState): Difference | undefined {
  // Without a view, because nobody could follow the Commit, there is nothing to hold the Welcome against but the group before.
  if (view === undefined) {
    const old = before?.view;
    if (old === undefined) return undefined;
    const { groupId, epoch, cipherSuite } = old.groupContext;
    return firstDifference(state.groupContext, { ...state.groupContext, groupId, epoch: epoch + 1n, cipherSuite });
  }
  const difference = firstDifference(state.groupContext, view.groupContext);
  if (difference !== undefined) return difference;
  const [member] = shadows.values();
  if (member === undefined || sameAuthenticator(member, state)) return undefined;
  return { differs: 'joiner secret', requirement: 'R-12.4.1-13' };
}

function successionOf({ from }: Welcomed): Succession | undefined {
  const state = from?.epoch?.witness()?.state;
  return from === undefined || state === undefined ? undefined : { usage: from.usage, from: state };
}

