/**
 * The referee: goes through a finished case with our engine in the place of every member whose private keys were told, and says
 * what went wrong, whose fault it is, and what that rests on. What it could not judge it says too.
 */
import { byteKey } from '../../mls/bytes.ts';
import type { Facts } from '../case-state.ts';
import { commitFacts } from '../observe.ts';
import type { Call } from '../outcome.ts';
import { judgeAuthenticator } from './answers.ts';
import { CaseFile } from './case-file.ts';
import type { Evidence, Judgement } from './evidence.ts';
import { messageNames } from './findings.ts';
import { hear } from './hear.ts';
import { verdictOf } from './verdict.ts';

export async function judge(evidence: Evidence): Promise<Judgement> {
  const file = new CaseFile(evidence);
  for (const call of evidence.transcript) learnPsks(file, call);
  let index = 0;
  for (const call of evidence.transcript) {
    const heard = { call, index: index++, excused: evidence.case.script.steps[call.step]?.action === 'expectFailure' };
    await guarded(file, { step: call.step, what: call.rpc }, () => hear(file, heard));
  }
  for (const given of file.authenticators) await guarded(file, { step: given.holder.step, what: 'an epoch authenticator' }, () => judgeAuthenticator(file, given));
  const verdict = await guarded(file, { step: evidence.failure?.step ?? 0, what: 'the case as a whole' }, () => verdictOf(file));
  return {
    ...(verdict === undefined ? {} : { verdict }),
    sights: file.sights,
    judged: file.judged,
    unjudged: file.unjudged,
    vacuous: file.shortfalls,
    notes: [...file.notes, ...toleratedOf(file)],
    facts: factsOf(file),
  };
}

interface Guarded {
  readonly step: number;
  readonly what: string;
}

/** What a peer sends must not bring down a run; the rest of the case is judged as far as it goes. */
async function guarded<T>(file: CaseFile, { step, what }: Guarded, work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    file.missed(step, `the referee could not make sense of ${what}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** All PSKs of the case: a Welcome may be looked into before its joiner is given those it needs. */
function learnPsks(file: CaseFile, { rpc, request }: Call): void {
  if (rpc === 'StorePSK') learn(file, request);
  if (rpc === 'ExternalJoin') for (const psk of (request as { readonly psks: readonly object[] }).psks) learn(file, psk);
}

function learn(file: CaseFile, psk: object): void {
  const { pskId, pskSecret } = psk as { readonly pskId: Uint8Array; readonly pskSecret: Uint8Array };
  file.storePsk(pskId, pskSecret);
}

/** What implementations do wrong that no receiver has to mind: a line for each rule, whoever makes the messages. */
const toleratedOf = (file: CaseFile): string[] => [
  ...new Set([...file.tolerated].map(([{ sender, kind }, { requirement }]) => `${file.label(sender)} breaks ${requirement} in a ${messageNames[kind]}, which no rule tells a receiver to refuse`)),
];

const factsOf = (file: CaseFile): Facts => ({
  commitFacts(commit) {
    const seen = file.commitFacts.get(byteKey(commit));
    return seen === undefined ? commitFacts(commit) : { seen };
  },
});
