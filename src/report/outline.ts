/** The calls of a case in a line each, for reports that have no room for the bytes. */
import type { CallRecord, CaseRecord } from './record/record.ts';

/** One line per call: step, actor, implementation, rpc, request, answer. */
export function outline({ calls = [] }: Pick<CaseRecord, 'calls'>): string[] {
  return calls.map(({ step, actor, implementation, rpc, request, response, error, milliseconds }) => {
    const answer = error === undefined ? fields(response ?? {}) : `${error.code}: ${error.message}`;
    return `step ${step}: ${actor} (${implementation}) ${rpc}(${fields(request)}) -> ${answer || 'ok'} [${milliseconds.toFixed(0)} ms]`;
  });
}

const fields = (message: CallRecord['request']): string =>
  Object.entries(message)
    .map(([name, value]) => `${name}: ${short(value)}`)
    .join(', ');

/** Bytes and texts that are longer are named by their length. */
const longest = 24;

function short(value: unknown): string {
  if (typeof value === 'string') return value.length <= longest ? value : `${Math.floor((value.replace(/=+$/, '').length * 3) / 4)} bytes`;
  if (Array.isArray(value)) return `[${value.map(short).join(', ')}]`;
  return typeof value === 'object' && value !== null ? `{${fields(value as CallRecord['request'])}}` : String(value);
}
