/** Plays one violation against a target, and tells how it took it. */
import { sameBytes } from '../mls/bytes.ts';
import { MLSError } from '../mls/errors.ts';
import { handleCommit } from './describe.ts';
import { forgeCommit } from './forge/forge-commit.ts';
import { joinerScene } from './joiner-scene.ts';
import { memberScene, type MemberScene } from './member-scene.ts';
import { outsiderScene } from './outsider-scene.ts';
import { successorScene } from './successor-scene.ts';
import type { People } from './people.ts';
import type { Delivery, Target } from './target.ts';
import type { Violation } from './violation.ts';

/** The acts of a case, in order; the last two are played only where those before leave something open. */
export const acts = ['history', 'violation', 'afterwards', 'another history', 'honest twin'] as const;
export type Act = (typeof acts)[number];

/**
 * - `rejected`: the violation was refused, and its honest twin then taken
 * - `rejected, twin spoilt`: the violation was refused, and then the twin, which is taken where no violation came before; an unrelated Commit is taken
 * - `rejected, then stuck`: the same, and nothing else is taken afterwards either
 * - `accepted`: the target took the violation, as it takes the twin
 * - `vacuous`: the target refuses the twin, so that it says nothing about the violation
 */
export type Finding = 'rejected' | 'rejected, twin spoilt' | 'rejected, then stuck' | 'accepted' | 'vacuous';

export interface Played {
  readonly finding: Finding;
  /** Why the violation was refused. */
  readonly refusal?: unknown;
  /** Of a violation that was taken: what else the target made of it than the forger meant. */
  readonly deviation?: string;
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
  const answer = await first.take('violating');
  // To say yes and mean something else is to take it.
  const deviation = answer?.error instanceof Deviation ? answer.error.message : undefined;
  const refusal = deviation === undefined ? answer : undefined;
  let usable = false;
  if (refusal !== undefined) {
    onAct('afterwards');
    if ((await first.take('twin')) === undefined) return { finding: 'rejected', refusal: refusal.error };
    // What the twin has in common with the violation may be spoilt, such as a proposal that cannot be withdrawn: no fault of the group.
    usable = await first.takesAnother();
  }
  const twin = await playTwin(violation, { people, newTarget, onAct });
  if (twin !== undefined) return { finding: 'vacuous', twinRefusal: twin.error, ...(refusal === undefined ? {} : { refusal: refusal.error }) };
  if (refusal === undefined) return { finding: 'accepted', ...(deviation === undefined ? {} : { deviation }) };
  return { finding: usable ? 'rejected, twin spoilt' : 'rejected, then stuck', refusal: refusal.error };
}

/**
 * The honest twin alone, in a history of its own.
 * @returns the refusal; undefined when it was taken
 * @throws HistoryError; whatever a target throws that is no refusal
 */
export async function playTwin(violation: Violation, { people, newTarget, onAct = () => {} }: PlayOptions): Promise<{ readonly error: unknown } | undefined> {
  onAct('another history');
  const stage = await onStage(violation, people, newTarget());
  onAct('honest twin');
  return stage.take('twin');
}

interface OnStage {
  /** @returns the refusal or the deviation; undefined when it was taken as it was meant */
  take(which: 'violating' | 'twin'): Promise<{ readonly error: unknown } | undefined>;
  /** Whether the target takes an honest Commit that has nothing to do with the violation; of one in no group: no. */
  takesAnother(): Promise<boolean>;
}

async function onStage(violation: Violation, people: People, target: Target): Promise<OnStage> {
  const historyError = (error: unknown): never => {
    if (target.isRefusal(error)) throw new HistoryError(`what comes before the violation was refused: ${(error as Error).message}`, { cause: error });
    if (error instanceof MLSError) throw new HistoryError(`what the target itself sends before the violation is refused: ${error.message}`, { cause: error });
    throw error;
  };
  const scene = await scenes[violation.stage](people, target, violation.setting as never).catch(historyError);
  const refusalOf = async (delivery: Delivery): Promise<{ readonly error: unknown } | undefined> => {
    try {
      checkTaken(delivery, await target.take(delivery));
      return undefined;
    } catch (error) {
      if (!(error instanceof Deviation) && !target.isRefusal(error)) throw error;
      return { error };
    }
  };
  return {
    take: async (which) => refusalOf(await violation[which](scene as never).catch(historyError)),
    takesAnother: async () => 'others' in scene && (await refusalOf(await charliesCommit(scene))) === undefined,
  };
}

/** How a target comes as far as the violation. */
const scenes = { member: memberScene, joiner: joinerScene, outsider: outsiderScene, successor: successorScene } as const;

/** Something honest that every member takes. */
async function charliesCommit({ others }: MemberScene): Promise<Delivery> {
  const { state: charlie } = others[0]!;
  return handleCommit(await forgeCommit(charlie, { as: charlie.settings.handshakeAs }));
}

/** The target says yes and means something else. */
class Deviation extends Error {}

function checkTaken(delivery: Delivery, taken: { readonly epochAuthenticator?: Uint8Array; readonly plaintext?: Uint8Array }): void {
  for (const value of ['epochAuthenticator', 'plaintext'] as const) {
    const wanted = (delivery as { readonly [name in typeof value]?: Uint8Array })[value];
    if (wanted !== undefined && taken[value] !== undefined && !sameBytes(wanted, taken[value])) throw new Deviation(`it took it and came to another ${value === 'plaintext' ? value : 'epoch authenticator'}`);
  }
}
