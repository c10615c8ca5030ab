/** Groups of real members whose calls are told as a runner would have recorded them. */
import { add, createClient, nativeProvider, remove, update, type Client, type Group } from '../../../src/index.ts';
import { utf8 } from '../../../src/mls/bytes.ts';
import { FramedContent } from '../../../src/mls/wire/framing.ts';
import { encode } from '../../../src/mls/wire/presentation-language.ts';
import type { CallRecord, Sight } from '../../../src/report/record/record.ts';
import { openPolicy } from '../../../src/hostile/open-policy.ts';

const provider = nativeProvider();
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

export class Story {
  readonly calls: CallRecord[] = [];
  readonly sights: Sight[] = [];
  readonly #clients = new Map<string, Client>();
  readonly #groups = new Map<string, Group>();
  readonly #labels: { readonly [actor: string]: string };
  #step = 0;

  constructor(labels: { readonly [actor: string]: string }) {
    this.#labels = labels;
  }

  step(number: number): void {
    this.#step = number;
  }

  async create(actor: string): Promise<void> {
    this.#groups.set(actor, await (await this.#client(actor)).createGroup({ groupId: utf8('a group of the fixture') }));
    this.#call(actor, 'CreateGroup', { group_id: base64(utf8('a group of the fixture')), cipher_suite: 1, identity: base64(utf8(actor)) }, { state_id: 1 });
  }

  async keyPackage(actor: string): Promise<Uint8Array> {
    const { message } = await (await this.#client(actor)).createKeyPackage();
    const secrets = { init_priv: '[secret]', encryption_priv: '[secret]', signature_priv: '[secret]' };
    this.#call(actor, 'CreateKeyPackage', { cipher_suite: 1, identity: base64(utf8(actor)) }, { transaction_id: 7, key_package: base64(message), ...secrets });
    return message;
  }

  async proposeUpdate(actor: string): Promise<Uint8Array> {
    const { group, message } = await this.#group(actor).propose(update());
    this.#groups.set(actor, group);
    for (const other of this.#groups.keys()) if (other !== actor) this.#groups.set(other, await receive(this.#group(other), message));
    this.#call(actor, 'UpdateProposal', { state_id: 2 }, { proposal: base64(message) });
    return message;
  }

  /** A Commit that all members handle and all of `joiners` join by. */
  async commit(actor: string, { byReference = [], removes = [], joiners = [] }: { byReference?: readonly Uint8Array[]; removes?: readonly string[]; joiners?: readonly string[] } = {}): Promise<void> {
    const keyPackages: Uint8Array[] = [];
    for (const joiner of joiners) keyPackages.push(await this.keyPackage(joiner));
    const members = this.#group(actor).members;
    const leaves = removes.map((name) => members.find(({ credential }) => credential.credentialType === 'basic' && Buffer.from(credential.identity).toString() === name)!.leafIndex);
    const { group, commit, welcome } = await this.#group(actor).commit({ proposals: [...keyPackages.map((message) => add(message)), ...leaves.map((leaf) => remove(leaf))] });
    const byValue = [...keyPackages.map((message) => ({ proposal_type: base64(utf8('add')), key_package: base64(message) })), ...removes.map((name) => ({ proposal_type: base64(utf8('remove')), removed_id: base64(utf8(name)) }))];
    const request = { state_id: 3, ...(byReference.length > 0 ? { by_reference: byReference.map(base64) } : {}), ...(byValue.length > 0 ? { by_value: byValue } : {}) };
    this.#call(actor, 'Commit', request, { commit: base64(commit), ...(welcome === undefined ? {} : { welcome: base64(welcome) }) });
    this.#see(actor, 'tree', group.ratchetTree(), Number(group.epoch));
    this.#call(actor, 'HandlePendingCommit', { state_id: 3 }, { state_id: 4, epoch_authenticator: base64(group.epochAuthenticator) });
    for (const member of [...this.#groups.keys()].filter((name) => name !== actor && !removes.includes(name))) {
      const after = await receive(this.#group(member), commit);
      this.#groups.set(member, after);
      this.#call(member, 'HandleCommit', { state_id: 5, ...(byReference.length > 0 ? { proposal: byReference.map(base64) } : {}), commit: base64(commit) }, { state_id: 6, epoch_authenticator: base64(after.epochAuthenticator) });
    }
    this.#groups.set(actor, group);
    for (const name of removes) this.#groups.delete(name);
    const groupInfo = await group.groupInfo();
    for (const joiner of joiners) {
      const joined = await this.#clients.get(joiner)!.join(welcome!);
      this.#groups.set(joiner, joined);
      this.#call(joiner, 'JoinGroup', { transaction_id: 7, welcome: base64(welcome!), identity: base64(utf8(joiner)) }, { state_id: 8, epoch_authenticator: base64(joined.epochAuthenticator) });
      this.#see(joiner, 'group_info', groupInfo.subarray(4));
    }
  }

  /** An application message that every other member opens; the runner may see inside. */
  async say(actor: string, text: string): Promise<void> {
    const group = this.#group(actor);
    const message = await group.send(utf8(text));
    this.#call(actor, 'Protect', { state_id: 4, plaintext: base64(utf8(text)) }, { ciphertext: base64(message) });
    const content = { groupId: group.groupId, epoch: group.epoch, sender: { senderType: 'member', leafIndex: group.ownLeafIndex }, authenticatedData: new Uint8Array(0), contentType: 'application', applicationData: utf8(text) } as const;
    this.#see(actor, 'content', encode(FramedContent, content));
    for (const member of this.#groups.keys()) if (member !== actor) this.#call(member, 'Unprotect', { state_id: 6, ciphertext: base64(message) }, { plaintext: base64(utf8(text)) });
  }

  /** The last call, as if it had been refused. */
  refuse(code: string, message: string): void {
    const { response: _, ...call } = this.calls.pop()!;
    this.calls.push({ ...call, error: { code, message } });
  }

  async #client(actor: string): Promise<Client> {
    const known = this.#clients.get(actor) ?? (await createClient({ crypto: provider, cipherSuite: 1, credential: actor, policy: openPolicy, handshakeAs: 'public' }));
    this.#clients.set(actor, known);
    return known;
  }

  #group(actor: string): Group {
    return this.#groups.get(actor)!;
  }

  #call(actor: string, rpc: string, request: CallRecord['request'], response: CallRecord['response'] & object): void {
    this.calls.push({ step: this.#step, actor, implementation: this.#labels[actor]!, rpc, request, response, milliseconds: 2 + (this.calls.length % 7) });
  }

  #see(actor: string, kind: Sight['kind'], bytes: Uint8Array, epoch?: number): void {
    this.sights.push({ step: this.#step, call: this.calls.length - 1, seenBy: actor, kind, bytes: base64(bytes), ...(epoch === undefined ? {} : { epoch }) });
  }
}

async function receive(group: Group, message: Uint8Array): Promise<Group> {
  const received = await group.receive(message);
  if (received.kind === 'application' || received.kind === 'removed') throw new Error(`a handshake message was expected, this is ${received.kind}`);
  return received.group;
}
