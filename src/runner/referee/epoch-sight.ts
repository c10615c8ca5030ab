/** What the referee knows of one epoch of a group. Knowledge is shared: while one shadow is left, the epoch is visible. */
import { byteKey, hex, sameBytes } from '../../mls/bytes.ts';
import type { GroupState } from '../../mls/group/state.ts';
import type { RequirementId } from '../../mls/requirements.ts';
import { Extension } from '../../mls/wire/extension.ts';
import type { GroupContext } from '../../mls/wire/group-info.ts';
import { encode, vector } from '../../mls/wire/presentation-language.ts';
import type { Message } from './findings.ts';
import type { PublicView } from './public-view.ts';

/** So many shadows of one epoch follow it; more would take time and see nothing else. */
const mostShadows = 8;

export class EpochSight {
  /** How reports name it, such as `the epoch that step 3 began`. */
  readonly name: string;
  /** The epoch it came out of, and the message that began it; of a founded group there is none. */
  readonly before: EpochSight | undefined;
  readonly begunBy: Message | undefined;
  /** By actor. */
  readonly shadows = new Map<string, GroupState>();
  /** What can be known without a shadow. */
  view: PublicView | undefined;
  /** Why no shadow sees the epoch. */
  blindness: string;
  /** Who answered with an epoch authenticator, in order. */
  readonly holders: Holder[] = [];

  constructor(name: string, from: { readonly before?: EpochSight | undefined; readonly begunBy?: Message | undefined; readonly blindness: string }) {
    this.name = name;
    this.before = from.before;
    this.begunBy = from.begunBy;
    this.blindness = from.blindness;
  }

  /** A shadow that sees the epoch; one other than `besides` when there is a choice. */
  witness(besides?: string): { readonly actor: string; readonly state: GroupState } | undefined {
    const all = [...this.shadows];
    const [actor, state] = all.find(([name]) => name !== besides) ?? all[0] ?? [];
    return actor === undefined || state === undefined ? undefined : { actor, state };
  }

  enter(actor: string, state: GroupState): void {
    this.view = state;
    if (this.shadows.size < mostShadows || this.shadows.has(actor)) this.shadows.set(actor, state);
  }
}

export interface Holder {
  readonly actor: string;
  readonly step: number;
  readonly rpc: string;
  readonly authenticator: Uint8Array;
}

export interface Difference {
  readonly differs: string;
  readonly requirement: RequirementId;
}

const fields: readonly (readonly [name: string, requirement: RequirementId, of: (context: GroupContext) => string])[] = [
  ['group_id', 'R-8.1-02', ({ groupId }) => byteKey(groupId)],
  ['cipher_suite', 'R-8.1-02', ({ cipherSuite }) => `${cipherSuite}`],
  ['epoch', 'R-8.1-03', ({ epoch }) => `${epoch}`],
  ['extensions of the group', 'R-8.1-05', ({ extensions }) => hex(encode(vector(Extension), extensions))],
  ['tree hash', 'R-8.1-04', ({ treeHash }) => byteKey(treeHash)],
  ['confirmed transcript hash', 'R-8.2-01', ({ confirmedTranscriptHash }) => byteKey(confirmedTranscriptHash)],
];

/** The first field in which a GroupContext differs from what it should be. */
export function firstDifference(found: GroupContext, right: GroupContext): Difference | undefined {
  const [differs, requirement] = fields.find(([, , of]) => of(found) !== of(right)) ?? [];
  return differs === undefined || requirement === undefined ? undefined : { differs, requirement };
}

export const sameAuthenticator = (state: GroupState, other: GroupState): boolean => sameBytes(state.secrets.epochAuthenticator.expose(), other.secrets.epochAuthenticator.expose());
