/** What a violation of RFC 9420 is: something that breaks a rule, and the same thing without the violation. */
import type { CipherSuiteId } from '../mls/crypto/suites.ts';
import type { ErrorCode } from '../mls/errors.ts';
import type { RequirementId } from '../mls/requirements.ts';
import type { JoinerScene, JoinerSetting } from './joiner-scene.ts';
import type { MemberScene, MemberSetting } from './member-scene.ts';
import type { OutsiderScene } from './outsider-scene.ts';
import type { SuccessorScene, SuccessorSetting } from './successor-scene.ts';
import type { Delivery } from './target.ts';

export interface Description {
  readonly id: RequirementId;
  /** What is wrong, such as `a Remove of a blank leaf`; with the id unique. */
  readonly name: string;
  /** What our engine names instead, where it checks something else first that the violation breaks with it. */
  readonly reported?: RequirementId;
  /** How our engine calls it. Default: `invalid`. */
  readonly code?: ErrorCode;
  /**
   * Why RFC 9420 leaves it open whether a receiver refuses it. Without this the RFC has the receiver verify it, or calls what
   * breaks it invalid or malformed, or it does not decode.
   */
  readonly leftOpen?: string;
  /** The cipher suites where it can be played. Default: all. */
  readonly suites?: readonly CipherSuiteId[];
}

interface Played<Stage extends string, Scene, Setting = undefined> extends Description {
  /** What the target is: a member of the forger's group, invited into one, about to join one from outside, or invited into one that comes out of its own. */
  readonly stage: Stage;
  readonly setting?: Setting;
  /** Computed as an honest sender would from the violation on, so that a receiver without the check would follow; rules overlap, and another may refuse first. */
  readonly violating: (scene: Scene) => Promise<Delivery>;
  readonly twin: (scene: Scene) => Promise<Delivery>;
}

export type MemberViolation = Played<'member', MemberScene, MemberSetting>;
export type JoinerViolation = Played<'joiner', JoinerScene, JoinerSetting>;
export type OutsiderViolation = Played<'outsider', OutsiderScene>;
export type SuccessorViolation = Played<'successor', SuccessorScene, SuccessorSetting>;

export type Violation = MemberViolation | JoinerViolation | OutsiderViolation | SuccessorViolation;

/** Either the thing itself, or what makes it from the scene. */
export type From<Scene, T> = T | ((scene: Scene) => T | Promise<T>);

export const made = async <Scene, T extends object>(from: From<Scene, T>, scene: Scene): Promise<T> => (typeof from === 'function' ? from(scene) : from);
