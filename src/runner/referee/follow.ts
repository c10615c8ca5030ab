/** Shadows go along: they take in what members send, and see the epochs that Commits begin. */
import { byteKey } from '../../mls/bytes.ts';
import { makeProposalRef } from '../../mls/crypto/labelled.ts';
import { authenticatedContentBytes } from '../../mls/epoch/sign-content.ts';
import { MLSError } from '../../mls/errors.ts';
import { encodeTree } from '../../mls/group/group-info.ts';
import type { GroupState } from '../../mls/group/state.ts';
import { leafCount } from '../../mls/tree/ratchet-tree.ts';
import { FramedContent } from '../../mls/wire/framing.ts';
import { encode } from '../../mls/wire/presentation-language.ts';
import type { Proposal } from '../../mls/wire/proposal.ts';
import { factsOfCommit } from '../observe.ts';
import { incapacity, type CaseFile } from './case-file.ts';
import { EpochSight } from './epoch-sight.ts';
import type { Message } from './findings.ts';
import { explain } from './hypotheses.ts';
import { verifySignature, viewAfter, withProposal } from './public-view.ts';
import { isFramed, open, take, type Framed, type Opened, type Taken } from './shadow.ts';

/** Wider trees make a record too large for what a reader can see in them. */
const widestTreeSight = 128;

/** Has all shadows of an epoch take in a proposal. */
export async function followProposal(file: CaseFile, epoch: EpochSight | undefined, message: Message): Promise<void> {
  const framed = framedIn(file, message);
  if (framed === undefined) return;
  if (epoch === undefined) return file.missed(message.step, `nobody knows which epoch the ${message.kind} is for`);
  const takings = await takeAll(file, epoch, { message, framed });
  for (const [actor, taken] of takings.taken) if (taken.kind === 'proposal') epoch.shadows.set(actor, taken.state);
  const { opened } = takings;
  const suite = epoch.view?.settings.suite;
  if (opened !== undefined) {
    file.openedProposals.set(message, opened);
    if (suite !== undefined) file.proposals.set(byteKey(makeProposalRef(suite, authenticatedContentBytes(opened.signed))), message);
  }
  if (epoch.shadows.size > 0) {
    epoch.view = epoch.witness()!.state;
  } else if (opened !== undefined && epoch.view !== undefined) {
    const { view } = epoch;
    const next = await publicly(file, message, async () => {
      await verifySignature(view, opened.signed);
      return withProposal(view, opened.signed);
    });
    if (next !== undefined) epoch.view = next;
  }
  account(file, message, { epoch, ...takings });
}

/** Has all shadows of an epoch open application data. @returns what the first of them read */
export async function followApplication(file: CaseFile, epoch: EpochSight | undefined, message: Message): Promise<Extract<Taken, { kind: 'application' }> | undefined> {
  const framed = framedIn(file, message);
  if (framed === undefined) return undefined;
  if (epoch === undefined) {
    file.missed(message.step, 'nobody knows which epoch the application data is for');
    return undefined;
  }
  const takings = await takeAll(file, epoch, { message, framed });
  account(file, message, { epoch, ...takings });
  for (const [, taken] of takings.taken) if (taken.kind === 'application') return taken;
  return undefined;
}

/** The epoch that a Commit begins, as far as the shadows of the one before can follow. */
export async function followCommit(file: CaseFile, before: EpochSight | undefined, message: Message): Promise<EpochSight> {
  const known = file.epochBegunBy(message.bytes);
  if (known !== undefined) return known;
  const blindness = before === undefined ? 'the group it belongs to is not known' : before.shadows.size === 0 ? before.blindness : `the Commit of step ${message.step} could not be followed`;
  const next = new EpochSight(`the epoch that step ${message.step} began`, { before, begunBy: message, blindness });
  file.epochs.set(byteKey(message.bytes), next);
  const framed = framedIn(file, message);
  if (framed === undefined || before === undefined) return next;

  const takings = await takeAll(file, before, { message, framed });
  const { opened, taken } = takings;
  for (const [actor, each] of taken) {
    if (each.kind === 'commit') next.enter(actor, each.state);
    if (each.kind === 'removed') next.blindness = `the last shadow, ${actor}'s, was removed at step ${message.step}`;
    if (each.kind === 'ended') next.blindness = `the last shadow, ${actor}'s, ended with its ${each.by} at step ${message.step}`;
  }
  if (takings.refused) next.blindness = `the shadows refuse the Commit of step ${message.step}`;
  if (next.shadows.size === 0 && opened !== undefined && before.view !== undefined && !takings.refused) {
    const { view } = before;
    next.view = await publicly(file, message, async () => {
      if (framed.wireFormat === 'mls_public_message') await verifySignature(view, opened.signed);
      return viewAfter(view, opened.signed, opened.confirmationTag!);
    });
  }
  file.keepResumptionPsk(next);
  const witness = next.witness();
  if (witness !== undefined) sightOfTree(file, message, witness);
  const followed = takings.refused || [...taken.values()].some(({ kind }) => kind === 'commit');
  if (followed || taken.size === 0) account(file, message, { epoch: before, ...takings });
  else file.missed(message.step, `of this Commit only what needs no secrets was checked: ${next.blindness}`);
  return next;
}

/** Notes which tree an epoch has. */
export function sightOfTree(file: CaseFile, message: Message, { actor, state }: { readonly actor: string; readonly state: GroupState }): void {
  if (leafCount(state.tree) > widestTreeSight) return;
  file.sight(message, { seenBy: actor, kind: 'tree', bytes: encodeTree(state.tree), epoch: Number(state.groupContext.epoch) });
}

interface Takings {
  /** By actor, of the shadows that accept. */
  readonly taken: ReadonlyMap<string, Taken>;
  readonly opened: Opened | undefined;
  /** Whether a shadow objects. */
  readonly refused: boolean;
  /** Why no shadow could judge, when none could. */
  readonly incapable: string | undefined;
}

interface Incoming {
  readonly message: Message;
  readonly framed: Framed;
}

async function takeAll(file: CaseFile, epoch: EpochSight, { message, framed }: Incoming): Promise<Takings> {
  const opened = look(file, epoch, { message, framed });
  const taken = new Map<string, Taken>();
  let refused = false;
  let incapable: string | undefined;
  for (const [actor, state] of epoch.shadows) {
    try {
      taken.set(actor, await take(state, framed, new Uint8Array(message.bytes)));
    } catch (error) {
      incapable = incapacity(error);
      if (incapable !== undefined) continue;
      refused = true;
      file.object(message, error as MLSError, actor);
      await explainTag(file, state, opened);
    }
  }
  if (opened !== undefined) judgeNonces(file, message, opened);
  return { taken, opened, refused, incapable: taken.size === 0 && !refused ? incapable : undefined };
}

/** Each injection of a PSK has a nonce of its own (R-8.4-02): no receiver can tell, but whoever sees all messages. */
function judgeNonces(file: CaseFile, message: Message, { signed: { content } }: Opened): void {
  for (const proposal of proposalsIn(content)) {
    if (proposal.proposalType !== 'psk') continue;
    const nonce = byteKey(proposal.psk.pskNonce);
    const before = file.nonces.get(nonce);
    file.nonces.set(nonce, message);
    if (before === undefined) continue;
    const says = `it injects a PSK with the psk_nonce that ${file.who(before.sender)} used at step ${before.step}`;
    file.objections.push({ message, requirement: 'R-8.4-02', differs: 'psk_nonce', says, by: undefined, plain: true });
  }
}

/** What a message proposes by itself. */
function proposalsIn(content: FramedContent): readonly Proposal[] {
  if (content.contentType === 'proposal') return [content.proposal];
  if (content.contentType !== 'commit') return [];
  return content.commit.proposals.flatMap((entry) => (entry.type === 'proposal' ? [entry.proposal] : []));
}

/** Opens a message with the first shadow that can, and notes what is in it. */
function look(file: CaseFile, epoch: EpochSight, { message, framed }: Incoming): Opened | undefined {
  const openers: readonly (readonly [string | undefined, GroupState | undefined])[] = framed.wireFormat === 'mls_public_message' ? [[undefined, undefined]] : [...epoch.shadows];
  for (const [actor, state] of openers) {
    try {
      const opened = open(state, framed, new Uint8Array(message.bytes));
      const { content } = opened.signed;
      if (content.contentType === 'commit') {
        file.commitFacts.set(byteKey(message.bytes), factsOfCommit(content.commit));
        file.openedCommits.set(message, opened);
      }
      if (actor !== undefined) file.sight(message, { seenBy: actor, kind: 'content', bytes: encode(FramedContent, content) });
      return opened;
    } catch (error) {
      // Whoever takes the message in says what is wrong with it.
      if (!(error instanceof MLSError)) throw error;
    }
  }
  return undefined;
}

/** A confirmation tag that differs: what leads to the one that was sent. */
async function explainTag(file: CaseFile, state: GroupState, opened: Opened | undefined): Promise<void> {
  const objection = file.objections.at(-1)!;
  if ((objection.requirement !== 'R-12.4.2-09' && objection.requirement !== 'R-8.3-02') || opened?.confirmationTag === undefined) return;
  const found = await explain(state, opened, { confirmationTag: opened.confirmationTag });
  if (found === undefined) return;
  const { differs, requirement, mistake } = found;
  file.objections[file.objections.length - 1] = { ...objection, differs, requirement, says: mistake, recomputed: 'confirmation_tag' };
}

/** What can be checked without secrets; undefined when that fails. */
async function publicly<T>(file: CaseFile, message: Message, check: () => Promise<T>): Promise<T | undefined> {
  try {
    return await check();
  } catch (error) {
    if (incapacity(error) === undefined) file.object(message, error as MLSError, undefined);
    return undefined;
  }
}

function account(file: CaseFile, message: Message, { epoch, taken, refused, incapable }: Takings & { readonly epoch: EpochSight }): void {
  if (refused) file.saw();
  else if (taken.size > 0) file.approve(message);
  else file.missed(message.step, incapable ?? `no shadow sees the epoch: ${epoch.blindness}`);
}

function framedIn(file: CaseFile, message: Message): Framed | undefined {
  const decoded = file.decoded(message);
  if (decoded === undefined) return undefined;
  if (isFramed(decoded)) return decoded;
  file.object(message, new MLSError('invalid', `a ${message.kind} cannot be a message of format ${decoded.wireFormat}`), undefined);
  return undefined;
}
