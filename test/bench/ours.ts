/** Our engine with one of its crypto providers. */
import { add, createClient, type Client as OurClient, type CryptoProvider, type Group } from '../../src/index.ts';
import { decodeKeyPackage } from '../../src/mls/group/proposals.ts';
import { openPolicy } from '../../src/hostile/open-policy.ts';
import type { Client, Engine, Member, MemberGroup } from './engine.ts';

/** GREASE is off: ts-mls 1.6.4 cannot decode all of it. The lifetime is the longest that ts-mls accepts by default. */
export const clientOptions = { policy: openPolicy, grease: false, keyPackageLifetime: 30n * 86_400n } as const;

export const ourEngine = (crypto: CryptoProvider, cipherSuite: number): Engine => ({
  name: `ours, ${crypto.name}`,
  replays: false,
  client: (member) => ourClient(crypto, cipherSuite, member),
});

async function ourClient(crypto: CryptoProvider, cipherSuite: number, member: Member): Promise<Client> {
  const client = await clientOf(crypto, cipherSuite, member);
  return {
    createKeyPackage: async () => (await client.createKeyPackage()).message,
    async createGroup(keyPackages) {
      const group = await client.createGroup();
      const { commit, welcome } = await group.commit({ proposals: keyPackages.map(add) });
      return { commit, welcome: welcome! };
    },
    async joiner() {
      const joiner = await clientOf(crypto, cipherSuite, member);
      return { join: async (welcome) => memberGroup(await joiner.join(welcome)) };
    },
  };
}

/** A client of our engine that has `member`'s KeyPackage. */
export async function clientOf(crypto: CryptoProvider, cipherSuite: number, member: Member): Promise<OurClient> {
  const suite = crypto.cipherSuite(cipherSuite);
  const keyPackage = decodeKeyPackage(member.keyPackage);
  const signatureKey = await suite.importSignatureKey(member.signatureKey);
  const client = await createClient({ ...clientOptions, crypto, cipherSuite, credential: keyPackage.leafNode.credential, signatureKey });
  const [initKey, encryptionKey] = await Promise.all([suite.importHPKEKey(member.initKey), suite.importHPKEKey(member.encryptionKey)]);
  client.addKeyPackage(keyPackage, { initKey, encryptionKey, signatureKey });
  return client;
}

function memberGroup(group: Group): MemberGroup {
  return {
    epochAuthenticator: group.epochAuthenticator,
    update: async () => (await group.commit()).commit,
    async addOne(keyPackage) {
      const { commit, welcome } = await group.commit({ proposals: [add(keyPackage)] });
      return { commit, welcome: welcome! };
    },
    async process(commit) {
      const received = await group.receive(commit);
      if (received.kind !== 'commit') throw new Error(`a Commit was received as ${received.kind}`);
      return memberGroup(received.group);
    },
    protect: (data) => group.send(data),
    async unprotect(message) {
      const received = await group.receive(message);
      if (received.kind !== 'application') throw new Error(`application data was received as ${received.kind}`);
      return received.data;
    },
    encodedLength: () => group.encode().length,
  };
}
