/** `inspect`: octets that somebody wants explained, as a type (the first byte), recognised by their contents, or as text. */
import fc from 'fast-check';
import { concat, hex, sameBytes } from '../../../src/mls/bytes.ts';
import { decode, encode } from '../../../src/mls/wire/presentation-language.ts';
import { bytesOfFile } from '../../../src/report/inspect/bytes-of-text.ts';
import { inspect } from '../../../src/report/inspect/inspect.ts';
import { leavesOf } from '../../../src/report/inspect/inspection.ts';
import { textView } from '../../../src/report/inspect/text-view.ts';
import { typeNames, types } from '../../../src/report/inspect/types.ts';
import { samples } from '../../mls/wire/arbitraries.ts';
import { mutatedValue } from '../mutate-values.ts';
import { holds, skipped, type Outcome, type Target } from '../target.ts';

/** First bytes beyond the types: recognised by content, and read from a file's text. */
const recognised = typeNames.length;
const asText = typeNames.length + 1;

function bodyOf(input: Uint8Array): { readonly kind: number; readonly bytes: Uint8Array } | undefined {
  if (input.length === 0) return undefined;
  const kind = input[0]! % (typeNames.length + 2);
  const body = input.slice(1);
  if (kind !== asText) return { kind, bytes: body };
  try {
    return { kind, bytes: bytesOfFile(body).bytes };
  } catch (error) {
    // Its documented answer to what is no text of octets.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function run(input: Uint8Array): Outcome {
  const body = bodyOf(input);
  if (body === undefined) return skipped;
  const { kind, bytes } = body;
  const as = typeNames[kind];
  const inspection = inspect(bytes, as === undefined ? {} : { as });
  let end = 0;
  for (const leaf of leavesOf(inspection.tree)) {
    holds(leaf.start === end && leaf.end >= leaf.start, `octets ${end} to ${leaf.start} stand in no field`);
    end = leaf.end;
  }
  holds(end === bytes.length, `octets from ${end} on stand in no field`);
  holds(inspection.wellFormed === (inspection.faults.length === 0), 'well formed with faults');
  const text = textView(inspection, bytes, { width: 100 });
  holds(text.length > 0, 'nothing to show');
  if (inspection.wellFormed) {
    const codec = types[inspection.type as keyof typeof types];
    holds(sameBytes(encode(codec, decode(codec, bytes, inspection.type) as never), bytes), 'well formed and not what it decodes to');
  }
  return { verdict: inspection.wellFormed ? 'accepted' : 'refused', feature: `${inspection.type} ${inspection.chosen} ${inspection.faults[0]?.requirement ?? inspection.wellFormed}` };
}

function valueIn(input: Uint8Array): { readonly kind: number; readonly value: unknown } | undefined {
  const body = bodyOf(input);
  if (body === undefined || body.kind >= recognised) return undefined;
  try {
    return { kind: body.kind, value: decode(types[typeNames[body.kind]!], body.bytes, 'value') };
  } catch {
    return undefined;
  }
}

export const inspectTarget = (): Target => ({
  name: 'inspect',
  covers: /\/src\/report\/inspect\//,
  seeds: samples.flatMap(({ name, codec, values }, i) => {
    const kind = typeNames.indexOf(name as never);
    const encodings = fc.sample(values, { seed: i, numRuns: 4 }).map((value) => encode(codec, value)).filter(({ length }) => length < 1024);
    return encodings.flatMap((bytes) => [concat(Uint8Array.of(kind < 0 ? recognised : kind), bytes), concat(Uint8Array.of(recognised), bytes), concat(Uint8Array.of(asText), new TextEncoder().encode(hex(bytes)))]);
  }),
  restructured(input, { random, other }) {
    const own = valueIn(input);
    if (own === undefined) return undefined;
    return concat(Uint8Array.of(own.kind), encode(types[typeNames[own.kind]!], mutatedValue(own.value, { random, other: valueIn(other)?.value }) as never));
  },
  run,
});
