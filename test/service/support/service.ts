/** A service with the engine behind it, and the few steps that most tests begin with. */
import type { ProposalDescription } from '../../../src/generated/mls_client.ts';
import { nativeProvider } from '../../../src/mls/crypto/native/provider.ts';
import { serviceLog } from '../../../src/service/log.ts';
import { defaultLimits, defaultOptions, type ServiceLimits, type ServiceOptions } from '../../../src/service/options.ts';
import { startService, type RunningService } from '../../../src/service/service.ts';
import { connect, type TestClient } from './client.ts';

export type TestOptions = Partial<Omit<ServiceOptions, 'limits'>> & { readonly limits?: Partial<ServiceLimits> };

/** Options for a service in a test: a free port, all calls logged. */
export function testOptions(options: TestOptions = {}): ServiceOptions {
  const crypto = options.crypto ?? nativeProvider();
  return {
    ...defaultOptions,
    listen: '127.0.0.1:0',
    crypto,
    suites: crypto.cipherSuiteIds,
    reflection: false,
    log: true,
    ...options,
    limits: { ...defaultLimits, stopGraceSeconds: 5, ...options.limits },
  };
}

export interface TestService extends RunningService {
  readonly client: TestClient;
  readonly logged: Record<string, unknown>[];
}

export async function testService(options: TestOptions = {}): Promise<TestService> {
  const all = testOptions(options);
  const logged: Record<string, unknown>[] = [];
  const service = await startService(all, serviceLog(all.log, { write: (line) => void logged.push(JSON.parse(line) as Record<string, unknown>) }));
  const client = connect(service.address);
  return {
    ...service,
    client,
    logged,
    async stop() {
      client[Symbol.dispose]();
      return service.stop();
    },
  };
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (data: Uint8Array): string => new TextDecoder().decode(data);

let groups = 0;

export interface GroupOptions {
  readonly suite?: number;
  readonly encrypt?: boolean;
}

/** Whatever can make calls: a client, or handlers that are called directly. */
export type Caller = Pick<TestClient, 'call'>;

/** A group with members of these names, the first being its creator; gives their state ids in the same order. */
export async function groupOf({ call }: Caller, names: readonly string[], { suite = 1, encrypt = false }: GroupOptions = {}): Promise<number[]> {
  const [creator, ...others] = names;
  const { stateId } = await call('createGroup', { groupId: bytes(`group ${++groups}`), cipherSuite: suite, encryptHandshake: encrypt, identity: bytes(creator!) });
  if (others.length === 0) return [stateId];
  const packages = await Promise.all(others.map((name) => call('createKeyPackage', { cipherSuite: suite, identity: bytes(name) })));
  const { welcome } = await call('commit', { stateId, byValue: packages.map(({ keyPackage }) => describe('add', { keyPackage })) });
  await call('handlePendingCommit', { stateId });
  const joined = [];
  for (const [i, { transactionId }] of packages.entries()) {
    joined.push(await call('joinGroup', { transactionId, welcome, encryptHandshake: encrypt, identity: bytes(others[i]!) }));
  }
  return [stateId, ...joined.map((join) => join.stateId)];
}

const noDescription: ProposalDescription = {
  proposalType: new Uint8Array(0),
  keyPackage: new Uint8Array(0),
  removedId: new Uint8Array(0),
  pskId: new Uint8Array(0),
  epochId: 0n,
  extensions: [],
  groupId: new Uint8Array(0),
  cipherSuite: 0,
};

/** A ProposalDescription. */
export const describe = (word: string, fields: Partial<ProposalDescription> = {}): ProposalDescription => ({
  ...noDescription,
  ...fields,
  proposalType: bytes(word),
});

/** Has one member commit and the others follow; gives the new epoch's authenticators in the order of the ids. */
export async function commitAll({ call }: Caller, [committer, ...others]: readonly number[], options: { readonly byReference?: Uint8Array[]; readonly forcePath?: boolean } = {}): Promise<Uint8Array[]> {
  const { commit } = await call('commit', { stateId: committer!, ...options });
  const answers = [await call('handlePendingCommit', { stateId: committer! })];
  for (const stateId of others) answers.push(await call('handleCommit', { stateId, commit, proposal: options.byReference ?? [] }));
  return answers.map(({ epochAuthenticator }) => epochAuthenticator);
}

export const authenticators = ({ call }: Caller, ids: readonly number[]): Promise<Uint8Array[]> =>
  Promise.all(ids.map(async (stateId) => (await call('stateAuth', { stateId })).stateAuthSecret));
