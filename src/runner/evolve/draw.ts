/** Draws what may happen next. Whether it can, the model decides. */
import type { Random } from '../random.ts';
import type { Act, Described, Id, RawExtension } from './decision.ts';
import type { GroupModel } from './group-model.ts';

/**
 * What histories may have in them beyond adds, updates, removes by reference and empty Commits. Where a word is also that of
 * a feature of implementations, it means what that one needs.
 */
export const evolutionFeatures = [
  'application',
  'old-epoch',
  'out-of-order',
  'by-value',
  'not-committed',
  'self-remove',
  'late-joiner',
  'returning-member',
  'force-path',
  'tree-apart',
  'state-auth',
  'export',
  'external-join',
  'external-join-psk',
  'external-psk',
  'resumption-psk',
  'group-context-extensions',
  'new-member-proposal',
  'external-signer',
] as const;
export type EvolutionFeature = (typeof evolutionFeatures)[number];

export interface Wishes {
  readonly random: Random;
  readonly features: ReadonlySet<EvolutionFeature>;
}

/** Some acts in a row, such as a KeyPackage and its Add; what comes first gets the id `next`, and so on. */
type Draw = (group: GroupModel, wishes: Wishes, next: Id) => Act[];

/** How often each is tried, and the feature that it takes. */
const draws: readonly { readonly weight: number; readonly feature?: EvolutionFeature; readonly draw: Draw }[] = [
  { weight: 6, draw: (group, wishes) => [commit(group, wishes)] },
  { weight: 4, draw: (group, { random }) => [propose(group, random, { type: 'update' })] },
  { weight: 3, draw: remove },
  { weight: 3, draw: keyPackageAndAdd },
  { weight: 1, feature: 'late-joiner', draw: (group, wishes) => [{ kind: 'keyPackage', actor: newcomer(group, wishes) }] },
  { weight: 2, feature: 'late-joiner', draw: addLate },
  { weight: 6, feature: 'application', draw: (group, { random }) => [{ kind: 'send', actor: random.pick(group.members) }] },
  { weight: 9, feature: 'application', draw: read },
  { weight: 2, feature: 'external-join', draw: (group, wishes) => externalJoin(group, wishes, newcomer(group, wishes)) },
  { weight: 1, feature: 'external-join', draw: (group, wishes) => externalJoin(group, wishes, wishes.random.pick(group.members)) },
  { weight: 1, feature: 'external-psk', draw: (group, { random }, next) => [{ kind: 'psk' }, propose(group, random, { type: 'externalPSK', psk: next })] },
  { weight: 1, feature: 'external-psk', draw: pskAgain },
  { weight: 1, feature: 'resumption-psk', draw: (group, { random }) => [propose(group, random, resumption(random))] },
  { weight: 1, feature: 'group-context-extensions', draw: (group, { random }) => [propose(group, random, extensions(random))] },
  { weight: 1, feature: 'new-member-proposal', draw: newMember },
  { weight: 1, feature: 'external-signer', draw: (group, { random }) => [{ kind: 'addSigner', actor: random.pick(group.members), signer: random.pick(signers) }] },
  { weight: 6, feature: 'external-signer', draw: signerProposes },
  { weight: 1, draw: check },
];

/** One time each for every unit of weight. */
export function drawsOf(features: ReadonlySet<EvolutionFeature>): Draw[] {
  return draws.filter(({ feature }) => feature === undefined || features.has(feature)).flatMap(({ weight, draw }) => new Array<Draw>(weight).fill(draw));
}

/** The first decision: somebody alone, or with others from the start. */
export function creation({ random }: Wishes, most: number): Act {
  const members = Array.from({ length: random.below(Math.min(3, most)) }, (_, i) => `m${i + 1}`);
  return { kind: 'create', actor: 'm0', members };
}

/** A Commit of what is proposed, by somebody who may make it for all of it if there is one. */
export function commit(group: GroupModel, { random, features }: Wishes): Act {
  const batch = group.batch();
  const makers = batch.staying().filter((member) => !batch.updaters.has(member));
  const notAll = features.has('not-committed') && random.below(8) === 0;
  return {
    kind: 'commit',
    actor: random.pick(notAll ? group.members : makers),
    byReference: [...group.proposed.keys()].filter(() => !notAll || random.below(2) === 0),
    byValue: features.has('by-value') ? some(random, () => byValue(group, { random, features })).flat() : [],
    forcePath: features.has('force-path') && random.below(3) === 0,
    treeApart: features.has('tree-apart') && random.below(2) === 0,
  };
}

const some = <T>(random: Random, make: () => T): T[] => (random.below(2) === 0 ? Array.from({ length: 1 + random.below(3) }, make) : []);

/** The checks that are wished for. */
export function checksOf({ features }: Wishes): ('stateAuth' | 'export')[] {
  return [...(features.has('state-auth') ? ['stateAuth' as const] : []), ...(features.has('export') ? ['export' as const] : [])];
}

const signers = ['s0', 's1'];

/** A required_capabilities extension that asks for basic credentials. */
const required: RawExtension = { extension_type: 3, extension_data: 'AAACAAE=' };

const extensions = (random: Random): Described => ({ type: 'groupContextExtensions', extensions: random.below(3) === 0 ? [] : [required] });

const resumption = (random: Random): Described => ({ type: 'resumptionPSK', back: random.below(3) });

/** Somebody new, or who was there before. */
function newcomer(group: GroupModel, { random, features }: Wishes): string {
  const gone = [...group.seated].filter((member) => !group.members.includes(member));
  if (features.has('returning-member') && gone.length > 0 && random.below(3) === 0) return random.pick(gone);
  const waiting = new Set([...group.keyPackages.values(), ...group.batch().joiners]);
  for (let number = group.seated.size; ; number++) {
    const name = `m${number}`;
    if (!group.seated.has(name) && !waiting.has(name)) return name;
  }
}

/** By any member. */
const propose = (group: GroupModel, random: Random, proposal: Described | { readonly type: 'update' }): Act => ({
  kind: 'propose',
  actor: random.pick(group.members),
  proposal,
});

function newMember(group: GroupModel, wishes: Wishes): Act[] {
  return [{ kind: 'newMember', actor: wishes.random.pick(group.members), joiner: newcomer(group, wishes) }];
}

function remove(group: GroupModel, { random, features }: Wishes): Act[] {
  const actor = random.pick(group.members);
  const removed = random.pick(group.members);
  return actor === removed && !features.has('self-remove') ? [] : [{ kind: 'propose', actor, proposal: { type: 'remove', removed } }];
}

function keyPackageAndAdd(group: GroupModel, wishes: Wishes, next: Id): Act[] {
  if (group.batch().staying().length >= group.size.most) return [];
  return [{ kind: 'keyPackage', actor: newcomer(group, wishes) }, propose(group, wishes.random, { type: 'add', keyPackage: next })];
}

function addLate(group: GroupModel, { random }: Wishes): Act[] {
  if (group.keyPackages.size === 0) return [];
  return [propose(group, random, { type: 'add', keyPackage: random.pick([...group.keyPackages.keys()]) })];
}

function pskAgain(group: GroupModel, { random }: Wishes): Act[] {
  if (group.psks.size === 0) return [];
  return [propose(group, random, { type: 'externalPSK', psk: random.pick([...group.psks.keys()]) })];
}

function read(group: GroupModel, { random, features }: Wishes): Act[] {
  const waiting = [...group.messages].filter(([, message]) => group.readable(message) && message.readers.size > 0);
  if (waiting.length === 0) return [];
  const [id, { sender, epoch, readers }] = random.pick(waiting);
  const actor = random.pick([...readers]);
  if (epoch < group.epoch && !features.has('old-epoch')) return [];
  const earlier = waiting.some(([other, message]) => other < id && message.sender === sender && message.epoch === epoch && message.readers.has(actor));
  return earlier && !features.has('out-of-order') ? [] : [{ kind: 'read', actor, message: id }];
}

/** A member that joins so leaves its former place. What was proposed is then never committed. */
function externalJoin(group: GroupModel, { random, features }: Wishes, joiner: string): Act[] {
  if (group.proposed.size > 0 && !features.has('not-committed')) return [];
  const known = [...group.psks.keys()];
  return [
    {
      kind: 'externalJoin',
      actor: random.pick(group.members),
      joiner,
      removePrior: group.members.includes(joiner),
      treeApart: features.has('tree-apart') && random.below(2) === 0,
      psks: features.has('external-join-psk') && known.length > 0 && random.below(3) === 0 ? [random.pick(known)] : [],
    },
  ];
}

function check(group: GroupModel, wishes: Wishes): Act[] {
  const checks = checksOf(wishes);
  const { random } = wishes;
  return checks.length === 0 ? [] : [{ kind: 'check', actor: random.pick(group.members), what: random.pick(checks) }];
}

function signerProposes(group: GroupModel, wishes: Wishes): Act[] {
  if (group.signers.size === 0) return [];
  const { random } = wishes;
  const act = (proposal: Described): Act => ({ kind: 'signerProposes', signer: random.pick([...group.signers]), member: random.pick(group.members), proposal });
  return byValue(group, wishes).map(act);
}

/** One proposal that need not come from a member, or none. */
function byValue(group: GroupModel, { random, features }: Wishes): Described[] {
  const possible: Described[] = [{ type: 'remove', removed: random.pick(group.members) }];
  const keyPackages = [...group.keyPackages.keys()];
  if (keyPackages.length > 0) possible.push({ type: 'add', keyPackage: random.pick(keyPackages) });
  const psks = [...group.psks.keys()];
  if (features.has('external-psk') && psks.length > 0) possible.push({ type: 'externalPSK', psk: random.pick(psks) });
  if (features.has('resumption-psk')) possible.push(resumption(random));
  if (features.has('group-context-extensions')) possible.push(extensions(random));
  return random.below(4) === 0 ? [] : [random.pick(possible)];
}
