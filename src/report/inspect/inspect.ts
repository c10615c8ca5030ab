/** `inspect`: recognises an object of RFC 9420 in octets and gives its fields, or what is wrong with them. */
import type { DecodeOptions } from '../../mls/wire/cursor.ts';
import type { Inspection } from './inspection.ts';
import { recognise } from './recognise.ts';
import { summarise } from './summary.ts';
import { trace } from './trace.ts';
import { types, type TypeName } from './types.ts';

export interface InspectOptions extends DecodeOptions {
  /** What the octets are; recognised by their content when absent. */
  readonly as?: TypeName;
}

/** The octets as a tree of fields. Malformed ones give the fields up to the fault and what is wrong there; nothing is thrown for them. */
export function inspect(bytes: Uint8Array, { as, ...options }: InspectOptions = {}): Inspection {
  const { type, chosen, alsoFits } = as === undefined ? recognise(bytes, options) : { type: as, chosen: 'asked' as const, alsoFits: [] };
  const { tree, faults, value } = trace(types[type], bytes, { name: type, options });
  const wellFormed = faults.length === 0;
  return { type, chosen, alsoFits, octets: bytes.length, wellFormed, summary: wellFormed ? summarise(type, value) : undefined, faults, tree };
}
