/** What members do inside an epoch: application messages, pre-shared keys, secrets derived from the epoch. */
import { createHash, randomBytes } from 'node:crypto';
import type { CaseState } from '../case-state.ts';
import { StepError } from '../outcome.ts';
import type { StepOf } from '../steps.ts';
import { isFormat } from './groups.ts';

export async function installExternalPSK(state: CaseState, { clients }: StepOf<'installExternalPSK'>): Promise<void> {
  const pskId = randomBytes(32);
  const pskSecret = randomBytes(32);
  state.store('psk_id', pskId);
  state.store('psk_secret', pskSecret);
  for (const client of clients) {
    // A client that has neither a state nor a pending join gets it under 0, as upstream does.
    const stateOrTransactionId = state.hasSeat(client) ? state.stateId(client) : (state.pendingJoins.get(client) ?? 0);
    await state.call(client, 'storePsk', { stateOrTransactionId, pskId, pskSecret });
  }
}

export async function protect(state: CaseState, step: StepOf<'protect'>): Promise<void> {
  const authenticatedData = Buffer.from(step.authenticatedData);
  const plaintext = Buffer.from(step.plaintext);
  const { ciphertext } = await state.call(step.actor, 'protect', { stateId: state.stateId(step.actor), authenticatedData, plaintext });
  state.store('authenticatedData', authenticatedData);
  state.store('plaintext', plaintext);
  state.store('ciphertext', ciphertext);
  const encrypted = isFormat(ciphertext, 'PrivateMessage');
  if ('seen' in encrypted && !encrypted.seen) throw new StepError('contradiction', 'the application message is not a PrivateMessage', { actor: step.actor });
}

export async function unprotect(state: CaseState, { actor, ciphertext: step }: StepOf<'unprotect'>): Promise<void> {
  const opened = await state.call(actor, 'unprotect', { stateId: state.stateId(actor), ciphertext: state.message(step, 'ciphertext') });
  for (const key of ['authenticatedData', 'plaintext'] as const) {
    const sent = state.message(step, key);
    if (!Buffer.from(sent).equals(opened[key])) {
      throw new StepError('contradiction', `${key} is ${text(opened[key])} where ${text(sent)} was sent`, { actor, rpc: 'Unprotect' });
    }
  }
}

/** All who are in the actor's epoch derive the same secret. */
export async function exportSecret(state: CaseState, { actor, label, context, length }: StepOf<'export'>): Promise<void> {
  const own = await exported(actor);
  if (own.length !== length) throw new StepError('contradiction', `${own.length} bytes exported where ${length} were asked for`, { actor, rpc: 'Export' });
  for (const member of others(state, actor)) {
    const theirs = await exported(member);
    if (!Buffer.from(theirs).equals(own)) {
      throw new StepError('disagreement', `${member} exports another secret (of digest ${digest(theirs)}) than ${actor} (${digest(own)})`, { actor: member, rpc: 'Export' });
    }
  }

  async function exported(member: string): Promise<Uint8Array> {
    const request = { stateId: state.stateId(member), label, context: Buffer.from(context), keyLength: length };
    return (await state.call(member, 'export', request)).exportedSecret;
  }
}

/** All who are in the actor's epoch have the same epoch authenticator, and the one that they gave when they reached it. */
export async function stateAuth(state: CaseState, { actor }: StepOf<'stateAuth'>): Promise<void> {
  const { epoch } = state.seat(actor);
  for (const member of [actor, ...others(state, actor)]) {
    const { stateAuthSecret } = await state.call(member, 'stateAuth', { stateId: state.stateId(member) });
    if (stateAuthSecret.length === 0) throw new StepError('contradiction', 'an epoch authenticator of no bytes', { actor: member, rpc: 'StateAuth' });
    state.agree(member, epoch, stateAuthSecret);
  }
}

const others = (state: CaseState, actor: string): string[] => state.membersOf(state.seat(actor).epoch).filter((member) => member !== actor);
/** Tells secrets apart without telling them. */
const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 12);
const text = (bytes: Uint8Array): string => JSON.stringify(Buffer.from(bytes).toString());
