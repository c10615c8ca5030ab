/** Who is at fault, with what it rests on. A party of our own engine cannot be its own witness. */
import { hex } from '../../mls/bytes.ts';
import type { Party, Verdict } from '../../report/record/record.ts';
import type { CaseFile, Shortfall } from './case-file.ts';
import { isProof, messageNames, type Departure, type Message, type Objection } from './findings.ts';
import { messageWithField } from './offending-field.ts';
import { quarrelAbout } from './quarrel.ts';

/** The sender of a message that a shadow refuses. */
export function accuseSender(file: CaseFile, objection: Objection): Verdict {
  const { message, requirement, differs, says, by, recomputed, plain } = objection;
  const quarrel = quarrelAbout(file, message);
  const culprit = quarrel.sender;
  const others = (parties: readonly Party[]) => parties.filter(({ implementation }) => implementation !== culprit.implementation);
  const refusing = others(quarrel.refused);
  const independent = refusing.filter(({ actor }) => !isOurs(file, actor));
  const ours = [culprit, ...refusing].some(({ actor }) => isOurs(file, actor));
  const accepting = others(quarrel.accepted).filter(({ actor }) => !isOurs(file, actor));
  const proof = isProof(objection);
  const byItself = !ours && (proof || accepting.length === 0);
  const sure = plain === true || independent.length > 0 || byItself;

  const broken = requirement === undefined ? 'is wrong' : `breaks ${requirement}`;
  const summary = `${sure ? '' : 'contested: '}the ${messageNames[message.kind]} that ${file.who(message.sender)} makes at step ${message.step} ${broken}: ${says}.`;
  const evidence = [
    ...(recomputed === undefined ? [] : [`recomputed with this one mistake, ${recomputed} comes out exactly as it was sent`]),
    plain === true ? 'anybody can read it in the bytes' : by === undefined ? 'what needs no secrets was checked' : `the shadow of ${by} refuses it`,
    ...independent.map(({ actor }) => `${file.who(actor)}, another implementation, refuses it too${inItsWords(message, actor)}`),
    ...refusing.filter(({ actor }) => isOurs(file, actor)).map(({ actor }) => `${file.who(actor)} refuses it${inItsWords(message, actor)}`),
    ...accepting.map(({ actor }) => `against it: ${file.who(actor)} accepts it`),
    ...(sure ? [] : [onlyOurs]),
  ];
  return {
    finding: sure ? 'culprit' : 'contested',
    culprit,
    step: message.step,
    ...(requirement === undefined ? {} : { requirement }),
    ...(differs === undefined ? {} : { differs }),
    summary,
    evidence,
    message: messageWithField(file, message, objection),
    quarrel,
    basis: proof ? 'proof' : 'rules',
  };
}

/** Evidence that there is none of others; it goes when other cases have some. */
export const onlyOurs = 'no implementation but those of our own engine bears this out in this case';

export interface Refusing {
  readonly party: Party;
  readonly step: number;
  readonly rpc: string;
  readonly says: string;
  readonly message: Message;
}

/** The receiver of a message that is as it should be. */
export function accuseReceiver(file: CaseFile, { party, step, rpc, says, message }: Refusing): Verdict {
  const quarrel = quarrelAbout(file, message);
  // Its maker bears out nothing: that would be its word for itself.
  const strangers = quarrel.accepted.filter(({ implementation }) => implementation !== party.implementation && implementation !== quarrel.sender.implementation);
  const agreeing = strangers.filter(({ actor }) => !isOurs(file, actor));
  const ours = isOurs(file, party.actor) || isOurs(file, message.sender);
  const sure = !ours || agreeing.length > 0;
  const what = `the ${messageNames[message.kind]} of ${file.who(message.sender)} (step ${message.step})`;
  return {
    finding: sure ? 'culprit' : 'contested',
    culprit: party,
    step,
    summary: `${sure ? '' : 'contested: '}${file.who(party.actor)} does not take ${what} at step ${step}, although it breaks no rule.`,
    evidence: [
      'a shadow of the group accepts it',
      `${party.implementation} answers ${rpc} with: ${says}`,
      ...new Set(agreeing.map(({ actor }) => `${file.who(actor)}, another implementation, accepts it`)),
      ...(sure ? [] : [onlyOurs]),
    ],
    message: messageWithField(file, message, undefined),
    quarrel,
    basis: 'rules',
  };
}

/** Somebody whose answer is not what follows from its epoch. */
export function accuseHolder(file: CaseFile, departure: Departure): Verdict {
  const { actor, step, rpc, differs, requirement, found, right, by, epoch, holders, recomputed } = departure;
  const culprit = { implementation: file.label(actor), actor };
  const agreeing = holders.filter((holder) => Buffer.from(holder.value).equals(right) && file.label(holder.actor) !== culprit.implementation);
  const independent = agreeing.filter((holder) => !isOurs(file, holder.actor));
  const ours = isOurs(file, actor) || agreeing.some((holder) => isOurs(file, holder.actor));
  const sure = by === undefined || !ours || independent.length > 0;
  const what = recomputed === undefined ? `answers ${rpc} with ${found.length === 0 ? 'no bytes' : `another ${differs} than that of the epoch`}` : `departs at ${differs}: ${recomputed}`;
  return {
    finding: sure ? 'culprit' : 'contested',
    culprit,
    step,
    requirement,
    differs,
    summary: `${sure ? '' : 'contested: '}${file.who(actor)} ${what}, in ${epoch} at step ${step} (${requirement}).`,
    evidence: [
      ...(recomputed === undefined ? [] : ['recomputed with this one mistake, the epoch authenticator comes out exactly as it was given']),
      by === undefined ? 'an answer of no bytes is wrong in every epoch' : `${rpc} gives ${short(found)}, the shadow of ${by} has ${short(right)}`,
      ...independent.map((holder) => `${file.who(holder.actor)}, another implementation, agrees with the shadow`),
      ...(sure ? [] : [onlyOurs]),
    ],
  };
}

/** Somebody who fails without anybody else's doing. */
export function accuseByItself({ party, step, rpc, says }: Omit<Refusing, 'message'>, because: string): Verdict {
  const summary = `${party.implementation} (${party.actor}) fails at ${rpc} at step ${step}: ${says.replace(/\.+$/, '')}.`;
  return { finding: 'culprit', culprit: party, step, summary, evidence: [because] };
}

/** Somebody who takes what a script hands over for its being wrong. */
export function accuseOfAccepting(culprit: Party, { step, rpc }: Pick<Refusing, 'step' | 'rpc'>, message: string): Verdict {
  const what = rpc === 'Unprotect' ? 'opens what it cannot have a key for' : `accepts by ${rpc} what it had to refuse`;
  return {
    finding: 'culprit',
    culprit,
    step,
    summary: `${culprit.implementation} (${culprit.actor}) ${what}, at step ${step}.`,
    evidence: [message, 'the script has it that RFC 9420 leaves no way to accept this'],
  };
}

/** Somebody who did not do what the script asked; the RFC may well allow it. */
export function accuseOfShortfall(file: CaseFile, { actor, step, text }: Shortfall, message: string): Verdict {
  const culprit = { implementation: file.label(actor), actor };
  return {
    finding: 'culprit',
    culprit,
    step,
    summary: `${file.who(actor)} does not do what is asked of it at step ${step}: it is not so that ${text}.`,
    evidence: [`what came of it: ${message}`, 'this is of the interface that is tested, not of RFC 9420'],
  };
}

/** Whether an actor is played by our own engine. */
export const isOurs = (file: CaseFile, actor: string): boolean => file.evidence.case.actors.get(actor)?.ours ?? false;

const short = (bytes: Uint8Array): string => (bytes.length === 0 ? 'nothing' : hex(bytes.subarray(0, 8)));

function inItsWords({ reactions }: Message, actor: string): string {
  const says = reactions.find((reaction) => reaction.actor === actor && !reaction.accepted)?.says;
  return says === undefined ? '' : `: ${says}`;
}
