/** Our own steps that look at what the members did: none of them changes anything at an implementation. */
import type { CaseState } from '../case-state.ts';
import { groupFacts } from '../observe.ts';
import { StepError } from '../outcome.ts';
import type { StepOf } from '../steps.ts';
import { groupInfoOf, sameInAnyOrder } from './groups.ts';

/** What a member says about its group in a GroupInfo is what the script asked for. */
export async function expectGroupInfo(state: CaseState, step: StepOf<'expectGroupInfo'>): Promise<void> {
  const { actor } = step;
  const { groupInfo } = await groupInfoOf(state, actor, false);
  const expect = expectation(actor, 'GroupInfo');
  const seen = groupFacts(groupInfo);
  if ('hidden' in seen) throw new StepError('contradiction', `what should be a GroupInfo: ${seen.hidden}`, { actor, rpc: 'GroupInfo' });
  const facts = seen.seen;

  expect('external_pub', facts.externalPub, true);
  expect('cipher suite', facts.cipherSuite, state.suite);
  if (step.epoch !== undefined) expect('epoch', facts.epoch, BigInt(step.epoch));
  if (step.members !== undefined) expect('members', facts.members, step.members);
  if (step.groupIDChanged !== undefined) expect('a group id of its own', !Buffer.from(facts.groupId).equals(state.message(0, 'group_id')), step.groupIDChanged);
  if (step.extensions !== undefined) {
    const asked = step.extensions.map(({ extension_type, extension_data }) => [extension_type, extension_data] as const);
    expect('extensions of the group', printable(facts.extensions), printable(new Map(asked)));
  }
  if (step.externalSenders !== undefined) expect('external senders', facts.externalSenders, step.externalSenders);
}

/** A Commit says what the script asked for, as far as somebody can look into it. */
export async function expectCommit(state: CaseState, step: StepOf<'expectCommit'>): Promise<void> {
  const psks = step.psks?.map((psk) => state.message(psk, 'psk_id'));
  state.demandOfCommit(`the Commit of step ${step.commit}`, state.message(step.commit, 'commit'), (facts) => {
    for (const key of ['path', 'removes', 'byReference', 'byValue'] as const) {
      if (step[key] !== undefined && step[key] !== facts[key]) return `${key}: ${facts[key]} instead of ${step[key]}`;
    }
    return psks === undefined || sameInAnyOrder(facts.externalPsks, psks) ? undefined : 'it does not inject the PSKs asked for';
  });
}

/** Throws a contradiction that blames `actor` unless what was found is what was expected. */
function expectation(actor: string, rpc: string) {
  return <T>(what: string, found: T, expected: T): void => {
    if (found !== expected) throw new StepError('contradiction', `${what}: ${found} instead of ${expected}`, { actor, rpc });
  };
}

function printable(extensions: ReadonlyMap<number, Uint8Array>): string {
  const sorted = [...extensions].sort(([left], [right]) => left - right);
  return sorted.map(([type, body]) => `${type}=${Buffer.from(body).toString('hex')}`).join() || 'none';
}
