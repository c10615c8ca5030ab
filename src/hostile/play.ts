/** Plays one violation against a target, and tells how it took it. */
import { sameBytes } from '../mls/bytes.ts';
import { MLSError } from '../mls/errors.ts';
import { joinerScene } from './joiner-scene.ts';
import { memberScene } from './member-scene.ts';
import { outsiderScene } from './outsider-scene.ts';
import { successorScene } from './successor-scene.ts';
import type { People } from './people.ts';
import type { Delivery, Target } from './target.ts';
import type { Violation } from './violation.ts';

/** The acts of a case, in order; the last two are played only where the one before leaves something open. */
export const acts = ['history', 'violation', 'afterwards', 'another history', 'honest twin'] as const;
export type Act = (typeof acts)[number];

/**
 * - `rejected`: the violation was refused, and its honest twin then taken
 * - `rejected, then stuck`: the target refuses the violation, and then the twin as well, which it takes where no violation came before
 * - `accepted`: the target took the violation, as it takes the twin
 * - `vacuous`: the target refuses the twin, so that it says nothing about the violation
 */
export type Finding = 'rejected' | 'rejected, then stuck' | 'accepted' | 'vacuous';

export interface Played {
  readonly finding: Finding;
  /** Why the violation was refused. */
  readonly refusal?: unknown;
  /** Why the twin was refused last. */
  readonly twinRefusal?: unknown;
}

/** A history that could not be made, as the target refused what belongs to it. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
}

export interface PlayOptions {
  readonly people: People;
  /** A client of the implementation that has nothing to do with those before. */
  readonly newTarget: () => Target;
  readonly onAct?: (act: Act) => void;
}

/** @throws HistoryError; whatever a target throws that is no refusal */
export async function play(violation: Violation, { people, newTarget, onAct = () => {} }: PlayOptions): Promise<Played> {
  onAct('history');
  const first = await onStage(violation, people, newTarget());
  onAct('violation');
  const refusal = await first.take('violating');
  if (refusal !== undefined) {
    onAct('afterwards');
    if ((await first.take('twin')) === undefined) return { finding: 'rejected', refusal: refusal.error };
  }
  onAct('another history');
  const second = await onStage(violation, people, newTarget());
  onAct('honest twin');
  const twin = await second.take('twin');
  if (twin !== undefined) return { finding: 'vacuous', twinRefusal: twin.error, ...(refusal === undefined ? {} : { refusal: refusal.error }) };
  return refusal === undefined ? { finding: 'accepted' } : { finding: 'rejected, then stuck', refusal: refusal.error };
}

interface OnStage {
  /** @returns the refusal; undefined when it was taken */
  take(which: 'violating' | 'twin'): Promise<{ readonly error: unknown } | undefined>;
}

async function onStage(violation: Violation, people: People, target: Target): Promise<OnStage> {
  const historyError = (error: unknown): never => {
    if (target.isRefusal(error)) throw new HistoryError(`what comes before the violation was refused: ${(error as Error).message}`, { cause: error });
    if (error instanceof MLSError) throw new HistoryError(`what the target itself sends before the violation is refused: ${error.message}`, { cause: error });
    throw error;
  };
  const deliveries = await histories[violation.stage](violation as never, people, target).catch(historyError);
  return {
    async take(which) {
      const delivery = await deliveries(which).catch(historyError);
      try {
        checkTaken(delivery, await target.take(delivery));
        return undefined;
      } catch (error) {
        if (error instanceof Deviation) return which === 'twin' ? { error } : undefined;
        if (!target.isRefusal(error)) throw error;
        return { error };
      }
    },
  };
}

type Deliveries = (which: 'violating' | 'twin') => Promise<Delivery>;

const histories: { readonly [V in Violation as V['stage']]: (violation: V, people: People, target: Target) => Promise<Deliveries> } = {
  async member(violation, people, target) {
    const scene = await memberScene(people, target, violation.setting);
    return (which) => violation[which](scene);
  },
  async joiner(violation, people, target) {
    const scene = await joinerScene(people, target, violation.setting);
    return (which) => violation[which](scene);
  },
  async outsider(violation, people) {
    const scene = await outsiderScene(people);
    return (which) => violation[which](scene);
  },
  async successor(violation, people, target) {
    const scene = await successorScene(people, target, violation.setting);
    return (which) => violation[which](scene);
  },
};

/** The target says yes and means something else. */
class Deviation extends Error {}

function checkTaken(delivery: Delivery, taken: { readonly epochAuthenticator?: Uint8Array; readonly plaintext?: Uint8Array }): void {
  for (const value of ['epochAuthenticator', 'plaintext'] as const) {
    const wanted = (delivery as { readonly [name in typeof value]?: Uint8Array })[value];
    if (wanted !== undefined && taken[value] !== undefined && !sameBytes(wanted, taken[value])) throw new Deviation(`it took it and came to another ${value === 'plaintext' ? value : 'epoch authenticator'}`);
  }
}
