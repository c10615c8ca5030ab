import { beforeAll, expect, test } from 'vitest';
import type { KeyAndNonce } from '../../../src/mls/epoch/hash-ratchet.ts';
import { leafKeyOf } from '../../../src/mls/group/state.ts';
import type { Implementation } from '../../../src/runner/implementation.ts';
import { flipped } from '../../../src/hostile/forge/forge-message.ts';
import type { Breakage } from './broken-service.ts';
import { carried, judged, player } from './cases.ts';

let peer: Implementation;
beforeAll(async () => {
  peer = await player('peer');
});

/** Sends every message of an epoch with the key of the first. */
function reusingGenerations(): NonNullable<Breakage['send']> {
  const first = new WeakMap<object, KeyAndNonce & { readonly generation: number }>();
  return ({ secretTree, ownLeafIndex }) => {
    const key = first.get(secretTree) ?? secretTree.takeSendKey(ownLeafIndex, 'application');
    first.set(secretTree, key);
    return { key };
  };
}

const broken: readonly [name: string, breakage: Breakage, script: string, finding: { readonly requirement: string; readonly differs: string; readonly step: number; readonly says: string }][] = [
  [
    'a wrong parent hash',
    { commit: () => ({ path: { parentHash: (hash) => flipped(hash) } }) },
    'commits/empty_by_everyone',
    { requirement: 'R-7.9.2-07', differs: 'parent hash', step: 1, says: 'the Commit that broken (alice) makes at step 1 breaks R-7.9.2-07' },
  ],
  [
    'a wrong transcript hash',
    { before: (state) => ({ ...state, interimTranscriptHash: state.groupContext.confirmedTranscriptHash }) },
    'commits/empty_by_everyone',
    { requirement: 'R-8.2-02', differs: 'confirmed transcript hash', step: 1, says: 'the transcript continues from the confirmed hash of the epoch before' },
  ],
  [
    'a PSK left out',
    { commit: () => ({ psks: () => [] }) },
    'commits/external_psk',
    { requirement: 'R-8.4-03', differs: 'psk_secret', step: 4, says: 'left out of psk_secret' },
  ],
  [
    'padding that is not zero',
    { send: () => ({ padding: Uint8Array.of(0, 0, 1) }) },
    'messages/everyone_speaks',
    { requirement: 'R-6.3.1-03', differs: 'padding', step: 1, says: 'padding is not zero' },
  ],
  [
    'a generation used twice',
    { send: reusingGenerations() },
    'messages/out_of_order',
    { requirement: 'R-9.1-04', differs: 'generation', step: 2, says: 'generation 0 was used or dropped' },
  ],
  [
    'a stale leaf key',
    { commit: (state) => ({ path: { leafKey: leafKeyOf(state) } }) },
    'commits/empty_by_everyone',
    { requirement: 'R-12.4.2-07', differs: 'encryption_key of the path leaf', step: 1, says: 'makes at step 1 breaks R-12.4.2-07' },
  ],
];

test.each(broken.flatMap(([name, ...rest]) => (['public', 'private'] as const).map((wire) => [name, wire, ...rest] as const)))(
  '%s is laid at the door of its sender, in %s messages',
  async (_, wire, breakage, script, { requirement, differs, step, says }) => {
    const { result, judgement } = await judged({ script: carried(script), cast: { alice: await player('broken', breakage), rest: peer }, wire });
    expect(result.status).toBe('failed');
    const { verdict } = judgement;
    expect(verdict).toMatchObject({ finding: 'culprit', culprit: { implementation: 'broken', actor: 'alice' }, step, requirement, differs });
    expect(verdict!.summary).toContain(says);
    expect(verdict!.evidence.join('\n')).toContain('the shadow of bob refuses it');
    expect(judgement.judged.steps).toBeGreaterThan(0);
  },
);

test('a key schedule that went wrong is recomputed with its one mistake, which gives the very tag that was sent', async () => {
  const { judgement } = await judged({ script: carried('commits/external_psk'), cast: { alice: await player('broken', { commit: () => ({ psks: () => [] }) }), rest: peer } });
  const { evidence, message } = judgement.verdict!;
  expect(evidence).toContain('recomputed with this one mistake, confirmation_tag comes out exactly as it was sent');
  const { field, bytes } = message!;
  expect(field!.path).toBe('MLSMessage.publicMessage.auth.confirmationTag');
  expect(field!.end - field!.start).toBe(32);
  expect(Buffer.from(bytes, 'base64').length).toBeGreaterThan(field!.end);
});
