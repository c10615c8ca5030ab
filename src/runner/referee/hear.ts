/** Going through a case, call by call: what each means to the groups, to the shadows in them, and to those who sent something. */
import { byteKey, sameBytes } from '../../mls/bytes.ts';
import { MLSError, must } from '../../mls/errors.ts';
import { validateKeyPackage } from '../../mls/group/key-package.ts';
import type { Settings } from '../../mls/group/state.ts';
import type { RequirementId } from '../../mls/requirements.ts';
import type { KeyPackage } from '../../mls/wire/leaf-node.ts';
import { asBytes, given, made } from '../../report/record/messages.ts';
import type { RequestOf, ResponseOf, Rpc } from '../implementation.ts';
import { isRefusal } from '../outcome.ts';
import { hearAuthenticator, hearExport, hearGroupInfo } from './answers.ts';
import { incapacity, type CaseFile, type Heard } from './case-file.ts';
import { claimOfBranch, claimOfCommit, claimOfExternalCommit } from './claims.ts';
import { EpochSight } from './epoch-sight.ts';
import type { Message } from './findings.ts';
import { followApplication, followCommit, followProposal } from './follow.ts';
import { claimOfProposal } from './proposal-claims.ts';
import { claimOfSealedPath, judgeSealedWelcome, noKeysTold } from './sealed-welcome.ts';
import { bundleFrom, type GivenKeys } from './shadow.ts';
import { followWelcome } from './welcomes.ts';

/** Takes in a call; calls come in their order. */
export async function hear(file: CaseFile, heard: Heard): Promise<void> {
  const { call } = heard;
  file.calls[heard.index] = call;
  react(file, heard);
  if (call.response === undefined) return;
  for (const carried of made(call.rpc, call.response, asBytes)) file.register(carried, heard);
  await effects[call.rpc]?.(file, heard as Told);
}

/** What an actor does with the messages it is handed. */
function react(file: CaseFile, { call }: Heard): void {
  const { actor, step, rpc, error } = call;
  if (error !== undefined && !isRefusal(error.code)) return;
  const handed = given(rpc, call.request, asBytes).flatMap(({ message }) => file.message(message) ?? []);
  for (const message of handed) {
    const main = message === handed.at(-1);
    message.reactions.push({ actor, step, rpc, accepted: error === undefined, main, ...(error && { says: error.message }) });
  }
}

type Told = Heard & { readonly call: { readonly response: object } };
type Effect = (file: CaseFile, told: Told) => Promise<void> | void;

const asked = <R extends Rpc>({ call }: Told): RequestOf<R> => call.request as RequestOf<R>;
const answered = <R extends Rpc>({ call }: Told): ResponseOf<R> => call.response as ResponseOf<R>;

const proposal: Effect = async (file, told) => {
  const { stateId } = asked<'addProposal'>(told);
  const message = file.message(answered<'addProposal'>(told).proposal);
  if (message === undefined) return;
  const epoch = file.seat(told.call.actor, stateId)?.epoch;
  await followProposal(file, epoch, message);
  claimOfProposal(file, told, { message, epoch });
};

/** Its group is that of those who are handed it, so it is taken in then. */
const fromOutside: Effect = (file, told) => {
  const message = file.message(answered<'externalSignerProposal'>(told).proposal);
  if (message === undefined) return;
  file.waiting.add(message);
  claimOfProposal(file, told, { message, epoch: file.told.get(byteKey(asked<'externalSignerProposal'>(told).groupInfo)) });
};

const commit: Effect = async (file, told) => {
  const { stateId, byReference } = asked<'commit'>(told);
  const response = answered<'commit'>(told);
  const seat = file.seat(told.call.actor, stateId);
  await takeWaiting(file, seat?.epoch, byReference);
  const message = file.message(response.commit);
  if (message === undefined) return;
  const epoch = await followCommit(file, seat?.epoch, message);
  if (seat !== undefined) seat.pending = epoch;
  const welcome = file.message(response.welcome);
  if (welcome !== undefined) await followWelcome(file, { message: welcome, epoch, ratchetTree: response.ratchetTree });
  claimOfCommit(file, told, { commit: message, welcome, before: seat?.epoch });
};

async function takeWaiting(file: CaseFile, epoch: EpochSight | undefined, proposals: readonly Uint8Array[]): Promise<void> {
  for (const bytes of proposals) {
    const message = file.message(bytes);
    if (message !== undefined && file.waiting.delete(message)) await followProposal(file, epoch, message);
  }
}

const handlePendingCommit: Effect = (file, told) => {
  const { stateId } = asked<'handlePendingCommit'>(told);
  const response = answered<'handlePendingCommit'>(told);
  arrive(file, told, { stateId: response.stateId, epoch: file.seat(told.call.actor, stateId)?.pending, authenticator: response.epochAuthenticator });
};

const handleCommit: Effect = async (file, told) => {
  const request = asked<'handleCommit'>(told);
  const response = answered<'handleCommit'>(told);
  await takeWaiting(file, file.seat(told.call.actor, request.stateId)?.epoch, request.proposal);
  arrive(file, told, { stateId: response.stateId, epoch: file.epochBegunBy(request.commit), authenticator: response.epochAuthenticator });
};

/** The end of a group, with a KeyPackage for its successor. */
const suspend: Effect = async (file, told) => {
  const { actor } = told.call;
  const { stateId } = asked<'handleReInitCommit'>(told);
  const { commit } = asked<'handleReInitCommit'>(told);
  const response = answered<'handleReInitCommit'>(told);
  const epoch = commit === undefined ? file.seat(actor, stateId)?.pending : file.epochBegunBy(commit);
  arrive(file, told, { stateId, epoch, authenticator: response.epochAuthenticator });
  if (epoch !== undefined) file.suspend(actor, response.reinitId, { epoch });
  const message = file.message(response.keyPackage);
  if (message === undefined) return;
  await judgeKeyPackage(file, message);
};

const effects: Readonly<Record<string, Effect>> = {
  CreateGroup: (file, told) => {
    const { stateId } = answered<'createGroup'>(told);
    const blindness = `only ${told.call.actor}, who founded the group, is in it`;
    file.sit(told.call.actor, stateId, { epoch: new EpochSight(`epoch 0 of the group of step ${told.call.step}`, { blindness }) });
  },

  CreateKeyPackage: async (file, told) => {
    const response = answered<'createKeyPackage'>(told);
    const message = file.message(response.keyPackage);
    if (message === undefined) return;
    const keyPackage = await judgeKeyPackage(file, message);
    if (keyPackage !== undefined) await awaitWelcome(file, told, { keyPackage, keys: response });
  },

  JoinGroup: (file, told) => {
    const response = answered<'joinGroup'>(told);
    arrive(file, told, { stateId: response.stateId, epoch: file.epochBegunBy(asked<'joinGroup'>(told).welcome), authenticator: response.epochAuthenticator });
  },

  ExternalJoin: async (file, told) => {
    const request = asked<'externalJoin'>(told);
    const response = answered<'externalJoin'>(told);
    const message = file.message(response.commit);
    if (message === undefined) return;
    const epoch = await followCommit(file, file.told.get(byteKey(request.groupInfo)), message);
    claimOfExternalCommit(file, told, message);
    arrive(file, told, { stateId: response.stateId, epoch, authenticator: response.epochAuthenticator });
  },

  GroupInfo: async (file, told) => {
    const response = answered<'groupInfo'>(told);
    const epoch = file.seat(told.call.actor, asked<'groupInfo'>(told).stateId)?.epoch;
    const message = file.message(response.groupInfo);
    if (message === undefined) return;
    if (epoch !== undefined) file.told.set(byteKey(response.groupInfo), epoch);
    await hearGroupInfo(file, { epoch, message, ratchetTree: response.ratchetTree });
  },

  StateAuth: (file, told) => {
    const epoch = file.seat(told.call.actor, asked<'stateAuth'>(told).stateId)?.epoch;
    hearAuthenticator(file, { epoch, heard: told, value: answered<'stateAuth'>(told).stateAuthSecret });
  },

  Export: (file, told) => {
    const epoch = file.seat(told.call.actor, asked<'export'>(told).stateId)?.epoch;
    hearExport(file, { epoch, heard: told, value: answered<'export'>(told).exportedSecret });
  },

  Protect: async (file, told) => {
    const { stateId, plaintext, authenticatedData } = asked<'protect'>(told);
    const message = file.message(answered<'protect'>(told).ciphertext);
    if (message === undefined) return;
    const read = await followApplication(file, file.seat(told.call.actor, stateId)?.epoch, message);
    if (read === undefined || (sameBytes(read.data, plaintext) && sameBytes(read.authenticatedData, authenticatedData))) return;
    file.objections.push({ message, differs: 'application data', says: 'it does not hold what the script gave', by: undefined });
  },

  AddProposal: proposal,
  UpdateProposal: proposal,
  RemoveProposal: proposal,
  ExternalPSKProposal: proposal,
  ResumptionPSKProposal: proposal,
  GroupContextExtensionsProposal: proposal,
  ReInitProposal: proposal,
  AddExternalSigner: proposal,
  ExternalSignerProposal: fromOutside,

  NewMemberAddProposal: async (file, told) => {
    const response = answered<'newMemberAddProposal'>(told);
    fromOutside(file, told);
    const message = file.message(response.proposal);
    const decoded = message && file.decoded(message);
    if (decoded?.wireFormat !== 'mls_public_message') return;
    const { content } = decoded.publicMessage;
    if (content.contentType !== 'proposal' || content.proposal.proposalType !== 'add') return;
    await awaitWelcome(file, told, { keyPackage: content.proposal.keyPackage, keys: response });
  },

  Commit: commit,
  ReInitCommit: commit,
  HandlePendingCommit: handlePendingCommit,
  HandleCommit: handleCommit,
  HandlePendingReInitCommit: suspend,
  HandleReInitCommit: suspend,

  ReInitWelcome: async (file, told) => {
    const { actor, step } = told.call;
    const response = answered<'reInitWelcome'>(told);
    const { reinitId, keyPackage: keyPackages } = asked<'reInitWelcome'>(told);
    const old = file.suspended(actor, reinitId)?.epoch;
    const epoch = new EpochSight(`epoch 1 of the group of step ${step}`, { blindness: noKeysTold });
    arrive(file, told, { stateId: response.stateId, epoch, authenticator: response.epochAuthenticator });
    const message = file.message(response.welcome);
    if (message === undefined) return;
    await followWelcome(file, { message, epoch, ratchetTree: response.ratchetTree, from: { usage: 'reinit', epoch: old } });
    judgeSealedWelcome(file, { message, keyPackages, old });
    if (asked<'reInitWelcome'>(told).forcePath) claimOfSealedPath(file, told, { message, old });
  },

  HandleReInitWelcome: (file, told) => {
    const response = answered<'handleReInitWelcome'>(told);
    arrive(file, told, { stateId: response.stateId, epoch: file.epochBegunBy(asked<'handleReInitWelcome'>(told).welcome), authenticator: response.epochAuthenticator });
  },

  CreateBranch: async (file, told) => {
    const { actor, step } = told.call;
    const response = answered<'createBranch'>(told);
    const old = file.seat(actor, asked<'createBranch'>(told).stateId)?.epoch;
    const epoch = new EpochSight(`epoch 1 of the group of step ${step}`, { blindness: `no shadow could join the subgroup of step ${step}` });
    arrive(file, told, { stateId: response.stateId, epoch, authenticator: response.epochAuthenticator });
    const message = file.message(response.welcome);
    if (message === undefined) return;
    await followWelcome(file, { message, epoch, ratchetTree: response.ratchetTree, from: { usage: 'branch', epoch: old } });
    claimOfBranch(file, told, message);
    const action = file.evidence.case.script.steps[step];
    if (action?.action === 'branch' && action.keepParent && response.stateId === asked<'createBranch'>(told).stateId) lacksOwnState(file, told);
  },

  HandleBranch: (file, told) => {
    const response = answered<'handleBranch'>(told);
    const { stateId, welcome } = asked<'handleBranch'>(told);
    if (response.stateId === stateId) lacksOwnState(file, told);
    arrive(file, told, { stateId: response.stateId, epoch: file.epochBegunBy(welcome), authenticator: response.epochAuthenticator });
  },
};

/** A subgroup under the id of the state it came from: one of the two is lost. */
function lacksOwnState(file: CaseFile, { call: { actor, step, rpc } }: Told): void {
  file.shortfalls.push({ actor, step, text: `${rpc} gives ${file.who(actor)} a state with an id of its own` });
}

interface Arrival {
  readonly stateId: number;
  readonly epoch: EpochSight | undefined;
  readonly authenticator: Uint8Array;
}

function arrive(file: CaseFile, told: Told, { stateId, epoch, authenticator }: Arrival): void {
  if (epoch !== undefined) file.sit(told.call.actor, stateId, { epoch });
  hearAuthenticator(file, { epoch, heard: told, value: authenticator });
}

/** A KeyPackage shows all that can be wrong with it. @returns it, when it decodes */
async function judgeKeyPackage(file: CaseFile, message: Message): Promise<KeyPackage | undefined> {
  const decoded = file.decoded(message);
  if (decoded === undefined) return undefined;
  try {
    must(decoded.wireFormat === 'mls_key_package', 'R-6-05', `a KeyPackage cannot be a message of format ${decoded.wireFormat}`);
    const { keyPackage } = decoded;
    const onAccepted: Settings['onAccepted'] = ({ requirement, detail }) => file.tolerated.set(message, { message, requirement: requirement as RequirementId, says: detail, by: undefined });
    await validateKeyPackage({ keyPackage, settings: { ...file.settings(keyPackage.cipherSuite), onAccepted }, groupContext: undefined, byUs: false });
    file.approve(message);
    return keyPackage;
  } catch (error) {
    const incapable = incapacity(error);
    if (incapable === undefined) {
      file.object(message, error as MLSError, undefined);
      if (decoded.wireFormat === 'mls_key_package') markPlain(file, decoded.keyPackage);
      file.saw();
    } else {
      file.missed(message.step, incapable);
    }
    return decoded.wireFormat === 'mls_key_package' ? decoded.keyPackage : undefined;
  }
}

/** The length of a key is for all to see. */
function markPlain(file: CaseFile, { cipherSuite, leafNode }: KeyPackage): void {
  const objection = file.objections.pop()!;
  const aboutKeys = objection.requirement === 'R-5.1.1-03' || objection.requirement === 'R-5.1.2-01';
  file.objections.push({ ...objection, plain: aboutKeys && leafNode.signatureKey.length !== file.settings(cipherSuite).suite.signaturePublicKeyLength });
}

/** From here on a Welcome to that KeyPackage gives sight. */
async function awaitWelcome(file: CaseFile, { call }: Told, { keyPackage, keys }: { readonly keyPackage: KeyPackage; readonly keys: GivenKeys }): Promise<void> {
  try {
    const bundle = await bundleFrom(file.settings(keyPackage.cipherSuite).suite, keyPackage, keys);
    file.joins.set(byteKey(bundle.reference), { actor: call.actor, bundle });
  } catch (error) {
    if (!(error instanceof MLSError)) throw error;
    file.missed(call.step, `${call.actor} cannot be shadowed: ${error.message}`);
  }
}
