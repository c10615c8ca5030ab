/** Name, SupportedCiphersuites, and the ways into a group: CreateGroup, CreateKeyPackage, JoinGroup, ExternalJoin. */
import { sameBytes } from '../../mls/bytes.ts';
import type { KeyPackageBundle } from '../../mls/group/key-package.ts';
import type { Handlers } from '../calls.ts';
import { newMember, wipeJoinKeys, type HandshakeAs, type Person } from '../entries.ts';
import { given, groupInfoOf, requireKind } from '../messages.ts';
import { requires } from '../status.ts';
import type { Context } from './context.ts';

type Joining = 'name' | 'supportedCiphersuites' | 'createGroup' | 'createKeyPackage' | 'joinGroup' | 'externalJoin';

export const joiningHandlers = ({ name, suites, clients, states }: Context): Pick<Handlers, Joining> => ({
  name: () => ({ name }),

  supportedCiphersuites: () => ({ ciphersuites: [...suites] }),

  createGroup: (request, call) =>
    states.transact(call, [], async (changes) => {
      const person = clients.newPerson(request.cipherSuite, request.identity);
      const stateId = changes.reserve('state');
      const client = await clients.client(person, { undo: changes.undo });
      const handshakeAs = asHandshake(request.encryptHandshake);
      const group = await client.createGroup({ groupId: request.groupId, handshakeAs });
      changes.undo.defer(() => group.dispose());
      changes.fill(stateId, newMember(person, { client, group, handshakeAs }));
      return { stateId };
    }),

  createKeyPackage: (request, call) =>
    states.transact(call, [], async (changes) => {
      const person = clients.newPerson(request.cipherSuite, request.identity);
      const transactionId = changes.reserve('join');
      const client = await clients.client(person, { undo: changes.undo });
      const bundle = await client.createKeyPackage();
      changes.fill(transactionId, { kind: 'join', ...person, bundle });
      return { transactionId, keyPackage: bundle.message, ...privateKeysOf(bundle) };
    }),

  joinGroup: (request, call) =>
    states.transact(call, [request.transactionId], async (changes) => {
      const { bundle, ...person } = changes.get(request.transactionId, 'join');
      requireSameIdentity(person, request.identity);
      requireKind(request.welcome, 'mls_welcome', 'welcome');
      const stateId = changes.reserve('state');
      const client = await clients.client(person, { undo: changes.undo, bundle });
      const handshakeAs = asHandshake(request.encryptHandshake);
      const group = await client.join(request.welcome, { ratchetTree: given(request.ratchetTree), handshakeAs });
      changes.undo.defer(() => group.dispose());
      changes.remove(request.transactionId);
      changes.fill(stateId, newMember(person, { client, group, handshakeAs }));
      changes.afterwards(() => wipeJoinKeys(bundle));
      return { stateId, epochAuthenticator: group.epochAuthenticator };
    }),

  externalJoin: (request, call) =>
    states.transact(call, [], async (changes) => {
      const { groupContext } = groupInfoOf(request.groupInfo, 'group_info');
      let person = clients.newPerson(groupContext.cipherSuite, request.identity);
      for (const psk of request.psks) person = clients.withPsk(changes, person, psk);
      const stateId = changes.reserve('state');
      const client = await clients.client(person, { undo: changes.undo });
      const handshakeAs = asHandshake(request.encryptHandshake);
      const { group, commit } = await client.joinByExternalCommit(request.groupInfo, {
        ratchetTree: given(request.ratchetTree),
        resync: request.removePrior,
        externalPsks: request.psks.map(({ pskId }) => pskId),
        handshakeAs,
      });
      changes.undo.defer(() => group.dispose());
      changes.fill(stateId, newMember(person, { client, group, handshakeAs }));
      return { stateId, commit, epochAuthenticator: group.epochAuthenticator };
    }),
});

const asHandshake = (encrypt: boolean): HandshakeAs => (encrypt ? 'private' : 'public');

/** The private keys of a KeyPackage, raw, as the interface wants them told. */
export const privateKeysOf = ({ initKey, encryptionKey, signatureKey }: KeyPackageBundle) => ({
  initPriv: initKey.serialize(),
  encryptionPriv: encryptionKey.serialize(),
  signaturePriv: signatureKey.serialize(),
});

function requireSameIdentity(person: Person, identity: Uint8Array): void {
  requires(identity.length === 0 || sameBytes(identity, person.identity), 'identity is not the one that the KeyPackage was made for');
}
