/** Finding pre-shared keys (RFC 9420 §8.4): external ones in the application's store, resumption ones in kept epochs. */
import { hex, sameBytes } from '../bytes.ts';
import type { PreSharedKeyInput } from '../epoch/psk-secret.ts';
import { MLSError, violation } from '../errors.ts';
import type { RequirementId } from '../requirements.ts';
import type { Secret } from '../secret.ts';
import type { PreSharedKeyID } from '../wire/pre-shared-key.ts';
import type { GroupState, PskStore } from './state.ts';

export interface PskSources {
  readonly store: PskStore;
  /** Groups whose epochs may be named: the own one, or the one that is succeeded or branched. */
  readonly groups: readonly GroupState[];
  /** Whether the caller asked for these PSKs, so that a missing one is its `misuse` and no peer's fault. Default: false. */
  readonly asked?: boolean;
}

/**
 * The values of the PSKs named, in the same order (R-8.4-03). The bytes stay the property of their Secrets.
 * @throws MLSError `invalid`, or `misuse` for PSKs that were asked for
 * @param rule what it breaks that one is not at hand: R-12.4.2-03 for a Commit, R-12.4.3.1-05 for a Welcome
 */
export function findPsks(ids: readonly PreSharedKeyID[], sources: PskSources, rule: RequirementId): PreSharedKeyInput[] {
  return ids.map((id) => {
    const secret = findPsk(id, sources);
    if (secret === undefined) {
      const detail = `${pskName(id)} is not at hand`;
      throw sources.asked === true ? new MLSError('misuse', detail, { requirement: rule }) : violation(rule, detail);
    }
    return { id, psk: secret.expose() };
  });
}

/** The value of a PSK, or undefined when this client does not have it. */
export function findPsk(id: PreSharedKeyID, { store, groups }: PskSources): Secret | undefined {
  if (id.psktype === 'external') return store.external(id.pskId);
  for (const group of groups) {
    if (!sameBytes(group.groupContext.groupId, id.pskGroupId)) continue;
    const found = resumptionPskOf(group, id.pskEpoch);
    if (found !== undefined) return found;
  }
  return store.resumption(id.pskGroupId, id.pskEpoch);
}

/** The resumption PSK of the current or a kept epoch of a group (R-8.4-04). */
export function resumptionPskOf(state: GroupState, epoch: bigint): Secret | undefined {
  if (epoch === state.groupContext.epoch) return state.secrets.resumptionPsk;
  return state.pastEpochs.find((past) => past.epoch === epoch)?.resumptionPsk;
}

const pskName = (id: PreSharedKeyID): string =>
  id.psktype === 'external' ? `the external PSK ${hex(id.pskId)}` : `the resumption PSK of group ${hex(id.pskGroupId)}, epoch ${id.pskEpoch}`;
