/** What this client says it supports (RFC 9420 §7.2), and GREASE (§13.5). */
import type { RandomBytes } from '../crypto/provider.ts';
import type { Extension } from '../wire/extension.ts';
import type { Capabilities } from '../wire/leaf-node.ts';
import { credentialTypes, extensionTypes, greaseValues, mls10 } from '../wire/registries.ts';

/** Extension types beyond the default ones that the engine itself can handle. */
export const supportedExtensions: readonly number[] = [extensionTypes.last_resort];

export interface Supported {
  readonly cipherSuites: readonly number[];
  /** Non-default types (R-7.2-02, R-7.2-03). */
  readonly extensions: readonly number[];
  readonly proposals: readonly number[];
}

/** The capabilities a leaf lists, without GREASE: what the client truly supports (R-7.2-04, R-13.5-13). */
export const trueCapabilities = ({ cipherSuites, extensions, proposals }: Supported): Capabilities => ({
  versions: [mls10],
  cipherSuites,
  extensions,
  proposals,
  credentials: Object.values(credentialTypes),
});

/** Capabilities with one GREASE number in each list but versions, which is no GREASE field (R-13.5-01, R-13.5-09). */
export function greasedCapabilities(capabilities: Capabilities, random: RandomBytes, extensionType: number): Capabilities {
  const mixed = (numbers: readonly number[], grease = greaseValue(random)) => insertAtRandom(numbers, grease, random);
  return {
    versions: capabilities.versions,
    cipherSuites: mixed(capabilities.cipherSuites),
    extensions: mixed(capabilities.extensions, extensionType),
    proposals: mixed(capabilities.proposals),
    credentials: mixed(capabilities.credentials),
  };
}

export const greaseValue = (random: RandomBytes): number => greaseValues[random(1)[0]! % greaseValues.length]!;

/** An extension nobody knows, with a few random bytes in it (R-13.5-03). */
export const greaseExtension = (random: RandomBytes, extensionType: number): Extension => ({ extensionType, extensionData: random(random(1)[0]! % 8) });

function insertAtRandom<T>(list: readonly T[], item: T, random: RandomBytes): T[] {
  return list.toSpliced(random(1)[0]! % (list.length + 1), 0, item);
}
