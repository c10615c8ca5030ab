/**
 * Who gave a message to whom: a message is its maker's from the answer that first has it on, and exchanged when it stands in
 * a request to somebody else. Known from the calls alone.
 */
import { asText, given, made } from '../record/messages.ts';
import type { CallRecord, CaseRecord } from '../record/record.ts';

/** Labels of implementations. */
export interface Exchange {
  readonly sender: string;
  readonly receiver: string;
}

/** Every pair that exchanged a message in a case, each once; of a case without calls none. */
export function exchangesOf({ calls = [] }: CaseRecord): Exchange[] {
  const pairs = new Map<string, Exchange>();
  for (const { sender, receiver } of messages(calls)) pairs.set(`${sender.implementation}\n${receiver.implementation}`, { sender: sender.implementation, receiver: receiver.implementation });
  return [...pairs.values()];
}

/**
 * Whose message was handled by whom when a case failed: as the referee says, or the last one that the actor at fault took.
 * Without calls the sender is known only when one other implementation takes part.
 */
export function failedExchange({ failure, verdict, actors, calls = [] }: CaseRecord): Exchange | undefined {
  const receiver = failure?.implementation;
  const { sender, refused = [] } = verdict?.quarrel ?? {};
  if (sender !== undefined && refused.length > 0) {
    return { sender: sender.implementation, receiver: (refused.find(({ implementation }) => implementation === receiver) ?? refused[0]!).implementation };
  }
  if (failure === undefined || receiver === undefined) return undefined;
  const handled = messages(calls).filter(({ receiver: call }) => call.step === failure.step && call.actor === failure.actor);
  // An answer may be wrong only because of what came before, so the last message that the actor took counts.
  const last = handled.at(-1) ?? messages(calls).findLast(({ receiver: call }) => call.actor === failure.actor);
  if (last !== undefined) return { sender: last.sender.implementation, receiver };
  const others = [...new Set(Object.values(actors))].filter((label) => label !== receiver);
  return calls.length === 0 && others.length === 1 ? { sender: others[0]!, receiver } : undefined;
}

interface Message {
  readonly sender: CallRecord;
  /** The call that hands it over. */
  readonly receiver: CallRecord;
}

function messages(calls: readonly CallRecord[]): Message[] {
  const makers = new Map<string, CallRecord>();
  const found: Message[] = [];
  for (const call of calls) {
    for (const { message } of given(call.rpc, call.request, asText)) {
      const sender = makers.get(message);
      if (sender !== undefined && sender.actor !== call.actor) found.push({ sender, receiver: call });
    }
    for (const { message } of made(call.rpc, call.response, asText)) if (!makers.has(message)) makers.set(message, call);
  }
  return found;
}
