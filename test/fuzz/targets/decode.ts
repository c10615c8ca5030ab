/** Every struct of src/mls/wire through `decode`. The first byte of an input says which, and whether there are proposals of the application's own. */
import fc from 'fast-check';
import { concat, sameBytes } from '../../../src/mls/bytes.ts';
import type { MLSError } from '../../../src/mls/errors.ts';
import { decode, encode } from '../../../src/mls/wire/presentation-language.ts';
import { decodeTreeInSlices } from '../../../src/mls/wire/tree-node.ts';
import { samples, type Sample } from '../../mls/wire/arbitraries.ts';
import { mutatedValue } from '../mutate-values.ts';
import { holds, mustBeRefusal, skipped, type Outcome, type Target } from '../target.ts';

const custom = { customProposalTypes: new Set([0xf000]) };

interface Chosen {
  readonly sample: Sample;
  readonly options: object;
  readonly body: Uint8Array;
}

function chosenBy(input: Uint8Array): Chosen | undefined {
  const first = input[0];
  if (first === undefined) return undefined;
  return { sample: samples[(first & 0x7f) % samples.length]!, options: first >= 0x80 ? custom : {}, body: input.subarray(1) };
}

type Decoded = { readonly value: unknown } | { readonly refusal: MLSError };

function decoded({ sample, options, body }: Chosen): Decoded {
  try {
    return { value: decode(sample.codec, body, sample.name, options) };
  } catch (error) {
    mustBeRefusal(error, ['malformed', 'limit']);
    holds(error.code === 'limit' || (error.path?.startsWith(sample.name) === true && error.offset !== undefined && error.offset <= body.length), `a refusal without its place: ${error.message}`);
    return { refusal: error };
  }
}

async function inSlices(body: Uint8Array): Promise<unknown> {
  try {
    return await decodeTreeInSlices(body, { most: Infinity });
  } catch (error) {
    mustBeRefusal(error, ['malformed', 'limit']);
    return undefined;
  }
}

async function run(input: Uint8Array): Promise<Outcome> {
  const chosen = chosenBy(input);
  if (chosen === undefined) return skipped;
  const { sample, body } = chosen;
  const result = decoded(chosen);
  if (sample.name === 'RatchetTreeNodes' && chosen.options !== custom) {
    const nodes = await inSlices(body);
    holds((nodes === undefined) === 'refusal' in result, 'a tree decodes at once and not in slices, or the other way round');
  }
  if ('refusal' in result) return { verdict: 'refused', feature: `${sample.name} ${result.refusal.requirement}` };
  holds(sameBytes(encode(sample.codec, result.value), body), `${sample.name} does not encode to the bytes that it was decoded from`);
  return { verdict: 'accepted', feature: sample.name };
}

const valueIn = (input: Uint8Array): { readonly chosen: Chosen; readonly value: unknown } | undefined => {
  const chosen = chosenBy(input);
  const result = chosen && decoded(chosen);
  return chosen !== undefined && result !== undefined && 'value' in result ? { chosen, value: result.value } : undefined;
};

export const decodeTarget = (): Target => ({
  name: 'decode',
  covers: /\/src\/mls\/wire\//,
  seeds: samples.flatMap(({ codec, values }, i) =>
    fc
      .sample(values, { seed: i, numRuns: 6 })
      .map((value) => concat(Uint8Array.of(i), encode(codec, value)))
      .filter(({ length }) => length < 2048),
  ),
  restructured(input, { random, other }) {
    const own = valueIn(input);
    if (own === undefined) return undefined;
    const mutated = mutatedValue(own.value, { random, other: valueIn(other)?.value });
    return concat(input.subarray(0, 1), encode(own.chosen.sample.codec, mutated));
  },
  run,
});
