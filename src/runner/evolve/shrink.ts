/**
 * Makes a script that fails as small as it gets, as property-based testers do: leave out decisions, take what is left to be
 * simpler, and each time derive the script anew. What has become impossible is left out with its cause, so every candidate
 * is a valid history of its own.
 */
import { parseScripts, type Script } from '../script.ts';
import { decisionsOf, type Decision, type Described } from './decision.ts';
import { GroupModel, type RawStep } from './group-model.ts';

export interface ShrinkOptions {
  /** How often `stillFails` is asked at most; 500 when absent. */
  readonly attempts?: number;
  /** Told after every attempt how many steps the smallest has that fails so far. */
  readonly onProgress?: (steps: number, attempts: number) => void;
  /** Aborted to be content with what is found so far. */
  readonly stop?: AbortSignal;
}

export interface Shrunk {
  /** Called `...-shrunk`; the steps of `sources` make a script file. */
  readonly script: Script;
  readonly attempts: number;
  /** Whether nothing more could be left out; false when the attempts ran out before, or it was stopped. */
  readonly minimal: boolean;
}

/**
 * The smallest script found for which `stillFails` holds; what counts as failing in the same way is for the caller to say.
 * The same script and answers give the same result.
 * @throws ScriptError for a script with actions that evolutions do not have
 */
export async function shrink(script: Script, stillFails: (candidate: Script) => Promise<boolean>, options: ShrinkOptions = {}): Promise<Shrunk> {
  const search = new Search(script, stillFails, options);
  const { decisions } = derived(decisionsOf(script));
  const smallest = await search.run(decisions);
  return { script: scriptOf(script, derived(smallest).steps), attempts: search.attempts, minimal: !search.exhausted };
}

interface Derived {
  readonly decisions: readonly Decision[];
  readonly steps: readonly RawStep[];
}

/** What is possible of the decisions, in their order, and the steps that it makes. */
function derived(decisions: readonly Decision[]): Derived {
  const group = new GroupModel();
  for (const decision of decisions) group.admit(decision);
  return { decisions: group.admitted, steps: group.steps };
}

function scriptOf({ file, name }: Script, steps: readonly RawStep[]): Script {
  const shrunk = name.endsWith('-shrunk') ? name : `${name}-shrunk`;
  return parseScripts(file, JSON.stringify({ scripts: { [shrunk]: steps } })).scripts[0]!;
}

class Search {
  attempts = 0;
  exhausted = false;
  readonly #script: Script;
  readonly #stillFails: (candidate: Script) => Promise<boolean>;
  readonly #most: number;
  readonly #onProgress: NonNullable<ShrinkOptions['onProgress']>;
  readonly #stop: AbortSignal | undefined;
  readonly #tried = new Set<string>();
  #best: readonly Decision[] = [];

  constructor(script: Script, stillFails: (candidate: Script) => Promise<boolean>, { attempts = 500, onProgress = () => {}, stop }: ShrinkOptions) {
    this.#script = script;
    this.#stillFails = stillFails;
    this.#most = attempts;
    this.#onProgress = onProgress;
    this.#stop = stop;
  }

  /** Passes over the decisions until none of them changes anything. */
  async run(decisions: readonly Decision[]): Promise<readonly Decision[]> {
    this.#best = decisions;
    this.#tried.add(textOf(decisions));
    for (let before: readonly Decision[] = []; before !== this.#best && !this.exhausted; ) {
      before = this.#best;
      await this.#cutTail();
      await this.#leaveOutChunks();
      await this.#leaveOutActors();
      await this.#beginLater();
      await this.#simplify();
    }
    return this.#best;
  }

  /** Takes the candidate when it is new, fails, and is smaller or simpler. */
  async #improves(candidate: readonly Decision[]): Promise<boolean> {
    const { decisions } = derived(candidate);
    const text = textOf(decisions);
    if (decisions.length === 0 || !isSimpler(decisions, this.#best) || this.#tried.has(text)) return false;
    if (this.attempts >= this.#most || this.#stop?.aborted === true) {
      this.exhausted = true;
      return false;
    }
    this.#tried.add(text);
    this.attempts++;
    const fails = await this.#stillFails(scriptOf(this.#script, derived(decisions).steps));
    if (fails) this.#best = decisions;
    this.#onProgress(this.#best.length, this.attempts);
    return fails;
  }

  /** Most failures need nothing of what comes after them. */
  async #cutTail(): Promise<void> {
    let [most, least] = [this.#best.length, 0];
    while (most - least > 1) {
      const middle = Math.floor((most + least) / 2);
      if (await this.#improves(this.#best.slice(0, middle))) most = this.#best.length;
      else least = middle;
    }
  }

  /** Delta debugging (Zeller): ever smaller chunks, down to single decisions. */
  async #leaveOutChunks(): Promise<void> {
    for (let size = Math.ceil(this.#best.length / 2); size >= 1; size = Math.floor(size / 2)) {
      // From the end, where less depends on what goes.
      for (let end = this.#best.length; end > 1; end = Math.min(end - size, this.#best.length)) {
        await this.#improves(this.#best.toSpliced(Math.max(1, end - size), Math.min(size, end - 1)));
      }
    }
  }

  /** One actor less: whatever it does is left out, or done by another. */
  async #leaveOutActors(): Promise<void> {
    for (const actor of actorsIn(this.#best).toReversed()) {
      if (await this.#improves(this.#best.map((decision) => without(actor, decision)).filter((decision) => decision !== undefined))) continue;
      for (const other of actorsIn(this.#best)) {
        if (other !== actor && (await this.#improves(this.#best.map((decision) => renamed(decision, actor, other))))) break;
      }
    }
  }

  /** Who joins some time is there from the start, and the ways in fall away. */
  async #beginLater(): Promise<void> {
    const [first] = this.#best;
    if (first?.kind !== 'create') return;
    for (const actor of actorsIn(this.#best)) {
      const now = this.#best[0] as typeof first;
      if (now.actor !== actor && !now.members.includes(actor)) await this.#improves([{ ...now, members: [...now.members, actor] }, ...this.#best.slice(1)]);
    }
  }

  async #simplify(): Promise<void> {
    for (let i = 0; i < this.#best.length; i++) {
      for (const simpler of simplerThan(this.#best[i]!)) await this.#improves(this.#best.with(i, simpler));
    }
  }
}

const textOf = (decisions: readonly Decision[]): string => JSON.stringify(derived(decisions).steps);

/** Fewer steps, or as many with fewer people or less in them. Falls with every improvement, so the search ends. */
function isSimpler(candidate: readonly Decision[], best: readonly Decision[]): boolean {
  const weight = (decisions: readonly Decision[]): readonly number[] => [
    decisions.length,
    actorsIn(decisions).length,
    decisions.reduce((total, decision) => total + tiesOf(decision), 0),
    textOf(decisions).length,
  ];
  const [left, right] = [weight(candidate), weight(best)];
  const differing = left.findIndex((part, i) => part !== right[i]);
  return differing >= 0 && left[differing]! < right[differing]!;
}

/** How many other decisions and people its proposals need: what needs less lets more be left out. */
function tiesOf(decision: Decision): number {
  const proposals = [...('proposal' in decision ? [decision.proposal] : []), ...('byValue' in decision ? decision.byValue : [])];
  const references = 'byReference' in decision ? decision.byReference.length : 0;
  return references + proposals.filter(({ type }) => type === 'add' || type === 'remove' || type === 'externalPSK').length;
}

/** In order of appearance. */
function actorsIn(decisions: readonly Decision[]): string[] {
  const named = decisions.flatMap((decision) => [
    ...('actor' in decision ? [decision.actor] : []),
    ...('member' in decision ? [decision.member] : []),
    ...('joiner' in decision ? [decision.joiner] : []),
    ...('signer' in decision ? [decision.signer] : []),
    ...('members' in decision ? decision.members : []),
  ]);
  return [...new Set(named)];
}

function without(actor: string, decision: Decision): Decision | undefined {
  if (decision.kind === 'create' && decision.actor !== actor) return { ...decision, members: decision.members.filter((member) => member !== actor) };
  return actorsIn([decision]).includes(actor) ? undefined : decision;
}

/** With every mention of one actor made one of another. */
function renamed(decision: Decision, from: string, to: string): Decision {
  const other = (name: string): string => (name === from ? to : name);
  const proposal = (described: Described): Described => (described.type === 'remove' ? { ...described, removed: other(described.removed) } : described);
  return {
    ...decision,
    ...('actor' in decision ? { actor: other(decision.actor) } : {}),
    ...('member' in decision ? { member: other(decision.member) } : {}),
    ...('joiner' in decision ? { joiner: other(decision.joiner) } : {}),
    ...('signer' in decision ? { signer: other(decision.signer) } : {}),
    ...('members' in decision ? { members: decision.members.map(other) } : {}),
    ...('proposal' in decision && decision.proposal.type !== 'update' ? { proposal: proposal(decision.proposal) } : {}),
    ...('byValue' in decision ? { byValue: decision.byValue.map(proposal) } : {}),
  } as Decision;
}

const noExtensions: Described = { type: 'groupContextExtensions', extensions: [] };

/** Simpler ways to decide the same. */
function simplerThan(decision: Decision): Decision[] {
  switch (decision.kind) {
    case 'create':
      return decision.members.map((_, i) => ({ ...decision, members: decision.members.toSpliced(i, 1) }));
    case 'commit':
      return [
        { ...decision, byReference: [], byValue: [], forcePath: false, treeApart: false },
        { ...decision, forcePath: false },
        { ...decision, treeApart: false },
        ...decision.byReference.map((_, i) => ({ ...decision, byReference: decision.byReference.toSpliced(i, 1) })),
        ...decision.byValue.map((_, i) => ({ ...decision, byValue: decision.byValue.toSpliced(i, 1) })),
      ];
    case 'externalJoin':
      return [
        { ...decision, treeApart: false },
        ...decision.psks.map((_, i) => ({ ...decision, psks: decision.psks.toSpliced(i, 1) })),
      ];
    case 'propose':
      return decision.proposal.type === 'groupContextExtensions' ? [{ ...decision, proposal: noExtensions }] : [];
    case 'signerProposes':
      // It needs nobody else.
      return [{ ...decision, proposal: noExtensions }];
    default:
      return [];
  }
}
