/** Follows those who join by a Welcome through the calls of a case, for passive-client vectors. */
import { MLSError } from '../mls/errors.ts';
import { MLSMessage } from '../mls/wire/framing.ts';
import type { KeyPackage } from '../mls/wire/leaf-node.ts';
import { decode, encode, opaque } from '../mls/wire/presentation-language.ts';
import { mls10 } from '../mls/wire/registries.ts';
import type { CallRecord, CaseRecord } from './record/record.ts';

/** One case of a passive-client file; bytes are in hex. */
export interface PassiveVector {
  readonly cipher_suite: number;
  readonly external_psks: readonly { readonly psk_id: string; readonly psk: string }[];
  readonly key_package: string;
  readonly signature_priv: string;
  readonly encryption_priv: string;
  readonly init_priv: string;
  readonly welcome: string;
  readonly ratchet_tree: string | null;
  readonly initial_epoch_authenticator: string;
  readonly epochs: readonly { readonly proposals: readonly string[]; readonly commit: string; readonly epoch_authenticator: string }[];
}

/** A joiner with its vector, or with why it has none. */
export type Joiner = { readonly vector: PassiveVector; readonly reason?: undefined } | { readonly vector?: undefined; readonly reason: string };

/** All who joined by a Welcome, in the order in which they did. */
export function joinersOf({ calls }: CaseRecord): readonly Joiner[] {
  if (calls === undefined) return [{ reason: 'the record has no calls of their cases' }];
  const follower = new Follower();
  for (const call of calls) if (call.response !== undefined) follower.take(call, call.response);
  return follower.joiners;
}

/**
 * The member at which a case failed as it took in a Welcome or a Commit, with what it should have come to: the vector ends with that
 * message, and has the epoch authenticator of whoever came to that epoch first.
 */
export function failedJoiner({ calls = [], failure }: CaseRecord): Joiner {
  const at = calls.findLastIndex(({ step, actor, rpc }) => step === failure?.step && actor === failure.actor && rpc === (failure.rpc ?? rpc) && isTakenIn.has(rpc));
  if (at < 0) return { reason: 'it is not a Welcome or a Commit at which it fails' };
  const follower = new Follower();
  for (const call of calls.slice(0, at)) if (call.response !== undefined) follower.take(call, call.response);
  return follower.fail(calls[at]!);
}

const isTakenIn: ReadonlySet<string> = new Set(['JoinGroup', 'HandleCommit', 'HandleReInitCommit']);

type Fields = CallRecord['request'];

interface Prepared {
  readonly keyPackage: KeyPackage;
  readonly keys: Fields;
}

type Vector = { -readonly [K in keyof PassiveVector]: PassiveVector[K] extends readonly (infer Item)[] ? Item[] : PassiveVector[K] };

/** Reads calls in their order; ids of states and of transactions are the implementation's, one number space for both. */
class Follower {
  readonly #joiners: Joiner[] = [];
  /** KeyPackages that wait for their Welcome. */
  readonly #prepared = new Map<string, Prepared | string>();
  readonly #psks = new Map<string, { readonly psk_id: string; readonly psk: string }[]>();
  /** By the state in which their member is now. */
  readonly #followed = new Map<string, { readonly vector: Vector; readonly actor: string }>();
  /** Proposals, in base64, and who made them. */
  readonly #proposers = new Map<string, string>();
  /** Proposals and Welcomes that need a PSK of an earlier epoch of the group, which a vector cannot hold. */
  readonly #needPast = new Set<string>();

  /** Messages by which a member's own pending Commit begins an epoch, by that member's state. */
  readonly #pending = new Map<string, readonly string[]>();
  /** What the first answered that came to an epoch, by each message that begins it. */
  readonly #authenticators = new Map<string, string>();

  get joiners(): readonly Joiner[] {
    return this.#joiners;
  }

  /** Takes in a call that failed, or whose answer is wrong, as if it had been answered as others answered. */
  fail(call: CallRecord): Joiner {
    const { request, response, rpc } = call;
    const authenticator = this.#authenticators.get(text(request, rpc === 'JoinGroup' ? 'welcome' : 'commit') ?? '');
    if (authenticator === undefined) return { reason: 'nobody else came to the epoch that it begins' };
    const followed = this.#followed.get(handle(call, request['state_id']))?.vector;
    const epochs = followed?.epochs.length;
    this.take(call, { ...response, epoch_authenticator: authenticator });
    if (rpc === 'JoinGroup') return this.#joiners.at(-1)!;
    if (followed === undefined || followed.epochs.length === epochs) return { reason: 'the member did not join by a Welcome or has acted itself since, or a PSK of an earlier epoch is needed' };
    return { vector: followed };
  }

  take(call: CallRecord, response: Fields): void {
    const { rpc, request, actor } = call;
    const proposal = text(response, 'proposal');
    if (proposal !== undefined) this.#proposers.set(proposal, actor);
    switch (rpc) {
      case 'CreateKeyPackage':
        return this.#prepare(call, response, () => decodedKeyPackage(base64(text(response, 'key_package'))));
      case 'NewMemberAddProposal':
        return this.#prepare(call, response, () => addedKeyPackage(base64(proposal)));
      case 'ResumptionPSKProposal':
        if (proposal !== undefined) this.#needPast.add(proposal);
        return;
      case 'ExternalSignerProposal':
        if (proposal !== undefined && isResumption(request['description'])) this.#needPast.add(proposal);
        return;
      case 'StorePSK':
        return this.#store(call);
      case 'Commit':
      case 'ReInitCommit':
        return this.#noteCommit(call, response);
      case 'JoinGroup':
        return this.#join(call, response);
      case 'HandleCommit':
      case 'HandleReInitCommit':
        return this.#follow(call, response);
      case 'HandlePendingCommit':
      case 'HandlePendingReInitCommit':
        this.#followed.delete(handle(call, request['state_id']));
        return this.#arrive(this.#pending.get(handle(call, request['state_id'])) ?? [], response);
      case 'HandleBranch':
        return void this.#joiners.push({ reason: 'they joined a branch, with a PSK of the group that it comes from' });
      case 'HandleReInitWelcome':
        return void this.#joiners.push({ reason: 'they joined a successor of a reinit, with a PSK of the group before it' });
    }
  }

  #prepare(call: CallRecord, response: Fields, keyPackageOf: () => KeyPackage): void {
    const id = handle(call, response['transaction_id']);
    try {
      this.#prepared.set(id, { keyPackage: keyPackageOf(), keys: response });
    } catch (error) {
      if (!(error instanceof MLSError)) throw error;
      this.#prepared.set(id, `their KeyPackage does not decode: ${error.message}`);
    }
  }

  #store(call: CallRecord): void {
    const { request } = call;
    const id = handle(call, request['state_or_transaction_id']);
    const psk = { psk_id: toHex(text(request, 'psk_id')), psk: text(request, 'psk_secret') ?? '' };
    const followed = this.#followed.get(id);
    if (followed === undefined) this.#psks.set(id, [...(this.#psks.get(id) ?? []), psk]);
    else if (psk.psk !== secret) addPsk(followed.vector, psk);
  }

  #arrive(messages: readonly (string | undefined)[], response: Fields): void {
    const authenticator = text(response, 'epoch_authenticator');
    if (authenticator === undefined) return;
    for (const message of messages) if (message !== undefined && !this.#authenticators.has(message)) this.#authenticators.set(message, authenticator);
  }

  #noteCommit(call: CallRecord, response: Fields): void {
    const { request } = call;
    const begins = [text(response, 'commit'), text(response, 'welcome')].filter((message) => message !== undefined);
    this.#pending.set(handle(call, request['state_id']), begins);
    const values = list(request['by_value']);
    const references = list(request['by_reference']);
    const needs = values.some(isResumption) || references.some((proposal) => typeof proposal === 'string' && this.#needPast.has(proposal));
    const welcome = text(response, 'welcome');
    if (needs && welcome !== undefined) this.#needPast.add(welcome);
  }

  #join(call: CallRecord, response: Fields): void {
    const { request, actor } = call;
    const id = handle(call, request['transaction_id']);
    const joined = this.#begin(id, request, response);
    this.#joiners.push(joined);
    this.#arrive([text(request, 'welcome')], response);
    this.#prepared.delete(id);
    if ('vector' in joined) this.#followed.set(handle(call, response['state_id']), { vector: joined.vector, actor });
  }

  #begin(id: string, request: Fields, response: Fields): { readonly vector: Vector } | { readonly reason: string } {
    const prepared = this.#prepared.get(id) ?? 'it is not known which KeyPackage they joined with';
    if (typeof prepared === 'string') return { reason: prepared };
    const { keyPackage, keys } = prepared;
    const psks = this.#psks.get(id) ?? [];
    const privateKeys = ['signature_priv', 'encryption_priv', 'init_priv'].map((name) => text(keys, name));
    const [welcome, authenticator] = [text(request, 'welcome'), text(response, 'epoch_authenticator')];
    if ([...privateKeys, ...psks.map(({ psk }) => psk)].includes(secret)) return { reason: 'the record has no secrets; run with --keep-secrets' };
    if (privateKeys.includes(undefined)) return { reason: 'their implementation returns no private keys' };
    if (welcome === undefined || authenticator === undefined) return { reason: 'their implementation returns no epoch authenticator' };
    if (this.#needPast.has(welcome)) return { reason: 'their Welcome needs a PSK of an earlier epoch' };

    const [signature, encryption, init] = privateKeys;
    const tree = text(request, 'ratchet_tree');
    const vector: Vector = {
      cipher_suite: keyPackage.cipherSuite,
      external_psks: [],
      key_package: encodedKeyPackage(keyPackage),
      signature_priv: bareSignatureKey(signature!),
      encryption_priv: bareKey(encryption!, keyPackage.cipherSuite),
      init_priv: bareKey(init!, keyPackage.cipherSuite),
      welcome: toHex(welcome),
      ratchet_tree: tree === undefined ? null : toHex(tree),
      initial_epoch_authenticator: toHex(authenticator),
      epochs: [],
    };
    for (const psk of psks) addPsk(vector, psk);
    return { vector };
  }

  /** What a member handles after it has acted itself depends on keys that nobody returned, so there its vector ends. */
  #follow(call: CallRecord, response: Fields): void {
    this.#arrive([text(call.request, 'commit')], response);
    const before = handle(call, call.request['state_id']);
    const followed = this.#followed.get(before);
    if (followed === undefined) return;
    this.#followed.delete(before);
    const proposals = list(call.request['proposal']).filter((proposal) => typeof proposal === 'string');
    const [commit, authenticator] = [text(call.request, 'commit'), text(response, 'epoch_authenticator')];
    const isOwn = proposals.some((proposal) => this.#proposers.get(proposal) === followed.actor);
    if (isOwn || commit === undefined || authenticator === undefined || proposals.some((proposal) => this.#needPast.has(proposal))) return;
    followed.vector.epochs.push({ proposals: proposals.map(toHex), commit: toHex(commit), epoch_authenticator: toHex(authenticator) });
    if (call.rpc === 'HandleCommit') this.#followed.set(handle(call, response['state_id']), followed);
  }
}

/** What stands for a secret that a record does not keep. */
const secret = '[secret]';

const handle = ({ implementation }: CallRecord, id: unknown): string => `${implementation}\n${String(id ?? 0)}`;
const text = (fields: Fields, name: string): string | undefined => (typeof fields[name] === 'string' ? (fields[name] as string) : undefined);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const base64 = (value = ''): Uint8Array => Buffer.from(value, 'base64');
const toHex = (value = ''): string => Buffer.from(value, 'base64').toString('hex');

function addPsk({ external_psks: psks }: Vector, { psk_id, psk }: { readonly psk_id: string; readonly psk: string }): void {
  if (!psks.some((known) => known.psk_id === psk_id)) psks.push({ psk_id, psk: toHex(psk) });
}

/** Whether a ProposalDescription is of a resumption PSK; its type is a word, in base64. */
function isResumption(description: unknown): boolean {
  const type = typeof description === 'object' && description !== null && 'proposal_type' in description ? description.proposal_type : '';
  return typeof type === 'string' && Buffer.from(type, 'base64').toString('latin1') === 'resumptionPSK';
}

function decodedKeyPackage(bytes: Uint8Array): KeyPackage {
  const message = decode(MLSMessage, bytes, 'MLSMessage');
  if (message.wireFormat !== 'mls_key_package') throw new MLSError('invalid', `a ${message.wireFormat} stands for a KeyPackage`);
  return message.keyPackage;
}

function addedKeyPackage(bytes: Uint8Array): KeyPackage {
  const message = decode(MLSMessage, bytes, 'MLSMessage');
  const content = message.wireFormat === 'mls_public_message' ? message.publicMessage.content : undefined;
  if (content?.contentType !== 'proposal' || content.proposal.proposalType !== 'add') throw new MLSError('invalid', 'a new member proposes something else than an Add');
  return content.proposal.keyPackage;
}

const encodedKeyPackage = (keyPackage: KeyPackage): string => Buffer.from(encode(MLSMessage, { version: mls10, wireFormat: 'mls_key_package', keyPackage })).toString('hex');

/** Lengths of HPKE private keys by cipher suite (RFC 9180 §7.1). */
const hpkeKeyLength: ReadonlyMap<number, number> = new Map([[1, 32], [2, 32], [3, 32], [4, 56], [5, 66], [6, 56], [7, 48]]);

/** An HPKE private key without the length before it with which some implementations return it. */
function bareKey(key: string, cipherSuite: number): string {
  const bytes = base64(key);
  if (bytes.length === hpkeKeyLength.get(cipherSuite)) return toHex(key);
  try {
    return Buffer.from(decode(opaque, bytes, 'private key')).toString('hex');
  } catch (error) {
    if (error instanceof MLSError) return toHex(key);
    throw error;
  }
}

/** What comes before an Ed25519 or Ed448 private key in PKCS #8 (RFC 8410 §7), as some implementations return it. */
const pkcs8Headers = ['302e020100300506032b657004220420', '3047020100300506032b6571043b0439'] as const;

function bareSignatureKey(key: string): string {
  const bytes = toHex(key);
  const header = pkcs8Headers.find((known) => bytes.startsWith(known));
  return header === undefined ? bytes : bytes.slice(header.length);
}
