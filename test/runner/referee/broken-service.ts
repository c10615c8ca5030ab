/**
 * Broken copies of the service: the real handlers over gRPC, for people whose groups make one thing wrong. What they send is
 * forged from the layers below the group; the service itself knows nothing of it.
 */
import { Group, type CommitOptions, type Committed, type Received } from '../../../src/mls/group/group.ts';
import { byValue } from '../../../src/mls/group/propose.ts';
import type { GroupState } from '../../../src/mls/group/state.ts';
import type { Handlers } from '../../../src/service/calls.ts';
import { Clients } from '../../../src/service/clients.ts';
import { entryTable } from '../../../src/service/entries.ts';
import { serviceLog } from '../../../src/service/log.ts';
import { handlersOf } from '../../../src/service/service.ts';
import { startServer, type RunningServer } from '../../../src/service/server.ts';
import { forgeCommit, type CommitForgery, type Entry } from '../../../src/hostile/forge/forge-commit.ts';
import { contentBy, forgeMessage, type PrivateForgery } from '../../../src/hostile/forge/forge-message.ts';
import { forgeWelcome } from '../../../src/hostile/forge/forge-welcome.ts';
import { testOptions } from '../../service/support/service.ts';

export interface Breakage {
  /** What is wrong with the Commits. */
  readonly commit?: (state: GroupState) => CommitForgery;
  /** The psk_nonce of every PSK that a Commit injects by value; with `commit`. */
  readonly nonce?: Uint8Array;
  /** The state that a Commit is computed from, in place of the true one. */
  readonly before?: (state: GroupState) => GroupState;
  /** How application data is sent. */
  readonly send?: PrivateForger;
  /** Handlers in place of the honest ones. */
  readonly handlers?: (honest: Handlers) => Partial<Handlers>;
}

/** What is wrong with the encryption of an application message. */
export type PrivateForger = (state: GroupState) => PrivateForgery;

/** A service that is honest but for what `breakage` says. */
export async function startBroken(breakage: Breakage): Promise<RunningServer> {
  const options = testOptions({ grease: false, log: false });
  const log = serviceLog(false, { write: () => {} });
  const context = { name: 'broken', suites: options.suites, states: entryTable(options.limits), clients: new BrokenClients(options, log, breakage) };
  const honest = handlersOf(context);
  return startServer({ ...honest, ...breakage.handlers?.(honest) }, options, log);
}

class BrokenClients extends Clients {
  readonly #breakage: Breakage;

  constructor(options: ConstructorParameters<typeof Clients>[0], log: ConstructorParameters<typeof Clients>[1], breakage: Breakage) {
    super(options, log);
    this.#breakage = breakage;
  }

  override async client(...of: Parameters<Clients['client']>): ReturnType<Clients['client']> {
    const client = await super.client(...of);
    const { createGroup, join, joinByExternalCommit } = client;
    const broken = (group: Group) => new BrokenGroup(group.state, this.#breakage);
    return Object.assign(client, {
      createGroup: async (...given: Parameters<typeof createGroup>) => broken(await createGroup.apply(client, given)),
      join: async (...given: Parameters<typeof join>) => broken(await join.apply(client, given)),
      joinByExternalCommit: async (...given: Parameters<typeof joinByExternalCommit>) => {
        const { group, commit } = await joinByExternalCommit.apply(client, given);
        return { group: broken(group), commit };
      },
    });
  }
}

class BrokenGroup extends Group {
  readonly #breakage: Breakage;

  constructor(state: GroupState, breakage: Breakage) {
    super(state);
    this.#breakage = breakage;
  }

  override async commit(options: CommitOptions = {}): Promise<Committed> {
    const { settings, pendingProposals } = this.state;
    if (this.#breakage.commit === undefined && this.#breakage.before === undefined) {
      const committed = await super.commit(options);
      return { ...committed, group: new BrokenGroup(committed.group.state, this.#breakage) };
    }
    const references = (options.references ?? []).map((reference): Entry => {
      const { proposal, sender } = pendingProposals.get(reference)!;
      return { proposal, reference, sender: sender.senderType === 'member' ? sender.leafIndex : 0 };
    });
    const values = await Promise.all((options.proposals ?? []).map(async (input) => (await byValue(this.state, input)).proposal));
    const { nonce } = this.#breakage;
    const injected = values.map((value) => (value.proposalType === 'psk' && nonce !== undefined ? { ...value, psk: { ...value.psk, pskNonce: nonce } } : value));
    const proposals = [...references, ...injected];
    const kinds = proposals.map((entry) => ('proposal' in entry && 'reference' in entry ? entry.proposal.proposalType : entry.proposalType));
    const withPath = options.forcePath === true || kinds.length === 0 || kinds.some((kind) => !['add', 'psk', 'reinit'].includes(kind));

    const wrong = this.#breakage.commit?.(this.state) ?? {};
    const before = this.#breakage.before?.(this.state) ?? this.state;
    const forged = await forgeCommit(before, { as: settings.handshakeAs, proposals, ...wrong, path: withPath ? (wrong.path ?? {}) : 'none' });
    const { epoch, added, pathSecrets, psks, state } = forged;
    const signer = { leafIndex: state.ownLeafIndex, key: state.signatureKey };
    const welcome = added.length === 0 ? undefined : await forgeWelcome(settings.suite, { tree: state.tree, epoch, signer, added, pathSecrets, psks });
    return { group: new BrokenGroup(state, this.#breakage), commit: forged.message, welcome, ratchetTree: undefined };
  }

  override async propose(...given: Parameters<Group['propose']>): ReturnType<Group['propose']> {
    const { group, ...rest } = await super.propose(...given);
    return { group: new BrokenGroup(group.state, this.#breakage), ...rest };
  }

  override async receive(message: Uint8Array): Promise<Received> {
    const received = await super.receive(message);
    return received.kind === 'removed' ? received : { ...received, group: new BrokenGroup(received.group.state, this.#breakage) };
  }

  override send(...[data, options]: Parameters<Group['send']>): Promise<Uint8Array> {
    const wrong = this.#breakage.send?.(this.state);
    if (wrong === undefined) return super.send(data, options);
    const content = contentBy(this.state, { applicationData: data }, (honest) => ({ ...honest, authenticatedData: options?.authenticatedData ?? honest.authenticatedData }));
    return forgeMessage(this.state, content, { as: 'private', private: wrong });
  }
}
