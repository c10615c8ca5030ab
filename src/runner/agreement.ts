/**
 * Who reached which epoch, and whether all who did agree on its epoch authenticator.
 *
 * No rpc tells the number of an epoch, and a number would not do: two Commits of one epoch begin two different next ones.
 * What identifies an epoch is the message that begins it: all who process the same Commit, or join by the Welcome that
 * came with it, must hold the same secrets.
 */
import { createHash } from 'node:crypto';

export class Epoch {
  /** How reports name it, such as `the epoch that step 3 began`. */
  readonly name: string;
  /** The step that founded the group. */
  readonly group: number;
  /** In order of arrival. */
  readonly authenticators = new Map<string, Uint8Array>();

  constructor(name: string, group: number) {
    this.name = name;
    this.group = group;
  }
}

/** What is known against an arrival. */
export interface Disagreement {
  readonly message: string;
}

export class Epochs {
  readonly #byMessage = new Map<string, Epoch>();
  readonly #byAuthenticator = new Map<string, Epoch>();

  /** The epoch that any of `messages` begins; a new one when all are new. Empty messages begin nothing. */
  begunBy(messages: readonly Uint8Array[], otherwise: { readonly name: string; readonly group: number }): Epoch {
    const keys = messages.filter(({ length }) => length > 0).map(digest);
    const known = keys.map((key) => this.#byMessage.get(key)).find((epoch) => epoch !== undefined);
    const epoch = known ?? new Epoch(otherwise.name, otherwise.group);
    for (const key of keys) this.#byMessage.set(key, epoch);
    return epoch;
  }

  /** Records that `actor` reached `epoch`; a disagreement if what it holds is not what the others hold, or is not new. */
  arrive(epoch: Epoch, actor: string, authenticator: Uint8Array): Disagreement | undefined {
    const [first] = epoch.authenticators;
    epoch.authenticators.set(actor, authenticator);
    if (first !== undefined && !Buffer.from(first[1]).equals(authenticator)) {
      return { message: `${actor} has epoch authenticator ${hex(authenticator)} where ${first[0]} has ${hex(first[1])}, in ${epoch.name}` };
    }
    if (authenticator.length === 0) return undefined;
    const other = this.#byAuthenticator.get(hex(authenticator));
    this.#byAuthenticator.set(hex(authenticator), epoch);
    if (other === undefined || other === epoch) return undefined;
    return { message: `${actor} has in ${epoch.name} the same epoch authenticator as in ${other.name}` };
  }
}

const digest = (message: Uint8Array): string => createHash('sha256').update(message).digest('base64');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex') || 'of no bytes';
