/** An implementation under attack, reached through the interop interface. */
import { outsiderName } from '../../hostile/outsider-scene.ts';
import type { Delivery, Taken, Target } from '../../hostile/target.ts';
import { utf8 } from '../../mls/bytes.ts';
import type { CaseState } from '../case-state.ts';
import { StepError } from '../outcome.ts';

/** The one actor of a hostile case. */
export const targetActor = 'target';

const none = new Uint8Array(0);

export class RpcTarget implements Target {
  readonly #state: CaseState;
  #identity: Uint8Array = none;
  #transactionId: number | undefined;
  #stateId: number | undefined;
  /** Of the group that ended with a ReInit. */
  #reinitId: number | undefined;
  /** The states to free. `Free` takes a state_id: where ids of pending joins are counted apart, one of those would name somebody else's state. */
  readonly #kept = new Set<number>();

  constructor(state: CaseState) {
    this.#state = state;
  }

  async createKeyPackage(identity: Uint8Array, cipherSuite = this.#state.suite): Promise<Uint8Array> {
    const { transactionId, keyPackage } = await this.#state.call(targetActor, 'createKeyPackage', { cipherSuite, identity });
    this.#identity = identity;
    this.#transactionId = transactionId;
    return keyPackage;
  }

  async storePsk(pskId: Uint8Array, pskSecret: Uint8Array): Promise<void> {
    await this.#state.call(targetActor, 'storePsk', { stateOrTransactionId: this.#stateId ?? this.#transactionId!, pskId, pskSecret });
  }

  async commit(): Promise<Uint8Array> {
    const { commit } = await this.#commit([], { forcePath: true });
    this.#at(await this.#state.call(targetActor, 'handlePendingCommit', { stateId: this.#stateId! }));
    return commit;
  }

  async take(delivery: Delivery): Promise<Taken> {
    switch (delivery.to) {
      case 'JoinGroup': {
        const { welcome, ratchetTree = none, handshakeAs } = delivery;
        return this.#at(await this.#state.call(targetActor, 'joinGroup', { transactionId: this.#transactionId!, welcome, encryptHandshake: handshakeAs === 'private', identity: this.#identity, ratchetTree }));
      }
      case 'ExternalJoin': {
        const { groupInfo, ratchetTree = none } = delivery;
        const joined = await this.#state.call(targetActor, 'externalJoin', { groupInfo, ratchetTree, encryptHandshake: false, identity: utf8(outsiderName), removePrior: false, psks: [] });
        this.#keep(joined);
        // The epoch is of the target's own making.
        return {};
      }
      case 'HandleCommit':
        return this.#at(await this.#state.call(targetActor, 'handleCommit', { stateId: this.#stateId!, proposal: [...(delivery.proposals ?? [])], commit: delivery.commit }));
      case 'Unprotect':
        return { plaintext: (await this.#state.call(targetActor, 'unprotect', { stateId: this.#stateId!, ciphertext: delivery.message })).plaintext };
      case 'AddProposal': {
        const { proposal } = await this.#state.call(targetActor, 'addProposal', { stateId: this.#stateId!, keyPackage: delivery.keyPackage });
        const { welcome } = await this.#commit([proposal]);
        // A committer may leave out what it finds invalid (RFC 9420 section 12.2); then nobody is invited.
        if (welcome.length === 0) throw new StepError('refused', 'the Commit leaves the Add out', { actor: targetActor, rpc: 'Commit' });
        return {};
      }
      case 'Commit':
        await this.#commit(delivery.proposals);
        return {};
      case 'HandleReInitCommit': {
        const { reinitId, ...ended } = await this.#state.call(targetActor, 'handleReInitCommit', { stateId: this.#stateId!, proposal: [...(delivery.proposals ?? [])], commit: delivery.commit });
        this.#reinitId = reinitId;
        return ended;
      }
      case 'HandleReInitWelcome': {
        const { welcome, ratchetTree = none } = delivery;
        return this.#keep(await this.#state.call(targetActor, 'handleReInitWelcome', { reinitId: this.#reinitId!, welcome, ratchetTree }));
      }
      case 'HandleBranch': {
        const { welcome, ratchetTree = none } = delivery;
        return this.#keep(await this.#state.call(targetActor, 'handleBranch', { stateId: this.#stateId!, transactionId: this.#transactionId!, welcome, ratchetTree }));
      }
    }
  }

  isRefusal(error: unknown): boolean {
    return error instanceof StepError && error.reason === 'refused';
  }

  /** What cannot be freed must not hide what the case was about. */
  async free(): Promise<void> {
    for (const stateId of this.#kept) {
      try {
        await this.#state.call(targetActor, 'free', { stateId });
      } catch (error) {
        if (!(error instanceof StepError)) throw error;
        if (error.reason !== 'refused' && error.reason !== 'unsupported') return;
      }
    }
  }

  #commit(byReference: readonly Uint8Array[], { forcePath = false } = {}) {
    return this.#state.call(targetActor, 'commit', { stateId: this.#stateId!, byReference: [...byReference], byValue: [], forcePath, externalTree: false });
  }

  /** The target goes on in this state. */
  #at<A extends { readonly stateId: number; readonly epochAuthenticator: Uint8Array }>(answer: A): A {
    this.#stateId = answer.stateId;
    return this.#keep(answer);
  }

  #keep<A extends { readonly stateId: number }>(answer: A): A {
    this.#kept.add(answer.stateId);
    return answer;
  }
}
