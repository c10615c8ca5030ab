/**
 * An MLSClient service that keeps an ideal group and no secrets: messages are readable tokens, and an epoch authenticator
 * is a hash over what led to the epoch. It behaves well unless `intercept` makes it misbehave.
 */
import { createHash, randomUUID } from 'node:crypto';
import { Server, ServerCredentials, status, type sendUnaryData, type ServerUnaryCall, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { MLSClientService, type Extension, type ProposalDescription } from '../../src/generated/mls_client.ts';
import { encodeGroupInfo, externalSender, groupInGroupInfo, withSender, type GroupShape } from './mock-group-info.ts';
import type { RequestOf, ResponseOf, Rpc } from '../../src/runner/implementation.ts';

export interface MockOptions {
  readonly name?: string;
  readonly suites?: readonly number[];
  /** A free one unless said otherwise. */
  readonly port?: number;
  /** Every epoch gets a handle of its own and the old ones stay, as at mlspp; else the handle stays. */
  readonly handlePerEpoch?: boolean;
  /** Decides what is answered; `answer` computes what the ideal service says. */
  readonly intercept?: (rpc: Rpc, answer: () => object, request: object) => unknown;
}

export interface Mock {
  readonly address: string;
  /** In order of arrival. */
  readonly calls: readonly Rpc[];
  /** Handles of states that nobody has freed. */
  liveStates(): number[];
  stop(): void;
}

/** What an interceptor throws to refuse a call. */
export class Refusal extends Error {
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

export async function startMock(options: MockOptions = {}): Promise<Mock> {
  const { rpcs, liveStates } = idealService(options);
  const calls: Rpc[] = [];
  const handlers: UntypedServiceImplementation = {};
  for (const rpc of Object.keys(MLSClientService) as Rpc[]) {
    handlers[rpc] = (call: ServerUnaryCall<object, object>, respond: sendUnaryData<object>) => {
      calls.push(rpc);
      const answer = () => rpcs[rpc](call.request as never);
      Promise.resolve()
        .then(() => (options.intercept === undefined ? answer() : options.intercept(rpc, answer, call.request)))
        .then((response) => respond(null, response as object))
        .catch((error: Error) => respond({ code: error instanceof Refusal ? error.code : status.INTERNAL, details: error.message }));
    };
  }

  const server = new Server();
  server.addService(MLSClientService, handlers);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${options.port ?? 0}`, ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))),
  );
  return { address: `127.0.0.1:${port}`, calls, liveStates, stop: () => server.forceShutdown() };
}

interface Proposal {
  readonly kind: 'proposal';
  readonly type: string;
  readonly nonce: string;
  readonly identity?: string;
  readonly keyPackage?: string;
  readonly psk?: string;
  readonly groupId?: string;
  readonly suite?: number;
  readonly extensions?: GroupShape['extensions'];
}
interface Group extends GroupShape {
  readonly authenticator: string;
}
interface State {
  readonly group: Group;
  readonly identity: string;
  readonly psks: Map<string, string>;
  readonly opened: Set<string>;
  readonly past: readonly string[];
  readonly pending?: Group;
}
interface KeyPackage {
  readonly identity: string;
  readonly suite: number;
  readonly keyPackage: string;
  readonly psks: Map<string, string>;
}

interface Service {
  readonly rpcs: { readonly [R in Rpc]: (request: RequestOf<R>) => ResponseOf<R> };
  readonly liveStates: () => number[];
}

function idealService({ name = 'mock', suites = [1, 2], handlePerEpoch = true }: MockOptions): Service {
  let lastId = 0;
  const states = new Map<number, State>();
  const joins = new Map<number, KeyPackage>();
  const suspended = new Map<number, { state: State; next: Proposal; join: KeyPackage }>();
  const signers = new Map<number, string>();

  const remember = (state: State): number => {
    states.set(++lastId, state);
    return lastId;
  };
  const stateOf = (id: number): State => states.get(id) ?? refuse(status.NOT_FOUND, `no state ${id}`);
  const joinOf = (id: number): KeyPackage => joins.get(id) ?? refuse(status.NOT_FOUND, `no pending join ${id}`);
  const fresh = (group: Group, identity: string, psks = new Map<string, string>()): State => ({ group, identity, psks, opened: new Set(), past: [] });
  const reach = (stateId: number, group: Group) => {
    const { pending: _, ...state } = stateOf(stateId);
    const next = { ...state, group, past: [...state.past, state.group.authenticator] };
    if (handlePerEpoch) return { stateId: remember(next), epochAuthenticator: bytes(group.authenticator) };
    states.set(stateId, next);
    return { stateId, epochAuthenticator: bytes(group.authenticator) };
  };
  const enter = (group: Group, identity: string, psks?: Map<string, string>) => ({
    stateId: remember(fresh(group, identity, psks)),
    epochAuthenticator: bytes(group.authenticator),
  });
  const keyPackage = (identity: string, suite: number): { id: number; join: KeyPackage } => {
    const join = { identity, suite, keyPackage: text(token({ kind: 'key_package', identity, suite, nonce: randomUUID() })), psks: new Map() };
    joins.set(++lastId, join);
    return { id: lastId, join };
  };
  const propose = (stateId: number, proposal: Omit<Proposal, 'kind' | 'nonce'>) => {
    stateOf(stateId);
    return { proposal: token({ kind: 'proposal', nonce: randomUUID(), ...proposal }) };
  };
  const join = (welcome: Uint8Array, { keyPackage: own, identity, psks }: KeyPackage) => {
    const { group, joiners, needs = [] } = read<{ group: Group; joiners: string[]; needs?: string[] }>(welcome, 'welcome');
    if (!needs.every((psk) => psks.has(psk))) refuse(status.INVALID_ARGUMENT, 'unknown PSK');
    if (!joiners.includes(own)) refuse(status.INVALID_ARGUMENT, 'the Welcome is not for this KeyPackage');
    return enter(group, identity, psks);
  };
  const found = (group: Group, joiners: readonly Uint8Array[]) => {
    const members = [...group.members, ...joiners.map((each) => read<{ identity: string }>(each, 'key_package').identity)];
    const created = { ...group, members, epoch: 1, authenticator: hash(randomUUID()) };
    return { created, welcome: token({ kind: 'welcome', group: created, joiners: joiners.map(text) }) };
  };

  const commit = ({ stateId, byReference, byValue, externalTree }: RequestOf<'commit'>) => {
    const state = stateOf(stateId);
    const proposals: Proposal[] = [
      ...byReference.map((each) => read<Proposal>(each, 'proposal')),
      ...byValue.map(described),
    ];
    const made = token({ kind: 'commit', from: state.group.authenticator, refs: byReference.map(hash), proposals: proposals.slice(byReference.length), nonce: randomUUID() });
    const group = advance(state, proposals, made);
    const joiners = proposals.filter(({ type }) => type === 'add').map(({ keyPackage: added }) => added);
    const needs = proposals.filter(({ type }) => type === 'externalPSK').map(({ psk }) => psk);
    states.set(stateId, { ...state, pending: group });
    return { commit: made, welcome: joiners.length === 0 ? empty : token({ kind: 'welcome', group, joiners, needs }), ratchetTree: treeIf(externalTree) };
  };
  const process = ({ stateId, proposal, commit: message }: RequestOf<'handleCommit'>): { group: Group; proposals: Proposal[] } => {
    const state = stateOf(stateId);
    const { from, refs, proposals: values } = read<{ from: string; refs: string[]; proposals: Proposal[] }>(message, 'commit');
    if (from !== state.group.authenticator) refuse(status.INVALID_ARGUMENT, 'the Commit is of another epoch');
    const known = new Map(proposal.map((each) => [hash(each), read<Proposal>(each, 'proposal')]));
    const proposals = [...refs.map((ref) => known.get(ref) ?? refuse(status.INVALID_ARGUMENT, 'the Commit refers to an unknown proposal')), ...values];
    return { group: advance(state, proposals, message), proposals };
  };
  const suspend = (stateId: number, group: Group, next: Proposal) => {
    const state = { ...stateOf(stateId), group };
    const { join: own } = keyPackage(state.identity, next.suite!);
    suspended.set(++lastId, { state, next, join: own });
    return { reinitId: lastId, keyPackage: bytes(own.keyPackage), epochAuthenticator: bytes(group.authenticator) };
  };
  const reinitOf = (id: number) => suspended.get(id) ?? refuse(status.NOT_FOUND, `no suspended group ${id}`);

  const rpcs: Service['rpcs'] = {
    name: () => ({ name }),
    supportedCiphersuites: () => ({ ciphersuites: [...suites] }),
    createGroup: ({ groupId, cipherSuite, identity }) => ({
      stateId: remember(fresh({ id: text(groupId), suite: cipherSuite, epoch: 0, members: [text(identity)], extensions: [], authenticator: hash(groupId) }, text(identity))),
    }),
    createKeyPackage({ cipherSuite, identity }) {
      const { id, join: made } = keyPackage(text(identity), cipherSuite);
      return { transactionId: id, keyPackage: bytes(made.keyPackage), initPriv: empty, encryptionPriv: empty, signaturePriv: empty };
    },
    joinGroup: ({ transactionId, welcome }) => join(welcome, joinOf(transactionId)),
    externalJoin({ groupInfo, identity, removePrior, psks }) {
      const group = groupInGroupInfo<Group>(groupInfo);
      const joiner = text(identity);
      const secrets = new Map(psks.map(({ pskId, pskSecret }) => [hex(pskId), hex(pskSecret)]));
      const values = [
        ...(removePrior ? [{ type: 'remove', identity: joiner }] : []),
        ...psks.map(({ pskId }) => ({ type: 'externalPSK', psk: hex(pskId) })),
        { type: 'add', identity: joiner },
      ].map((value): Proposal => ({ kind: 'proposal', nonce: '', ...value }));
      const made = token({ kind: 'commit', from: group.authenticator, refs: [], proposals: values, nonce: randomUUID() });
      return { ...enter(advance(fresh(group, joiner, secrets), values, made), joiner, secrets), commit: made };
    },
    groupInfo: ({ stateId, externalTree }) => ({
      groupInfo: encodeGroupInfo(stateOf(stateId).group, { withTree: !externalTree }),
      ratchetTree: treeIf(externalTree),
    }),
    stateAuth: ({ stateId }) => ({ stateAuthSecret: bytes(stateOf(stateId).group.authenticator) }),
    export: ({ stateId, label, context, keyLength }) => ({
      exportedSecret: Buffer.alloc(keyLength, hash(`${stateOf(stateId).group.authenticator}${label}${text(context)}`)),
    }),
    protect({ stateId, authenticatedData, plaintext }) {
      const { authenticator } = stateOf(stateId).group;
      return { ciphertext: token({ kind: 'application', authenticator, aad: text(authenticatedData), plaintext: text(plaintext), nonce: randomUUID() }) };
    },
    unprotect({ stateId, ciphertext }) {
      const state = stateOf(stateId);
      const message = read<{ authenticator: string; aad: string; plaintext: string; nonce: string }>(ciphertext, 'application');
      if (![state.group.authenticator, ...state.past].includes(message.authenticator)) refuse(status.INVALID_ARGUMENT, 'not an epoch of this member');
      if (state.opened.has(message.nonce)) refuse(status.INVALID_ARGUMENT, 'opened before');
      state.opened.add(message.nonce);
      return { authenticatedData: bytes(message.aad), plaintext: bytes(message.plaintext) };
    },
    storePsk({ stateOrTransactionId, pskId, pskSecret }) {
      (states.get(stateOrTransactionId) ?? joinOf(stateOrTransactionId)).psks.set(hex(pskId), hex(pskSecret));
      return {};
    },
    addProposal: ({ stateId, keyPackage: added }) =>
      propose(stateId, { type: 'add', keyPackage: text(added), identity: read<{ identity: string }>(added, 'key_package').identity }),
    updateProposal: ({ stateId }) => propose(stateId, { type: 'update' }),
    removeProposal: ({ stateId, removedId }) => propose(stateId, { type: 'remove', identity: text(removedId) }),
    externalPskProposal: ({ stateId, pskId }) => propose(stateId, { type: 'externalPSK', psk: hex(pskId) }),
    resumptionPskProposal: ({ stateId }) => propose(stateId, { type: 'resumptionPSK' }),
    groupContextExtensionsProposal: ({ stateId, extensions }) =>
      propose(stateId, { type: 'groupContextExtensions', extensions: extensionPairs(extensions) }),
    commit,
    handleCommit: (request) => reach(request.stateId, process(request).group),
    handlePendingCommit: ({ stateId }) => reach(stateId, stateOf(stateId).pending ?? refuse(status.FAILED_PRECONDITION, 'no pending Commit')),
    reInitProposal: ({ stateId, cipherSuite, groupId, extensions }) =>
      propose(stateId, { type: 'reinit', suite: cipherSuite, groupId: text(groupId), extensions: extensionPairs(extensions) }),
    reInitCommit(request) {
      const made = commit(request);
      const next = read<Proposal>(request.byReference[0]!, 'proposal');
      suspended.set(-request.stateId, { state: stateOf(request.stateId), next, join: keyPackage('', 0).join });
      return made;
    },
    handlePendingReInitCommit({ stateId }) {
      const { state, next } = reinitOf(-stateId);
      return suspend(stateId, state.pending!, next);
    },
    handleReInitCommit(request) {
      const { group, proposals } = process(request);
      return suspend(request.stateId, group, proposals[0]!);
    },
    reInitWelcome({ reinitId, keyPackage: others, externalTree }) {
      const { state, next } = reinitOf(reinitId);
      const { created, welcome } = found({ ...state.group, id: next.groupId!, suite: next.suite!, extensions: next.extensions!, members: [state.identity] }, others);
      return { ...enter(created, state.identity), welcome, ratchetTree: treeIf(externalTree) };
    },
    handleReInitWelcome: ({ reinitId, welcome }) => join(welcome, reinitOf(reinitId).join),
    createBranch({ stateId, groupId, extensions, keyPackages, externalTree }) {
      const { group, identity } = stateOf(stateId);
      const { created, welcome } = found({ ...group, id: text(groupId), extensions: extensionPairs(extensions), members: [identity] }, keyPackages);
      return { ...enter(created, identity), welcome, ratchetTree: treeIf(externalTree) };
    },
    handleBranch: ({ transactionId, welcome }) => join(welcome, joinOf(transactionId)),
    newMemberAddProposal({ groupInfo, identity }) {
      const group = groupInGroupInfo<Group>(groupInfo);
      const { id, join: made } = keyPackage(text(identity), group.suite);
      const proposal = token({ kind: 'proposal', type: 'add', nonce: randomUUID(), identity: made.identity, keyPackage: made.keyPackage });
      return { transactionId: id, proposal, initPriv: empty, encryptionPriv: empty, signaturePriv: empty };
    },
    createExternalSigner({ identity }) {
      signers.set(++lastId, text(identity));
      return { signerId: lastId, externalSender: externalSender(identity) };
    },
    addExternalSigner: ({ stateId, externalSender: sender }) =>
      propose(stateId, { type: 'groupContextExtensions', extensions: withSender(stateOf(stateId).group.extensions, sender) }),
    externalSignerProposal({ signerId, description }) {
      if (!signers.has(signerId)) refuse(status.NOT_FOUND, `no signer ${signerId}`);
      const { groupId, cipherSuite } = description!;
      return { proposal: token({ ...described(description!), groupId: text(groupId), suite: cipherSuite }) };
    },
    free({ stateId }) {
      stateOf(stateId);
      states.delete(stateId);
      return {};
    },
  };
  return { rpcs, liveStates: () => [...states.keys()] };
}

const extensionPairs = (extensions: readonly Extension[]) =>
  extensions.map(({ extensionType, extensionData }) => [extensionType, Buffer.from(extensionData).toString('base64')] as const);

const described = ({ proposalType, keyPackage, removedId, pskId, extensions }: ProposalDescription) => ({
  kind: 'proposal' as const,
  nonce: randomUUID(),
  type: text(proposalType),
  keyPackage: text(keyPackage),
  identity: keyPackage.length > 0 ? read<{ identity: string }>(keyPackage, 'key_package').identity : text(removedId),
  psk: hex(pskId),
  extensions: extensionPairs(extensions),
});

function advance({ group, psks }: State, proposals: readonly Proposal[], commit: Uint8Array): Group {
  let members = [...group.members];
  const secrets: string[] = [];
  let { extensions } = group;
  for (const { type, identity, psk, extensions: wanted } of proposals) {
    if (type === 'groupContextExtensions') extensions = wanted!;
    if (type === 'remove') members = members.filter((member) => member !== identity);
    if (type === 'add') members.push(identity!);
    if (type === 'externalPSK') secrets.push(psks.get(psk!) ?? refuse(status.INVALID_ARGUMENT, 'unknown PSK'));
  }
  return { ...group, members, extensions, epoch: group.epoch + 1, authenticator: hash(`${group.authenticator}${text(commit)}${secrets.join()}`) };
}

const empty = new Uint8Array();
const treeIf = (asked: boolean): Uint8Array => (asked ? bytes('tree') : empty);
const bytes = (value: string): Uint8Array => Buffer.from(value);
const text = (value: Uint8Array): string => Buffer.from(value).toString();
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');
const hash = (value: string | Uint8Array): string => createHash('sha256').update(value).digest('hex');
const token = (value: { readonly kind: string; readonly [field: string]: unknown }): Uint8Array => bytes(JSON.stringify(value));

function refuse(code: status, message: string): never {
  throw new Refusal(code, message);
}

function read<T>(message: Uint8Array, kind: string): T {
  let value: { kind?: string };
  try {
    value = JSON.parse(text(message)) as { kind?: string };
  } catch {
    return refuse(status.INVALID_ARGUMENT, `not a ${kind}`);
  }
  return value.kind === kind ? (value as T) : refuse(status.INVALID_ARGUMENT, `a ${value.kind} where a ${kind} belongs`);
}
