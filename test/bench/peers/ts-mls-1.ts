/** ts-mls 1.6.4, with its default crypto provider (WebCrypto, and noble where that lacks a scheme). */
import {
  acceptAll,
  ciphersuites,
  createApplicationMessage,
  createCommit,
  createGroup,
  decodeMlsMessage,
  emptyPskIndex,
  encodeGroupState,
  encodeMlsMessage,
  generateKeyPackageWithKey,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  joinGroup,
  processMessage,
  zeroOutUint8Array,
  type CiphersuiteImpl,
  type CiphersuiteName,
  type ClientState,
  type KeyPackage,
  type MLSMessage,
  type PrivateKeyPackage,
  type Proposal,
} from 'ts-mls-1';
import type { Client, Engine, Member, MemberGroup } from '../engine.ts';

export async function engine(cipherSuite: number): Promise<Engine> {
  const names = Object.keys(ciphersuites) as CiphersuiteName[];
  const name = names.find((candidate) => ciphersuites[candidate] === cipherSuite);
  if (name === undefined) throw new Error(`ts-mls has no cipher suite ${cipherSuite}`);
  const suite = await getCiphersuiteImpl(getCiphersuiteFromName(name));
  return { name: 'ts-mls 1.6.4', replays: true, client: (member) => client(suite, member) };
}

async function client(suite: CiphersuiteImpl, member: Member): Promise<Client> {
  const keyPackage = decodeKeyPackage(member.keyPackage);
  const privateKeys: PrivateKeyPackage = {
    initPrivateKey: member.initKey,
    hpkePrivateKey: member.encryptionKey,
    signaturePrivateKey: member.signatureKey,
  };
  const { credential, capabilities, lifetime } = keyPackage.leafNode;
  const signatureKeyPair = { signKey: member.signatureKey, publicKey: member.signaturePublicKey };
  const generate = () => generateKeyPackageWithKey(credential, capabilities, lifetime, [], signatureKeyPair, suite);
  return {
    createKeyPackage: async () => encoded({ wireformat: 'mls_key_package', keyPackage: (await generate()).publicPackage }),
    async createGroup(keyPackages) {
      const own = await generate();
      const group = await createGroup(suite.rng.randomBytes(32), own.publicPackage, own.privatePackage, [], suite);
      return addingCommit(suite, group, keyPackages);
    },
    async joiner() {
      return {
        async join(welcome) {
          const message = decoded(welcome);
          if (message.wireformat !== 'mls_welcome') throw new Error(message.wireformat);
          return memberGroup(suite, await joinGroup(message.welcome, keyPackage, privateKeys, emptyPskIndex, suite));
        },
      };
    },
  };
}

function memberGroup(suite: CiphersuiteImpl, state: ClientState): MemberGroup {
  // Messages follow on each other, and what one used up is wiped, as the documentation of ts-mls says.
  let current = state;
  return {
    epochAuthenticator: state.keySchedule.epochAuthenticator,
    update: async () => encoded((await createCommit({ state: current, cipherSuite: suite })).commit),
    addOne: (keyPackage) => addingCommit(suite, current, [keyPackage]),
    async process(commit) {
      const result = await processMessage(framed(commit), current, emptyPskIndex, acceptAll, suite);
      if (result.kind !== 'newState') throw new Error(result.kind);
      return memberGroup(suite, result.newState);
    },
    async protect(data) {
      const { newState, privateMessage, consumed } = await createApplicationMessage(current, data, suite);
      current = newState;
      consumed.forEach(zeroOutUint8Array);
      return encoded({ wireformat: 'mls_private_message', privateMessage });
    },
    async unprotect(bytes) {
      const result = await processMessage(framed(bytes), current, emptyPskIndex, acceptAll, suite);
      if (result.kind !== 'applicationMessage') throw new Error(result.kind);
      current = result.newState;
      result.consumed.forEach(zeroOutUint8Array);
      return result.message;
    },
    encodedLength: () => encodeGroupState(current).length,
  };
}

async function addingCommit(cipherSuite: CiphersuiteImpl, state: ClientState, keyPackages: readonly Uint8Array[]) {
  const extraProposals = keyPackages.map((bytes): Proposal => ({ proposalType: 'add', add: { keyPackage: decodeKeyPackage(bytes) } }));
  const { commit, welcome } = await createCommit({ state, cipherSuite }, { extraProposals, ratchetTreeExtension: true });
  return { commit: encoded(commit), welcome: encoded({ wireformat: 'mls_welcome', welcome: welcome! }) };
}

type Content<T> = T extends unknown ? Omit<T, 'version'> : never;
const encoded = (message: Content<MLSMessage>): Uint8Array => encodeMlsMessage({ ...message, version: 'mls10' } as MLSMessage);

function decoded(bytes: Uint8Array): MLSMessage {
  const result = decodeMlsMessage(bytes, 0);
  if (result === undefined) throw new Error('a message does not decode');
  return result[0];
}

function framed(bytes: Uint8Array) {
  const message = decoded(bytes);
  if (message.wireformat !== 'mls_private_message' && message.wireformat !== 'mls_public_message') throw new Error(message.wireformat);
  return message;
}

function decodeKeyPackage(bytes: Uint8Array): KeyPackage {
  const message = decoded(bytes);
  if (message.wireformat !== 'mls_key_package') throw new Error(message.wireformat);
  return message.keyPackage;
}
