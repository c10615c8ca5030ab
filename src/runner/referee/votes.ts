/** Who accepts and who refuses the messages of whom, in all cases of a run: what no single case can decide. */
import { asBytes, asText, given, made } from '../../report/record/messages.ts';
import type { MessageKind, Party, Quarrel, Verdict } from '../../report/record/record.ts';
import { isRefusal } from '../outcome.ts';
import { onlyOurs } from './accusations.ts';

/** What one implementation did with a message of another. */
export interface Vote {
  /** Of the case. */
  readonly id: string;
  readonly script: string;
  readonly suite: number;
  readonly wire: 'public' | 'private';
  readonly kind: MessageKind;
  /** At which the message was made. */
  readonly step: number;
  /** Labels. */
  readonly sender: string;
  readonly voter: string;
  readonly accepted: boolean;
  /** How it was handed over, at which step, and what a refusal says. */
  readonly rpc: string;
  readonly at: number;
  readonly says?: string;
}

/** A case in a record, or as it is while it runs: messages in base64 or as bytes. */
export interface VotingCase {
  readonly id: string;
  readonly script: string;
  readonly suite: number;
  readonly wire: 'public' | 'private';
  readonly failure?: { readonly step: number; readonly rpc?: string; readonly actor?: string } | undefined;
  readonly calls?: readonly VotingCall[] | undefined;
}

export interface VotingCall {
  readonly step: number;
  readonly actor: string;
  readonly implementation: string;
  readonly rpc: string;
  readonly request: object;
  readonly response?: object;
  readonly error?: { readonly code: number | string; readonly message?: string };
}

/** A refusal counts only where it ended the case: any other was asked for. */
export function votesOf({ id, script, suite, wire, failure, calls = [] }: VotingCase): Vote[] {
  const senders = new Map<string, { readonly step: number; readonly sender: string }>();
  const votes: Vote[] = [];
  for (const { step, actor, implementation, rpc, request, response, error } of calls) {
    const ended = failure?.step === step && failure.rpc === rpc && failure.actor === actor;
    const counts = error === undefined || (ended && isRefusal(error.code));
    const handed = given(rpc, request, nameOf);
    for (const [i, { kind, message }] of handed.entries()) {
      const from = senders.get(message);
      // Of several messages that one call hands over, a refusal is most likely about the last.
      if (!counts || from === undefined || (error !== undefined && i < handed.length - 1)) continue;
      const says = error?.message === undefined ? {} : { says: error.message };
      votes.push({ id, script, suite, wire, kind, ...from, voter: implementation, accepted: error === undefined, rpc, at: step, ...says });
    }
    for (const { message } of made(rpc, response, nameOf)) if (!senders.has(message)) senders.set(message, { step, sender: implementation });
  }
  return votes;
}

/** A case in a record has base64, one that has just run bytes. */
function nameOf(value: unknown): string | undefined {
  const bytes = asBytes(value);
  return bytes === undefined ? asText(value) : Buffer.from(bytes).toString('base64');
}

export interface Weighing {
  /** Of the verdict's case, whose own votes the verdict knows already. */
  readonly id: string;
  readonly script: string;
  readonly suite: number;
  readonly wire: 'public' | 'private';
  readonly votes: readonly Vote[];
  /** Labels of the implementations that run this project's engine. */
  readonly ours: ReadonlySet<string>;
}

/**
 * The verdict in the light of all other cases. What they say about the same message of the same sender may decide what was
 * open, or open what was decided: evidence stands against evidence then. The very same verdict when they change nothing.
 */
export function weigh(verdict: Verdict, { id, script, suite, wire, votes, ours }: Weighing): Verdict {
  const { quarrel } = verdict;
  if (quarrel === undefined) return verdict;
  const { kind, step } = quarrel;
  const sameScript = (vote: Vote) => vote.script === script && vote.suite === suite && vote.wire === wire;
  const sameMessage = (vote: Vote) => vote.kind === kind && vote.step === step && vote.sender === quarrel.sender.implementation;
  const about = votes.filter((vote) => vote.id !== id && sameScript(vote) && sameMessage(vote) && vote.voter !== vote.sender);
  const tally = tallied(quarrel, about);
  const failing = ofReceiver(verdict, { id, quarrel, votes: votes.filter(sameScript), ours });
  if (failing !== undefined) return failing;
  if (verdict.finding === 'culprit') return doubted(verdict, { quarrel, tally, ours });
  const sender = senderGuilty(tally, quarrel, ours);
  const receiver = sender === undefined ? receiverGuilty(tally, quarrel, ours) : undefined;
  const { why, culprit } = sender ?? receiver ?? {};
  if (why === undefined || culprit === undefined) return verdict;
  // A shadow's word against what all others do is no agreement.
  if (verdict.finding === 'contested' && verdict.culprit?.implementation !== culprit.implementation) return { ...verdict, evidence: [...verdict.evidence, `against it: ${why}`] };
  return { basis: 'votes', ...verdict, finding: 'culprit', culprit, summary: verdict.summary.replace(/^(contested|undecided): /, ''), evidence: [...borneOut(verdict), why] };
}

/**
 * A KeyPackage is refused for what is special about it only by those who take other KeyPackages by the same rpc. One who takes
 * nobody's there fails at that rpc itself; but where anybody can read what is wrong with the KeyPackage, it is refused for that.
 */
function ofReceiver(verdict: Verdict, { id, quarrel, votes, ours }: Pick<Weighing, 'id' | 'votes' | 'ours'> & { readonly quarrel: Quarrel }): Verdict | undefined {
  const { kind, step, sender } = quarrel;
  if (verdict.finding === 'culprit' && verdict.basis === 'proof') return undefined;
  const own = kind === 'key_package' ? votes.find((vote) => vote.id === id && !vote.accepted && vote.kind === kind && vote.step === step) : undefined;
  const refuser = quarrel.refused.find(({ implementation }) => implementation === own?.voter);
  if (own === undefined || refuser === undefined) return undefined;
  const { voter, rpc, at, says } = own;
  const there = votes.filter((vote) => vote.kind === kind && vote.voter === voter && vote.rpc === rpc);
  const makers = (accepted: boolean): string[] => [...new Set(there.filter((vote) => vote.accepted === accepted).map((vote) => vote.sender))].sort();
  const [taken, refused] = [makers(true), makers(false)];
  if (taken.length === 0 && refused.length > 1) {
    const others = [...new Set(votes.filter((vote) => vote.kind === kind && vote.accepted && vote.voter !== voter && !ours.has(vote.voter)).map((vote) => vote.voter))].sort();
    const sure = !ours.has(voter) || others.length > 0;
    const summary = `${sure ? '' : 'contested: '}${voter} (${refuser.actor}) fails at ${rpc} at step ${at}${says === undefined ? '' : `: ${says.replace(/\.+$/, '')}`}.`;
    const evidence = [`everywhere in this run ${voter} refuses by ${rpc} whatever KeyPackage it is handed: those of ${list(refused)}`, ...(others.length === 0 ? [] : [`${subject(others, 'take')} such KeyPackages`])];
    return { finding: sure ? 'culprit' : 'contested', culprit: refuser, step: at, summary, evidence };
  }
  const elsewhere = taken.filter((maker) => maker !== sender.implementation);
  if (verdict.finding !== 'contested' || verdict.culprit?.actor !== sender.actor || ours.has(voter) || elsewhere.length === 0) return undefined;
  const why = `elsewhere in this run ${voter} takes by ${rpc} the KeyPackages of ${list(elsewhere)}`;
  return { ...verdict, finding: 'culprit', summary: verdict.summary.replace(/^contested: /, ''), evidence: [...borneOut(verdict), why] };
}

/** What a verdict rests on that others bear out now. */
const borneOut = ({ evidence }: Verdict): string[] => evidence.filter((line) => line !== onlyOurs);

/** What all cases say of a message, labels in their order so that it does not depend on that of the cases. */
interface Tally {
  /** Labels that refused at least once, and those that only accepted. */
  readonly refuse: readonly string[];
  readonly accept: readonly string[];
}

interface Guilt {
  readonly culprit: Party;
  readonly why: string;
}

function tallied({ accepted, refused, sender }: Quarrel, votes: readonly Vote[]): Tally {
  const refuse = new Set([...refused.map(({ implementation }) => implementation), ...votes.filter((vote) => !vote.accepted).map(({ voter }) => voter)]);
  const accept = new Set([...accepted.map(({ implementation }) => implementation), ...votes.filter((vote) => vote.accepted).map(({ voter }) => voter)]);
  refuse.delete(sender.implementation);
  for (const label of [sender.implementation, ...refuse]) accept.delete(label);
  return { refuse: [...refuse].sort(), accept: [...accept].sort() };
}

/** All but the sender refuse, at least two, one of them not ours. */
function senderGuilty({ refuse, accept }: Tally, { sender }: Quarrel, ours: ReadonlySet<string>): Guilt | undefined {
  if (accept.length > 0 || refuse.length < 2 || refuse.every((label) => ours.has(label))) return undefined;
  return { culprit: sender, why: `everywhere in this run ${list(refuse)} refuse this message of ${sender.implementation}, and nobody else accepts it` };
}

/** One refuses, all others accept, at least one of them not ours. */
function receiverGuilty({ refuse, accept }: Tally, { refused, sender }: Quarrel, ours: ReadonlySet<string>): Guilt | undefined {
  const [only] = refuse;
  const culprit = refused.find(({ implementation }) => implementation === only);
  if (refuse.length !== 1 || culprit === undefined || !accept.some((label) => !ours.has(label))) return undefined;
  return { culprit, why: `everywhere in this run ${subject(accept, 'accept')} this message of ${sender.implementation}, and only ${only} refuses it` };
}

interface Doubting {
  readonly quarrel: Quarrel;
  readonly tally: Tally;
  readonly ours: ReadonlySet<string>;
}

function doubted(verdict: Verdict, { quarrel, tally, ours }: Doubting): Verdict {
  const { culprit, basis } = verdict;
  const accusesSender = culprit?.actor === quarrel.sender.actor;
  const others = (labels: readonly string[]) => labels.filter((label) => label !== culprit?.implementation);
  const independent = (labels: readonly string[]) => others(labels).filter((label) => !ours.has(label));
  const agreeing = independent(accusesSender ? tally.refuse : tally.accept);
  const against = accusesSender ? independent(tally.accept) : others(tally.refuse);
  if (isOverturned({ accusesSender, basis, agreeing: agreeing.length, against: against.length, strangers: independent(against).length })) {
    const what = accusesSender ? `${subject(against, 'accept')} it` : `${subject(against, 'refuse')} it too`;
    return { ...verdict, finding: 'contested', summary: `contested: ${verdict.summary}`, evidence: [...verdict.evidence, `against it: in this run ${what}`] };
  }
  const known = new Set((accusesSender ? quarrel.refused : quarrel.accepted).map(({ implementation }) => implementation));
  const more = agreeing.filter((label) => !known.has(label));
  if (more.length === 0) return verdict;
  return { ...verdict, evidence: [...verdict.evidence, `elsewhere in this run ${subject(more, accusesSender ? 'refuse' : 'accept')} it too`] };
}

interface Doubts {
  readonly accusesSender: boolean;
  readonly basis: Verdict['basis'];
  /** How many that are not ours stand with the verdict. */
  readonly agreeing: number;
  /** How many stand against it, and how many of them are not ours. */
  readonly against: number;
  readonly strangers: number;
}

function isOverturned({ accusesSender, basis, agreeing, against, strangers }: Doubts): boolean {
  // One who refuses alone is at fault; two may both be right.
  if (basis === 'votes') return against > 0;
  // What only our engine minds may be a mistake of our engine.
  if (accusesSender) return basis === 'rules' && strangers > 0 && agreeing === 0;
  return strangers >= 2 && agreeing === 0;
}

/** As the subject of a sentence, with its verb. */
const subject = (labels: readonly string[], verb: string): string => `${list(labels)} ${verb}${labels.length === 1 ? 's' : ''}`;

const list = (labels: readonly string[]): string => labels.join(', ').replace(/, ([^,]*)$/, ' and $1');
