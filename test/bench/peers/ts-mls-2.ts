/** ts-mls 2.0.0-rc.10, with its default crypto provider (WebCrypto, and noble where that lacks a scheme). */
import {
  acceptAll,
  ciphersuites,
  clientStateEncoder,
  createApplicationMessage,
  createCommit,
  createGroup,
  decode,
  defaultProposalTypes,
  encode,
  generateKeyPackageWithKey,
  getCiphersuiteImpl,
  joinGroup,
  mlsMessageDecoder,
  mlsMessageEncoder,
  processMessage,
  protocolVersions,
  unsafeTestingAuthenticationService,
  wireformats,
  zeroOutUint8Array,
  type CiphersuiteName,
  type ClientState,
  type KeyPackage,
  type MlsContext,
  type MlsMessage,
  type PrivateKeyPackage,
  type Proposal,
} from 'ts-mls-2';
import type { Client, Engine, Member, MemberGroup } from '../engine.ts';

export async function engine(cipherSuite: number): Promise<Engine> {
  const names = Object.keys(ciphersuites) as CiphersuiteName[];
  const name = names.find((candidate) => ciphersuites[candidate] === cipherSuite);
  if (name === undefined) throw new Error(`ts-mls has no cipher suite ${cipherSuite}`);
  const context: MlsContext = { cipherSuite: await getCiphersuiteImpl(name), authService: unsafeTestingAuthenticationService };
  return { name: 'ts-mls 2.0.0-rc.10', replays: true, client: (member) => client(context, member) };
}

async function client(context: MlsContext, member: Member): Promise<Client> {
  const keyPackage = decodeKeyPackage(member.keyPackage);
  const privateKeys: PrivateKeyPackage = {
    initPrivateKey: member.initKey,
    hpkePrivateKey: member.encryptionKey,
    signaturePrivateKey: member.signatureKey,
  };
  const { credential, capabilities, lifetime } = keyPackage.leafNode;
  const signatureKeyPair = { signKey: member.signatureKey, publicKey: member.signaturePublicKey };
  const generate = () => generateKeyPackageWithKey({ credential, capabilities, lifetime, extensions: [], leafNodeExtensions: [], signatureKeyPair, cipherSuite: context.cipherSuite });
  return {
    async createKeyPackage() {
      const { publicPackage } = await generate();
      return encoded({ version: protocolVersions.mls10, wireformat: wireformats.mls_key_package, keyPackage: publicPackage });
    },
    async createGroup(keyPackages) {
      const own = await generate();
      const groupId = context.cipherSuite.rng.randomBytes(32);
      const state = await createGroup({ context, groupId, keyPackage: own.publicPackage, privateKeyPackage: own.privatePackage });
      return addingCommit(context, state, keyPackages);
    },
    async joiner() {
      return {
        async join(welcome) {
          const message = decoded(welcome);
          if (message.wireformat !== wireformats.mls_welcome) throw new Error(`wire format ${message.wireformat}`);
          return memberGroup(context, await joinGroup({ context, welcome: message.welcome, keyPackage, privateKeys }));
        },
      };
    },
  };
}

function memberGroup(context: MlsContext, state: ClientState): MemberGroup {
  // Messages follow on each other, and what one used up is wiped, as the documentation of ts-mls says.
  let current = state;
  return {
    epochAuthenticator: state.keySchedule.epochAuthenticator,
    update: async () => encoded((await createCommit({ context, state: current })).commit),
    addOne: (keyPackage) => addingCommit(context, current, [keyPackage]),
    async process(commit) {
      const result = await processMessage({ context, state: current, message: framed(commit), callback: acceptAll });
      if (result.kind !== 'newState') throw new Error(result.kind);
      return memberGroup(context, result.newState);
    },
    async protect(message) {
      const created = await createApplicationMessage({ context, state: current, message });
      current = created.newState;
      created.consumed.forEach(zeroOutUint8Array);
      return encoded(created.message);
    },
    async unprotect(bytes) {
      const result = await processMessage({ context, state: current, message: framed(bytes), callback: acceptAll });
      if (result.kind !== 'applicationMessage') throw new Error(result.kind);
      current = result.newState;
      result.consumed.forEach(zeroOutUint8Array);
      return result.message;
    },
    encodedLength: () => encode(clientStateEncoder, current).length,
  };
}

async function addingCommit(context: MlsContext, state: ClientState, keyPackages: readonly Uint8Array[]) {
  const extraProposals = keyPackages.map((bytes): Proposal => ({ proposalType: defaultProposalTypes.add, add: { keyPackage: decodeKeyPackage(bytes) } }));
  const { commit, welcome } = await createCommit({ context, state, extraProposals, ratchetTreeExtension: true });
  return { commit: encoded(commit), welcome: encoded(welcome!) };
}

const encoded = (message: MlsMessage): Uint8Array => encode(mlsMessageEncoder, message);

function decoded(bytes: Uint8Array): MlsMessage {
  const message = decode(mlsMessageDecoder, bytes, bytes.length);
  if (message === undefined) throw new Error('a message does not decode');
  return message;
}

function framed(bytes: Uint8Array) {
  const message = decoded(bytes);
  if (message.wireformat !== wireformats.mls_private_message && message.wireformat !== wireformats.mls_public_message) throw new Error(`wire format ${message.wireformat}`);
  return message;
}

function decodeKeyPackage(bytes: Uint8Array): KeyPackage {
  const message = decoded(bytes);
  if (message.wireformat !== wireformats.mls_key_package) throw new Error(`wire format ${message.wireformat}`);
  return message.keyPackage;
}
