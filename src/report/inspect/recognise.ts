/** What octets without a label are: the object of RFC 9420 that they decode as, or else the one that they come nearest to. */
import { MLSError } from '../../mls/errors.ts';
import type { DecodeOptions } from '../../mls/wire/cursor.ts';
import { decode } from '../../mls/wire/presentation-language.ts';
import { leavesOf, type Field, type Inspection } from './inspection.ts';
import { trace } from './trace.ts';
import { recognisable, types, type TypeName } from './types.ts';

export type Recognition = Pick<Inspection, 'chosen' | 'alsoFits'> & { readonly type: TypeName };

/** The first type, in order of likelihood, that the octets are to the last one; else the likeliest that they begin like. */
export function recognise(bytes: Uint8Array, options: DecodeOptions): Recognition {
  const [first, ...others] = recognisable.filter((type) => fits(type, bytes, options));
  return first === undefined ? { type: nearest(bytes, options), chosen: 'nearest', alsoFits: [] } : { type: first, chosen: 'fits', alsoFits: others };
}

function fits(type: TypeName, bytes: Uint8Array, options: DecodeOptions): boolean {
  try {
    decode(types[type], bytes, type, { ...options, maxElements: Infinity });
    return true;
  } catch (error) {
    if (error instanceof MLSError) return false;
    throw error;
  }
}

/** The type whose fields up to the fault look least like chance; among equals the one that decodes furthest. */
function nearest(bytes: Uint8Array, options: DecodeOptions): TypeName {
  const attempts = recognisable.map((type) => {
    const { tree, faults } = trace(types[type], bytes, { name: type, options });
    const reached = faults.at(-1)!.offset;
    const endsEarly = faults.at(-1)!.requirement === 'R-2.1-02' && reached < bytes.length / 2;
    const likeliest = type === 'MLSMessage' ? 1 : 0;
    const strange = [...leavesOf(tree)].some((field) => field.start < headLength && isStrange(field));
    return { type, reached, strange, evidence: likeliest + [...leavesOf(tree)].reduce((sum, field) => sum + weight(field), endsEarly ? againstIt : 0) };
  });
  const sensible = beginsLikeMessage(bytes) ? attempts.filter(({ type, strange }) => type === 'MLSMessage' || !strange) : attempts;
  sensible.sort((a, b) => b.evidence - a.evidence || b.reached - a.reached);
  return sensible[0]!.type;
}

/** Octets of the version and the wire format. */
const headLength = 4;

/** With the only version that there is. What else begins so has a number there that is known: else it is rather an MLSMessage of a strange wire format. */
const beginsLikeMessage = (bytes: Uint8Array): boolean => bytes[0] === 0 && bytes[1] === 1;

const isStrange = ({ type, label, fault }: Field): boolean => fault !== undefined || (registries.has(type) && (label === 'unknown' || label === 'reserved'));

const againstIt = -2;
const enums = new Set(['WireFormat', 'ContentType', 'SenderType', 'LeafNodeSource', 'NodeType', 'PSKType', 'ResumptionPSKUsage', 'ProposalOrRefType']);
const registries = new Set(['ProtocolVersion', 'CipherSuite', 'ProposalType', 'CredentialType']);
/** Fields that no suite has shorter than 32 octets. */
const longTypes = new Set(['HPKEPublicKey', 'SignaturePublicKey', 'MAC', 'KeyPackageRef', 'ProposalRef']);
const longFields = new Set(['tree_hash', 'confirmed_transcript_hash', 'signature', 'joiner_secret', 'kem_output', 'path_secret']);

/** How much a value speaks for the field being what it is called: values that hardly ever occur speak against it. */
function weight({ name, type, value, label, fault, framing }: Field): number {
  if (fault !== undefined || framing === true || value === undefined) return 0;
  if (name === 'epoch') return BigInt(value) < 2n ** 40n ? 1 : againstIt;
  if (longTypes.has(type) || longFields.has(name)) return String(value).length >= 64 ? 1 : againstIt;
  if (registries.has(type) && !name.startsWith('[')) return label === 'unknown' || label === 'reserved' ? againstIt : 1;
  return enums.has(type) ? 1 : 0;
}
