/** The numbers of the IANA registries (RFC 9420 §17) as names. */
import { credentialTypes, extensionTypes, greaseValues, mls10, proposalTypes } from '../../mls/wire/registries.ts';

/** §17.1; index is the number. */
const cipherSuiteNames = [
  undefined,
  'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519',
  'MLS_128_DHKEMP256_AES128GCM_SHA256_P256',
  'MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519',
  'MLS_256_DHKEMX448_AES256GCM_SHA512_Ed448',
  'MLS_256_DHKEMP521_AES256GCM_SHA512_P521',
  'MLS_256_DHKEMX448_CHACHA20POLY1305_SHA512_Ed448',
  'MLS_256_DHKEMP384_AES256GCM_SHA384_P384',
];

const inverted = (registry: Readonly<Record<string, number>>): ReadonlyMap<number, string> => new Map(Object.entries(registry).map(([name, number]) => [number, name]));
const registries: Readonly<Record<string, ReadonlyMap<number, string>>> = {
  CipherSuite: new Map(cipherSuiteNames.flatMap((name, number) => (name === undefined ? [] : [[number, name]]))),
  ExtensionType: inverted(extensionTypes),
  ProposalType: inverted(proposalTypes),
  CredentialType: inverted(credentialTypes),
};
const grease = new Set(greaseValues);

/** The name of a number of the registry `type`, or what can be said of one without a name; undefined for types without a registry. */
export function codePoint(type: string, number: number): string | undefined {
  if (type === 'ProtocolVersion') return number === mls10 ? 'mls10' : 'unknown';
  const registry = registries[type];
  if (registry === undefined) return undefined;
  return registry.get(number) ?? unnamed(number);
}

function unnamed(number: number): string {
  if (grease.has(number)) return 'GREASE';
  if (number === 0) return 'reserved';
  return number >= 0xf000 ? 'private use' : 'unknown';
}
