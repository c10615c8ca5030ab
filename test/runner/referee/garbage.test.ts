import { expect, test } from 'vitest';
import { nativeProvider } from '../../../src/mls/crypto/native/provider.ts';
import type { Call } from '../../../src/runner/outcome.ts';
import { judge } from '../../../src/runner/referee/judge.ts';
import { seeded } from '../../../src/runner/random.ts';
import { carried, judged, player } from './cases.ts';

const crypto = nativeProvider();

/** The answers of a call with one bit of one of their byte fields flipped, or that field cut short. */
function damaged(call: Call, random: ReturnType<typeof seeded>): Call {
  const fields = Object.entries(call.response ?? {}).filter(([, value]) => value instanceof Uint8Array && value.length > 0) as [string, Uint8Array][];
  if (fields.length === 0) return call;
  const [field, bytes] = random.pick(fields);
  const at = random.below(bytes.length);
  const changed = random.below(3) === 0 ? bytes.slice(0, at) : bytes.map((byte, i) => (i === at ? byte ^ (1 << random.below(8)) : byte));
  return { ...call, response: { ...call.response, [field]: changed } };
}

test.each(['commits/all_kinds_at_once', 'joining/external_with_psks', 'outsiders/signer_changes_the_group', 'successors/reinit_to_another_suite', 'successors/branch_with_extensions'])(
  'the referee stands whatever an answer holds: %s',
  async (id) => {
    const script = carried(id);
    const { result } = await judged({ script, cast: { rest: await player('peer') } });
    const actors = new Map(script.actors.map((actor) => [actor, { label: 'peer', ours: false }]));
    const of = { case: { script, suite: 1, encryptHandshake: false, actors }, time: BigInt(Math.floor(result.started.getTime() / 1000)), crypto };
    const random = seeded('garbage', id);
    for (let i = 0; i < 25; i++) {
      const at = random.below(result.transcript.length);
      const transcript = result.transcript.map((call, index) => (index === at ? damaged(call, random) : call));
      const { judged: share, unjudged } = await judge({ ...of, transcript });
      expect(share.steps).toBeLessThanOrEqual(share.of);
      expect(unjudged.filter((line) => line.includes('the referee'))).toEqual([]);
    }
    expect((await judge({ ...of, transcript: result.transcript })).verdict).toBeUndefined();
  },
  60_000,
);
