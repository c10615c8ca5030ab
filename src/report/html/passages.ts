/** Which message went from whom to whom: what one call answered and a later call was given. */
import { byteFields, decodes } from './fields.ts';
import { isBytes, type PackedCall, type PackedFields, type PackedValue } from './page-data.ts';

export interface Passage {
  /** Indices of the calls that made it and that was given it. */
  readonly from: number;
  readonly to: number;
  /** The field of the request, such as `commit`. */
  readonly field: string;
  /** Its index among the case's byte strings. */
  readonly bytes: number;
}

/** The messages that an actor was given and another, or itself, had made; in the order of the calls. */
export function passages(calls: readonly PackedCall[]): Passage[] {
  const makers = new Map<number, number>();
  return calls.flatMap(({ request, response }, to) => {
    const given = messagesIn(request).flatMap(({ field, bytes }) => {
      const from = makers.get(bytes);
      return from === undefined ? [] : [{ from, to, field, bytes }];
    });
    for (const { bytes } of messagesIn(response ?? {})) if (!makers.has(bytes)) makers.set(bytes, to);
    return given;
  });
}

interface MessageField {
  readonly field: string;
  readonly bytes: number;
}

/** What decodes among the fields, nested ones included. */
export function messagesIn(fields: PackedFields): MessageField[] {
  const found: MessageField[] = [];
  const look = (field: string, value: PackedValue): void => {
    if (isBytes(value)) {
      if (decodes(byteFields.get(field))) found.push({ field, bytes: value.bytes });
    } else if (Array.isArray(value)) {
      for (const each of value) look(field, each);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, each] of Object.entries(value)) look(name, each);
    }
  };
  look('', fields);
  return found;
}
