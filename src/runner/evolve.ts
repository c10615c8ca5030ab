/**
 * Makes an ordinary script from a seed: a group that grows, changes, talks and shrinks for a given number of steps. Run as
 * a program it prints the script that the project carries:
 *
 *     node src/runner/evolve.ts > src/runner/scripts/evolution.json
 */
import { seeded, type Random } from './random.ts';

export interface EvolutionOptions {
  readonly seed: string;
  readonly steps: number;
  /** At most this many members at a time, and at least 2 once there were 2. */
  readonly maxMembers: number;
}

export const carriedEvolution: EvolutionOptions = { seed: '3', steps: 60, maxMembers: 5 };

/** A step as the JSON has it. */
type RawStep = Readonly<Record<string, unknown>> & { readonly action: string };

/** The steps of a script; every step holds at every member that follows the RFC. */
export function evolve({ seed, steps, maxMembers }: EvolutionOptions): RawStep[] {
  const evolution = new Evolution(seeded(seed, 'evolve'), maxMembers);
  // The end is reserved: one Commit of what is still proposed, then the two checks.
  while (evolution.steps.length < steps - 3) evolution.turn(steps - 3 - evolution.steps.length);
  evolution.commit();
  evolution.check('stateAuth');
  evolution.check('export');
  return evolution.steps;
}

interface Message {
  readonly step: number;
  readonly sender: string;
  /** Those who could read it and have not yet. */
  readonly readers: Set<string>;
  readonly epoch: number;
}

/** Some implementations keep no more than three past epochs. */
const oldestReadable = 2;

class Evolution {
  readonly steps: RawStep[] = [];
  readonly #random: Random;
  readonly #maxMembers: number;
  readonly #messages: Message[] = [];
  #members = ['m0'];
  #named = 1;
  #epoch = 0;
  // What has been proposed for the next Commit.
  #proposals: number[] = [];
  #proposers = new Set<string>();
  #updaters = new Set<string>();
  #joiners: string[] = [];
  #leavers = new Set<string>();
  #changesExtensions = false;
  #injectsPSK = false;

  constructor(random: Random, maxMembers: number) {
    this.#random = random;
    this.#maxMembers = maxMembers;
    this.#step({ action: 'createGroup', actor: 'm0' });
  }

  /** One thing that can happen now, in at most `room` steps. */
  turn(room: number): void {
    const idle = this.#proposals.length === 0;
    const possible: (() => void)[] = [];
    const weigh = (weight: number, isPossible: boolean, happen: () => void): void => {
      if (isPossible) for (let i = 0; i < weight; i++) possible.push(happen);
    };
    weigh(5, true, () => this.commit());
    weigh(6, this.#readable().length > 0, () => this.#read());
    // RFC 9420 §12.4: no application data while a proposal waits for its Commit.
    weigh(4, idle && this.#members.length > 1, () => this.#send());
    // A joiner needs the PSKs of the Commit that adds it, and gets those that come after its KeyPackage.
    weigh(3, room >= 2 && this.#size() < this.#maxMembers && !this.#injectsPSK, () => this.#proposeAdd());
    weigh(1, room >= 2, () => this.#proposePSK());
    weigh(2, idle && this.#members.length < this.#maxMembers, () => this.#joinFromOutside());
    weigh(2, idle && this.#members.length > 2, () => this.#resync());
    weigh(1, !this.#changesExtensions, () => this.#proposeExtensions());
    weigh(4, this.#mayUpdate().length > 0, () => this.#proposeUpdate());
    weigh(3, this.#mayLeave().length > 0, () => this.#proposeRemove());
    this.#random.pick(possible)();
  }

  /** A Commit of everything proposed, by somebody who may make it. */
  commit(): void {
    const committer = this.#random.pick(this.#staying().filter((member) => !this.#updaters.has(member)));
    this.#step({
      action: 'fullCommit',
      actor: committer,
      ...(this.#proposals.length > 0 ? { byReference: this.#proposals } : {}),
      ...unlessEmpty('members', this.#staying().filter((member) => member !== committer)),
      ...unlessEmpty('joiners', this.#joiners),
      ...(this.#random.below(3) === 0 ? { force_path: true } : {}),
    });
    this.#members = [...this.#staying(), ...this.#joiners];
    this.#nextEpoch();
  }

  check(action: 'stateAuth' | 'export'): void {
    const actor = this.#random.pick(this.#members);
    this.#step(action === 'stateAuth' ? { action, actor } : { action, actor, label: 'evolution', context: `epoch ${this.#epoch}`, length: 32 });
  }

  #send(): void {
    const sender = this.#random.pick(this.#members);
    const step = this.#step({ action: 'protect', actor: sender, authenticatedData: `epoch ${this.#epoch}`, plaintext: `message of ${sender}` });
    this.#messages.push({ step, sender, readers: new Set(this.#members.filter((member) => member !== sender)), epoch: this.#epoch });
  }

  #read(): void {
    const { step, readers } = this.#random.pick(this.#readable());
    const reader = this.#random.pick(this.#members.filter((member) => readers.has(member)));
    readers.delete(reader);
    this.#step({ action: 'unprotect', actor: reader, ciphertext: step });
  }

  /** The messages that a present member can still read, in any order. Of one who has left, RFC 9420 lets a member forget the keys. */
  #readable(): Message[] {
    return this.#messages.filter(
      ({ sender, readers, epoch }) =>
        epoch >= this.#epoch - oldestReadable && this.#members.includes(sender) && this.#members.some((member) => readers.has(member)),
    );
  }

  #proposeAdd(): void {
    const joiner = this.#newName();
    const keyPackage = this.#step({ action: 'createKeyPackage', actor: joiner });
    this.#propose({ action: 'addProposal', keyPackage });
    this.#joiners.push(joiner);
  }

  #proposePSK(): void {
    const pskID = this.#step({ action: 'installExternalPSK', clients: [...this.#members, ...this.#joiners] });
    this.#propose({ action: 'externalPSKProposal', pskID });
    this.#injectsPSK = true;
  }

  #proposeUpdate(): void {
    const member = this.#random.pick(this.#mayUpdate());
    this.#propose({ action: 'updateProposal' }, member);
    this.#updaters.add(member);
  }

  /** Not one who leaves, not twice, and somebody must be left to commit. */
  #mayUpdate(): string[] {
    const committers = this.#staying().filter((member) => !this.#updaters.has(member));
    return committers.length > 1 ? committers : [];
  }

  #proposeRemove(): void {
    const removed = this.#random.pick(this.#mayLeave());
    this.#propose({ action: 'removeProposal', removed }, this.#random.pick(this.#staying().filter((member) => member !== removed)));
    this.#leavers.add(removed);
  }

  /** Nobody who has proposed something, and never so many that one would be alone or none could commit. */
  #mayLeave(): string[] {
    if (this.#staying().length <= 2) return [];
    const others = (leaver: string) => this.#staying().some((member) => member !== leaver && !this.#updaters.has(member));
    return this.#staying().filter((member) => !this.#proposers.has(member) && others(member));
  }

  #proposeExtensions(): void {
    const extensions = this.#random.below(2) === 0 ? [] : [{ extension_type: 3, extension_data: 'AAACAAE=' }];
    this.#propose({ action: 'groupContextExtensionsProposal', extensions });
    this.#changesExtensions = true;
  }

  #joinFromOutside(): void {
    const joiner = this.#newName();
    this.#externalJoin(joiner, this.#members);
    this.#members = [...this.#members, joiner];
    this.#nextEpoch();
  }

  #resync(): void {
    const joiner = this.#random.pick(this.#members);
    this.#externalJoin(joiner, this.#members.filter((member) => member !== joiner), { removePrior: true });
    // Its new state knows nothing of the past.
    for (const { readers } of this.#messages) readers.delete(joiner);
    this.#nextEpoch();
  }

  #externalJoin(joiner: string, present: readonly string[], options: { readonly removePrior?: true } = {}): void {
    const actor = this.#random.pick(present);
    this.#step({ action: 'externalJoin', actor, joiner, ...unlessEmpty('members', present.filter((member) => member !== actor)), ...options });
  }

  #propose(proposal: RawStep, proposer = this.#random.pick(this.#staying())): void {
    this.#proposals.push(this.#step({ ...proposal, actor: proposer }));
    this.#proposers.add(proposer);
  }

  #staying(): string[] {
    return this.#members.filter((member) => !this.#leavers.has(member));
  }

  #size(): number {
    return this.#staying().length + this.#joiners.length;
  }

  #newName(): string {
    return `m${this.#named++}`;
  }

  #nextEpoch(): void {
    this.#epoch++;
    this.#proposals = [];
    this.#proposers = new Set();
    this.#updaters = new Set();
    this.#joiners = [];
    this.#leavers = new Set();
    this.#changesExtensions = false;
    this.#injectsPSK = false;
  }

  #step(step: RawStep): number {
    this.steps.push(step);
    return this.steps.length - 1;
  }
}

const unlessEmpty = (key: string, names: readonly string[]) => (names.length === 0 ? {} : { [key]: names });

/** The file that has the script, a line per step. */
export function evolutionFile(options: EvolutionOptions): string {
  const lines = evolve(options).map((step) => `      ${JSON.stringify(step)}`);
  return `{\n  "scripts": {\n    "sixty_steps": [\n${lines.join(',\n')}\n    ]\n  }\n}\n`;
}

if (import.meta.main) process.stdout.write(evolutionFile(carriedEvolution));
