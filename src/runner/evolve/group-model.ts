/**
 * A group as far as a script has to know it. It admits one decision after the other, each if it is possible by then, and
 * keeps the steps that come of them; every step holds at every member that follows the RFC.
 */
import { Batch, oldestEpochBack, type Present, type Proposed } from './batch.ts';
import type { Act, Decision, Described, Id } from './decision.ts';

/** A step as the JSON has it. */
export type RawStep = Readonly<Record<string, unknown>> & { readonly action: string };

export interface Message {
  readonly sender: string;
  readonly epoch: number;
  /** Those who could read it and have not yet. */
  readonly readers: Set<string>;
}

type Of<K extends Act['kind']> = Extract<Decision, { kind: K }>;

/** Some implementations open no message that is further back than this among those of its sender. */
const mostMessagesOfOne = 5;

export class GroupModel implements Present {
  readonly steps: RawStep[] = [];
  /** Those that were possible, without what in them was not. */
  readonly admitted: Decision[] = [];
  readonly size: Present['size'];
  members: readonly string[] = [];
  epoch = 0;
  readonly keyPackages = new Map<Id, string>();
  readonly psks = new Map<Id, Set<string>>();
  readonly joinedAt = new Map<string, number>();
  readonly signers = new Set<string>();
  /** All who are or were members: their PSKs go to a state, not to a pending join. */
  readonly seated = new Set<string>();
  /** All who ever were to be external signers: none of them is a member too. */
  readonly #outsiders = new Set<string>();
  /** What has been proposed in this epoch. */
  readonly proposed = new Map<Id, Proposed>();
  readonly messages = new Map<Id, Message>();
  readonly #stepOf = new Map<Id, number>();

  constructor(size: Present['size'] = { least: 1, most: Infinity }) {
    this.size = size;
  }

  /** Takes the decision if it is possible now; else nothing changes. */
  admit(decision: Decision): boolean {
    const began = this.members.length > 0;
    if (began === (decision.kind === 'create')) return false;
    switch (decision.kind) {
      case 'create':
        return this.#create(decision);
      case 'keyPackage':
        return this.#keyPackage(decision);
      case 'psk':
        return this.#psk(decision);
      case 'propose':
        return this.members.includes(decision.actor) && this.#propose(decision, { sender: decision.actor, proposal: decision.proposal });
      case 'newMember':
        return this.#newMember(decision);
      case 'addSigner':
        return this.#addSigner(decision);
      case 'signerProposes':
        return this.signers.has(decision.signer) && this.members.includes(decision.member) && this.#propose(decision, { proposal: decision.proposal });
      case 'commit':
        return this.#commit(decision);
      case 'externalJoin':
        return this.#externalJoin(decision);
      case 'send':
        return this.#send(decision);
      case 'read':
        return this.#read(decision);
      case 'check':
        return this.#check(decision);
    }
  }

  /** All that is proposed in this epoch. */
  batch(): Batch {
    return new Batch(this, this.proposed.values());
  }

  /** Whether a message can still be read by somebody: of one who has left, RFC 9420 lets a member forget the keys. */
  readable({ sender, epoch }: Message): boolean {
    return epoch >= this.epoch - oldestEpochBack && this.members.includes(sender);
  }

  #create(decision: Of<'create'>): boolean {
    const { actor } = decision;
    const members = [...new Set(decision.members)].filter((member) => member !== actor);
    if (1 + members.length > this.size.most) return false;
    this.#enter([actor]);
    if (members.length > 0) {
      this.epoch = 1;
      this.#enter(members);
    }
    return this.#taken({ ...decision, members }, { action: 'createGroup', actor, ...unlessEmpty('members', members) });
  }

  #keyPackage(decision: Of<'keyPackage'>): boolean {
    const { actor } = decision;
    if (this.members.includes(actor) || this.#outsiders.has(actor) || this.batch().joiners.includes(actor)) return false;
    this.#beginAnew([actor]);
    this.keyPackages.set(decision.id, actor);
    return this.#taken(decision, { action: 'createKeyPackage', actor });
  }

  #psk(decision: Of<'psk'>): boolean {
    const waiting = [...new Set([...this.keyPackages.values(), ...this.batch().joiners])].filter((actor) => !this.seated.has(actor));
    const clients = [...this.members, ...waiting];
    this.psks.set(decision.id, new Set(clients));
    return this.#taken(decision, { action: 'installExternalPSK', clients });
  }

  #newMember(decision: Of<'newMember'>): boolean {
    const { actor, joiner } = decision;
    if (!this.members.includes(actor) || this.#outsiders.has(joiner)) return false;
    // Whatever PSKs the joiner has, its new pending join has none.
    const needsPsk = [...this.proposed.values()].some(({ proposal }) => proposal.type === 'externalPSK');
    if (needsPsk || !this.batch().add({ proposal: { type: 'newMember', joiner } })) return false;
    this.#beginAnew([joiner]);
    return this.#propose(decision, { proposal: { type: 'newMember', joiner } });
  }

  #addSigner(decision: Of<'addSigner'>): boolean {
    const { actor, signer } = decision;
    const mayJoin = this.seated.has(signer) || [...this.keyPackages.values(), ...this.batch().joiners].includes(signer);
    if (!this.members.includes(actor) || mayJoin) return false;
    if (!this.#propose(decision, { sender: actor, proposal: { type: 'signer', signer } })) return false;
    this.#outsiders.add(signer);
    return true;
  }

  #propose(decision: Of<'propose' | 'newMember' | 'addSigner' | 'signerProposes'>, proposed: Proposed): boolean {
    if (!this.batch().add(proposed)) return false;
    this.proposed.set(decision.id, proposed);
    return this.#taken(decision, this.#proposalStep(decision));
  }

  #proposalStep(decision: Of<'propose' | 'newMember' | 'addSigner' | 'signerProposes'>): RawStep {
    switch (decision.kind) {
      case 'newMember':
        return { action: 'newMemberAddProposal', actor: decision.actor, joiner: decision.joiner };
      case 'addSigner':
        return { action: 'addExternalSigner', actor: decision.actor, signer: decision.signer };
      case 'signerProposes':
        return { action: 'externalSignerProposal', actor: decision.signer, member: decision.member, description: this.#described(decision.proposal) };
      case 'propose': {
        const { actor, proposal } = decision;
        if (proposal.type === 'update') return { action: 'updateProposal', actor };
        const { proposalType, ...said } = this.#described(proposal);
        return { action: `${proposalType}Proposal`, actor, ...said };
      }
    }
  }

  #commit(decision: Of<'commit'>): boolean {
    const { actor, forcePath } = decision;
    if (!this.members.includes(actor)) return false;
    const batch = new Batch(this, [], actor);
    const byReference = decision.byReference.filter((id) => this.proposed.has(id) && batch.add(this.proposed.get(id)!));
    const byValue = decision.byValue.filter((proposal) => batch.add({ sender: actor, proposal }));
    const treeApart = decision.treeApart && batch.joiners.length > 0;
    const staying = batch.staying();
    const step = {
      action: 'fullCommit',
      actor,
      ...(byReference.length > 0 ? { byReference: byReference.map((id) => this.#stepOf.get(id)!) } : {}),
      ...(byValue.length > 0 ? { byValue: byValue.map((proposal) => this.#described(proposal)) } : {}),
      ...unlessEmpty('members', staying.filter((member) => member !== actor)),
      ...unlessEmpty('joiners', batch.joiners),
      ...(forcePath ? { force_path: true } : {}),
      ...(treeApart ? { external_tree: true } : {}),
    };

    this.#nextEpoch();
    this.#leave([...batch.leavers]);
    this.#enter(batch.joiners);
    if (batch.extensions?.type === 'groupContextExtensions') this.signers.clear();
    if (batch.extensions?.type === 'signer') this.signers.add(batch.extensions.signer);
    return this.#taken({ ...decision, byReference, byValue, treeApart }, step);
  }

  #externalJoin(decision: Of<'externalJoin'>): boolean {
    const { actor, joiner, removePrior, treeApart } = decision;
    const present = this.members.includes(joiner);
    if (!this.members.includes(actor) || actor === joiner || present !== removePrior || this.#outsiders.has(joiner)) return false;
    if (!present && this.members.length >= this.size.most) return false;
    const others = this.members.filter((member) => member !== joiner);
    const psks = decision.psks.filter((psk) => others.every((member) => this.psks.get(psk)?.has(member)));
    const step = {
      action: 'externalJoin',
      actor,
      joiner,
      ...unlessEmpty('members', others.filter((member) => member !== actor)),
      ...(treeApart ? { externalTree: true } : {}),
      ...(removePrior ? { removePrior: true } : {}),
      ...(psks.length > 0 ? { psks: psks.map((psk) => this.#stepOf.get(psk)!) } : {}),
    };

    // What was proposed is lost: an external Commit refers to nothing.
    this.#nextEpoch();
    this.#leave(present ? [joiner] : []);
    this.#beginAnew([joiner]);
    this.#enter([joiner]);
    return this.#taken({ ...decision, psks }, step);
  }

  #send(decision: Of<'send'>): boolean {
    const { actor: sender } = decision;
    // RFC 9420 §12.4: no application data while a proposal waits for its Commit.
    if (this.proposed.size > 0 || this.members.length < 2 || !this.members.includes(sender)) return false;
    if ([...this.messages.values()].filter((message) => message.sender === sender && message.epoch === this.epoch).length >= mostMessagesOfOne) return false;
    this.messages.set(decision.id, { sender, epoch: this.epoch, readers: new Set(this.members.filter((member) => member !== sender)) });
    return this.#taken(decision, { action: 'protect', actor: sender, authenticatedData: `epoch ${this.epoch}`, plaintext: `message of ${sender}` });
  }

  #read(decision: Of<'read'>): boolean {
    const { actor, message: id } = decision;
    const message = this.messages.get(id);
    if (message === undefined || !this.readable(message) || !message.readers.delete(actor)) return false;
    return this.#taken(decision, { action: 'unprotect', actor, ciphertext: this.#stepOf.get(id)! });
  }

  #check(decision: Of<'check'>): boolean {
    const { actor, what } = decision;
    if (!this.members.includes(actor)) return false;
    const exported = { label: 'evolution', context: `epoch ${this.epoch}`, length: 32 };
    return this.#taken(decision, { action: what, actor, ...(what === 'export' ? exported : {}) });
  }

  #described(proposal: Described): { readonly proposalType: string } & Readonly<Record<string, unknown>> {
    switch (proposal.type) {
      case 'add':
        return { proposalType: 'add', keyPackage: this.#stepOf.get(proposal.keyPackage)! };
      case 'remove':
        return { proposalType: 'remove', removed: proposal.removed };
      case 'externalPSK':
        return { proposalType: 'externalPSK', pskID: this.#stepOf.get(proposal.psk)! };
      case 'resumptionPSK':
        return { proposalType: 'resumptionPSK', epochID: this.epoch - proposal.back };
      case 'groupContextExtensions':
        return { proposalType: 'groupContextExtensions', extensions: proposal.extensions };
    }
  }

  #nextEpoch(): void {
    this.epoch++;
    this.proposed.clear();
  }

  #enter(joiners: readonly string[]): void {
    this.members = [...this.members, ...joiners];
    for (const joiner of joiners) {
      this.joinedAt.set(joiner, this.epoch);
      this.seated.add(joiner);
    }
    this.#forgetKeyPackages(joiners);
  }

  /** Whoever comes back has a new state, which knows nothing of the past. */
  #leave(leavers: readonly string[]): void {
    this.members = this.members.filter((member) => !leavers.includes(member));
    for (const { readers } of this.messages.values()) for (const leaver of leavers) readers.delete(leaver);
    for (const [id, { sender }] of this.messages) if (leavers.includes(sender)) this.messages.delete(id);
    this.#beginAnew(leavers);
  }

  /** PSKs are kept with a state or a pending join, and an actor has one of these at a time. */
  #beginAnew(actors: readonly string[]): void {
    this.#forgetKeyPackages(actors);
    for (const holders of this.psks.values()) for (const actor of actors) holders.delete(actor);
  }

  #forgetKeyPackages(owners: readonly string[]): void {
    for (const [id, owner] of this.keyPackages) if (owners.includes(owner)) this.keyPackages.delete(id);
  }

  #taken(decision: Decision, step: RawStep): true {
    this.admitted.push(decision);
    this.#stepOf.set(decision.id, this.steps.push(step) - 1);
    return true;
  }
}

const unlessEmpty = (key: string, names: readonly string[]) => (names.length === 0 ? {} : { [key]: names });
