/** From what was found wrong to whom it is to be laid at: the shadow's word, and who else bears it out. */
import { byteKey } from '../../mls/bytes.ts';
import { asBytes, given } from '../../report/record/messages.ts';
import type { Party, Verdict } from '../../report/record/record.ts';
import { accuseByItself, accuseHolder, accuseOfAccepting, accuseOfShortfall, accuseReceiver, accuseSender, isOurs } from './accusations.ts';
import type { CaseFile } from './case-file.ts';
import { messageNames, type Departure, type Message, type Objection } from './findings.ts';
import { messageWithField } from './offending-field.ts';
import { quarrelAbout } from './quarrel.ts';

/** The verdict on a case, or undefined when nothing was wrong in it or it never came to be a case of anybody's. */
export function verdictOf(file: CaseFile): Verdict | undefined {
  const objections = file.objections.filter(({ message }) => !message.excused).sort((a, b) => a.message.call - b.message.call);
  const departures = file.departures.filter(({ excused }) => !excused).sort((a, b) => a.step - b.step);
  const verdict = ofFailure(file, { objections, departures });
  return verdict && { ...verdict, evidence: [...verdict.evidence, ...alsoBroken(file, objections, verdict)] };
}

/** What is wrong with messages of others than the one who is accused. */
function alsoBroken(file: CaseFile, objections: readonly Objection[], { culprit }: Verdict): string[] {
  const others = objections.filter(({ message }) => file.label(message.sender) !== culprit?.implementation);
  const line = ({ message: { kind, sender, step }, requirement, says }: Objection): string =>
    `also broken in this case: ${requirement ?? says}, by the ${messageNames[kind]} of ${file.who(sender)} (step ${step})`;
  return [...new Set(others.map(line))];
}

function ofFailure(file: CaseFile, found: Found): Verdict | undefined {
  const { failure } = file.evidence;
  switch (failure?.cause) {
    case undefined:
      return firstOf(file, found);
    case 'script':
    case 'unreachable':
    case 'unsupported':
      return undefined;
    case 'crash':
    case 'timeout':
      return onSilence(file, found);
    case 'refused':
      return onRefusal(file, found);
    case 'disagreement':
      return onDisagreement(file, found);
    case 'contradiction':
      return onContradiction(file, found);
  }
}

interface Found {
  /** In the order of their messages. */
  readonly objections: readonly Objection[];
  readonly departures: readonly Departure[];
}

/** Whoever gave no value at all, or whatever led to values that differ. */
function onDisagreement(file: CaseFile, found: Found): Verdict | undefined {
  const { step, rpc } = file.evidence.failure!;
  const empty = found.departures.find((departure) => departure.found.length === 0 && departure.step === step && departure.rpc === rpc);
  if (empty !== undefined) return accuseHolder(file, empty);
  // What is wrong with a KeyPackage makes nobody compute other secrets.
  const leading = found.objections.filter(({ message }) => message.kind !== 'key_package' && message.kind !== 'application');
  return firstOf(file, { ...found, objections: leading }) ?? firstOf(file, found) ?? onValues(file);
}

/** Whatever went wrong first. */
function firstOf(file: CaseFile, { objections, departures }: Found): Verdict | undefined {
  const [objection] = objections;
  const [departure] = departures;
  if (objection !== undefined && (departure === undefined || objection.message.step <= departure.step)) return accuseSender(file, objection);
  return departure && accuseHolder(file, departure);
}

/** The call that ended the case, and what it handed over. */
interface Failing {
  readonly party: Party;
  readonly step: number;
  readonly rpc: string;
  readonly says: string;
  /** What the refusal is most likely about stands last. */
  readonly handed: readonly Message[];
}

function failingCall(file: CaseFile): Failing | undefined {
  const { failure, transcript } = file.evidence;
  const call = transcript.findLast(({ step, actor, rpc }) => step === failure?.step && actor === failure.actor && (failure.rpc === undefined || rpc === failure.rpc));
  if (failure === undefined || call === undefined) return undefined;
  const handed = given(call.rpc, call.request, asBytes).flatMap(({ message }) => file.message(message) ?? []);
  return { party: { implementation: file.label(call.actor), actor: call.actor }, step: call.step, rpc: call.rpc, says: failure.message, handed };
}

function onRefusal(file: CaseFile, found: Found): Verdict | undefined {
  const failing = failingCall(file);
  if (failing === undefined) return firstOf(file, found);
  const { handed } = failing;
  const main = handed.at(-1);
  const objection = concerning(file, found, handed);
  if (objection !== undefined) return accuseSender(file, objection);

  if (main === undefined) return accuseByItself(failing, `${failing.rpc} depends on no message of others`);
  // A good message is refused for an earlier bad one that its sender made: a key that was used twice is gone.
  const earlier = found.objections.find(({ message }) => message.sender === main.sender && message.kind === main.kind);
  if (earlier !== undefined) return accuseSender(file, earlier);
  const lacking = lackingFor(file, main, failing);
  if (lacking !== undefined) return lacking;
  const behind = main.kind === 'welcome' ? [] : [main, ...companions(file, main)];
  // No rule tells a receiver to refuse it, but its maker broke one, and here somebody minds.
  const tolerated = behind.map((message) => file.tolerated.get(message)).find((deviation) => deviation !== undefined);
  const byItself = main.kind === 'key_package' ? failsAtAny(file, main, failing) : undefined;
  if (byItself !== undefined) return byItself;
  if (tolerated !== undefined) return accuseTolerated(file, tolerated, failing);
  if (main.sender === failing.party.actor) return onOwnMessage(file, failing, behind);
  if (file.approved.has(main)) return accuseReceiver(file, { ...failing, message: main });
  return firstOf(file, found) ?? byVotes(file, main, failing);
}

/** What is wrong with a message that a call handed over, or else with what must be right for it to be taken in. */
function concerning(file: CaseFile, { objections }: Found, handed: readonly Message[]): Objection | undefined {
  const main = handed.at(-1);
  const about = (messages: readonly Message[]) => objections.find(({ message }) => messages.includes(message));
  return about(main === undefined ? [] : [main]) ?? about(handed) ?? about(handed.flatMap((message) => companions(file, message)));
}

/** A Commit covers proposals that its receiver was never handed: to refuse it then is right (R-12.2-20). */
function lackingFor(file: CaseFile, main: Message, { party, step }: Failing): Verdict | undefined {
  const content = file.openedCommits.get(main)?.signed.content;
  if (content?.contentType !== 'commit') return undefined;
  const covered = content.commit.proposals.flatMap((entry) => (entry.type === 'reference' ? (file.proposals.get(byteKey(entry.reference)) ?? []) : []));
  const [lacking] = covered.filter(({ sender, reactions }) => sender !== party.actor && reactions.every(({ actor }) => actor !== party.actor));
  if (lacking === undefined) return undefined;
  const why = `${file.who(party.actor)} was never handed the Proposal of ${file.who(lacking.sender)} (step ${lacking.step}), so that it has to refuse the Commit (R-12.2-20)`;
  const shortfall = file.shortfalls.find(({ untakable }) => untakable === main);
  if (shortfall !== undefined) return accuseOfShortfall(file, shortfall, why);
  return { finding: 'unknown', step, summary: `undecided: ${why}.`, evidence: [`${file.who(main.sender)} does what is asked of it`, 'the script does not hand the Proposal over'] };
}

/** A KeyPackage is refused by one who takes the like of it elsewhere, or makes it itself: then it fails whatever it is handed. */
function failsAtAny(file: CaseFile, main: Message, failing: Failing): Verdict | undefined {
  const { party, rpc } = failing;
  const maker = file.label(main.sender);
  if (maker === party.implementation) return accuseByItself(failing, `the KeyPackage is one that ${maker} has made itself`);
  const like = (other: Message): boolean =>
    other !== main && other.kind === main.kind && file.label(other.sender) === maker && file.approved.has(other) && file.tolerated.has(other) === file.tolerated.has(main);
  for (const { reactions, step } of [...file.messages.values()].filter(like)) {
    const taken = reactions.find((reaction) => reaction.accepted && reaction.rpc !== rpc && file.label(reaction.actor) === party.implementation);
    if (taken !== undefined) return accuseByItself(failing, `such a KeyPackage of ${maker} (step ${step}) it takes by ${taken.rpc} at step ${taken.step}`);
  }
  return undefined;
}

/** Its maker broke a rule that binds no receiver: that is why it was refused only if the same receiver takes others there. */
function accuseTolerated(file: CaseFile, tolerated: Objection, { party, rpc, says }: Failing): Verdict {
  const verdict = accuseSender(file, tolerated);
  const evidence = [...verdict.evidence, `no rule tells a receiver to refuse it; ${party.implementation} does: ${says}`];
  const { kind } = tolerated.message;
  const isTaken = ({ reactions }: Message): boolean => reactions.some((reaction) => reaction.accepted && reaction.rpc === rpc && file.label(reaction.actor) === party.implementation);
  const takes = (message: Message): boolean => message.kind === kind && !file.tolerated.has(message) && isTaken(message);
  if (verdict.finding !== 'culprit') return { ...verdict, evidence };
  const other = [...file.messages.values()].find(takes);
  if (other !== undefined) return { ...verdict, evidence: [...evidence, `${party.implementation} takes the ${messageNames[kind]} of ${file.who(other.sender)} (step ${other.step}) by ${rpc}`] };
  const open = `whether ${party.implementation} takes any other ${messageNames[kind]} by ${rpc} is not seen in this case`;
  return { ...verdict, finding: 'contested', summary: `contested: ${verdict.summary}`, evidence: [...evidence, open] };
}

/** What somebody made and then refuses itself: for what it was handed to make it of, if that was anything. */
function onOwnMessage(file: CaseFile, failing: Failing, behind: readonly Message[]): Verdict {
  const message = behind.find(({ sender }) => sender !== failing.party.actor);
  return message !== undefined && file.approved.has(message) ? accuseReceiver(file, { ...failing, message }) : accuseByItself(failing, 'it refuses what it has made itself');
}

/** What else must be right for a message to be taken in: a Welcome goes with its Commit, a Commit with what its maker was handed. */
function companions(file: CaseFile, { call, bytes }: Message): Message[] {
  const { rpc, request } = file.calls[call]!;
  const handed = given(rpc, request, asBytes).flatMap(({ message }) => file.message(message) ?? []);
  const made = [...file.messages.values()].filter((message) => message.call === call);
  const before = file.epochBegunBy(bytes)?.begunBy;
  return [...made, ...handed, ...(before === undefined ? [] : [before])];
}

/** A crash is nobody's right answer, whatever came before it. */
function onSilence(file: CaseFile, { objections }: Found): Verdict | undefined {
  const failing = failingCall(file);
  if (failing === undefined) return undefined;
  const main = failing.handed.at(-1);
  const verdict = accuseByItself(failing, 'no message of others, right or wrong, may take a process down or keep it from answering');
  const wrong = objections.find(({ message }) => message === main);
  if (main === undefined) return verdict;
  const word = wrong !== undefined ? `which is wrong: ${wrong.says}` : file.approved.has(main) ? 'which a shadow accepts' : 'which nobody else could judge';
  return { ...verdict, evidence: [...verdict.evidence, `it was handed a ${main.kind} of ${file.who(main.sender)}, ${word}`] };
}

/** Within one case: one refuses, and others have accepted the same message before. */
function byVotes(file: CaseFile, message: Message, failing: Failing): Verdict {
  const quarrel = quarrelAbout(file, message);
  const others = (parties: readonly Party[]) => parties.filter(({ implementation }) => implementation !== quarrel.sender.implementation && implementation !== failing.party.implementation);
  const [accepting, refusing] = [others(quarrel.accepted), others(quarrel.refused)];
  const what = `the ${message.kind} of ${file.who(message.sender)} (step ${message.step})`;
  const base = { step: failing.step, quarrel, message: messageWithField(file, message, undefined) };
  const says = `it says: ${failing.says}`;
  if (accepting.length > 0) {
    const sure = refusing.length === 0 && accepting.some(({ actor }) => !isOurs(file, actor));
    const rest = refusing.length === 0 ? 'all others who were asked accept it' : 'of the others some accept it and some do not';
    const summary = `${sure ? '' : 'contested: '}${file.who(failing.party.actor)} refuses ${what} at step ${failing.step}, and ${rest}.`;
    const against = refusing.map(({ actor }) => `against it: ${file.who(actor)} refuses it too`);
    const evidence = [...accepting.map(({ actor }) => `${file.who(actor)} accepts it`), says, 'no shadow sees this epoch', ...against];
    return { ...base, finding: sure ? 'culprit' : 'contested', culprit: failing.party, summary, evidence, basis: 'votes' };
  }
  const summary = `undecided: ${file.who(failing.party.actor)} refuses ${what} at step ${failing.step}, and nobody else was asked.`;
  return { ...base, finding: 'unknown', summary, evidence: [says, 'no shadow sees this epoch'] };
}

/** Different secrets of one epoch that no shadow sees: whoever stands alone. */
function onValues(file: CaseFile): Verdict | undefined {
  const { failure } = file.evidence;
  const holders = file.authenticators.map(({ epoch }) => epoch.holders).find((all) => all.some(({ step, actor }) => step === failure?.step && actor === failure.actor));
  const base = { step: failure!.step, evidence: [failure!.message, 'no shadow sees this epoch'] };
  const values = Map.groupBy(holders ?? [], ({ authenticator }) => Buffer.from(authenticator).toString('hex'));
  const alone = [...values.values()].filter((same) => new Set(same.map(({ actor }) => file.label(actor))).size === 1);
  const [odd] = alone;
  if (values.size === 2 && alone.length === 1 && odd !== undefined) {
    const { actor } = odd[0]!;
    const sure = holders!.some((holder) => !odd.includes(holder) && !isOurs(file, holder.actor));
    const summary = `${sure ? '' : 'contested: '}${file.who(actor)} has another epoch authenticator than all others at step ${failure!.step}.`;
    return { ...base, finding: sure ? 'culprit' : 'contested', culprit: { implementation: file.label(actor), actor }, differs: 'epoch authenticator', summary };
  }
  return { ...base, finding: 'unknown', differs: 'epoch authenticator', summary: `undecided: ${failure!.message}.` };
}

function onContradiction(file: CaseFile, found: Found): Verdict | undefined {
  const { failure, transcript } = file.evidence;
  const failing = failingCall(file);
  const departure = found.departures.find(({ step, actor }) => step === failure!.step && actor === failure!.actor);
  if (departure !== undefined) return accuseHolder(file, departure);
  const ownShortfall = file.shortfalls.find(({ step, actor, untakable }) => step === failure!.step && actor === failure!.actor && untakable === undefined);
  if (ownShortfall !== undefined) return accuseOfShortfall(file, ownShortfall, failure!.message);
  const main = failing?.handed.at(-1);
  const objection = found.objections.find(({ message }) => message === main || message.step === failure!.step) ?? found.objections[0];
  if (objection !== undefined) return accuseSender(file, objection);
  if (failing !== undefined && main !== undefined && file.approved.has(main)) return accuseReceiver(file, { ...failing, message: main });
  if (file.evidence.case.script.steps[failure!.step]?.action === 'expectFailure') {
    const accepted = transcript.findLast(({ step, rpc, error }) => step === failure!.step && rpc !== 'Free' && error === undefined);
    if (accepted !== undefined) {
      const party = { implementation: file.label(accepted.actor), actor: accepted.actor };
      return accuseOfAccepting(party, accepted, failure!.message);
    }
  }
  const [shortfall] = file.shortfalls.filter(({ step }) => step <= failure!.step);
  if (shortfall !== undefined) return accuseOfShortfall(file, shortfall, failure!.message);
  const summary = `undecided: ${failure!.message}, at step ${failure!.step}${failure!.actor === undefined ? '' : `, says ${file.who(failure!.actor)}`}.`;
  return { finding: 'unknown', step: failure!.step, summary, evidence: [failure!.message] };
}
