/** What `inspect` finds: a tree of the fields of a message with the octets they stand on, and what is wrong with it. */
import type { RequirementId } from '../../mls/requirements.ts';

/**
 * A field of a struct, an element of a list, or an object as a whole. The leaves of a tree, put one after the other, are
 * the input, of malformed input too: what could not be decoded is a leaf of its own.
 */
export interface Field {
  /** As the RFC spells it; `[3]` for an element of a list. */
  readonly name: string;
  /** As the RFC spells it, such as `CipherSuite`, `opaque<V>` or `optional<UpdatePath>`. */
  readonly type: string;
  /** Offset of its first octet in the input. */
  readonly start: number;
  /** Offset after its last octet. */
  readonly end: number;
  /** Of a leaf: an integer up to 32 bits as number, one of 64 bits as decimal text, octets in hex without their length header. */
  readonly value?: number | string | undefined;
  /** How a person reads the value: the name of a number, text that the octets are, a date, `absent`, or how many elements. */
  readonly label?: string | undefined;
  /** What follows from the field, such as its place in the tree. */
  readonly note?: string | undefined;
  /** Octets of the length header before the contents of an opaque leaf. */
  readonly header?: number | undefined;
  /** The length header of a list or the presence octet of an optional value: octets that are no field. */
  readonly framing?: true | undefined;
  /** What is wrong here; the fault itself is among the faults of the inspection. */
  readonly fault?: string | undefined;
  readonly children?: readonly Field[] | undefined;
}

export interface Fault {
  /** Names from the outermost object to the field, such as `MLSMessage.welcome.secrets[0].new_member`. */
  readonly path: string;
  /** Where the field begins; of octets after the end, where they do. */
  readonly start: number;
  /** How far the decoder had read when it stopped; the octet at fault is before it, or missing from here on. */
  readonly offset: number;
  readonly reason: string;
  /** The requirement that is broken, and its text. */
  readonly requirement?: RequirementId | undefined;
  readonly rule?: string | undefined;
}

export interface Inspection {
  /** What was decoded, such as `MLSMessage` or `KeyPackage`. */
  readonly type: string;
  /**
   * - `asked`: the caller said what it is
   * - `fits`: it decodes as this
   * - `nearest`: nothing fits, this comes nearest
   */
  readonly chosen: 'asked' | 'fits' | 'nearest';
  /** Other types that the same octets decode as. */
  readonly alsoFits: readonly string[];
  /** Length of the input. */
  readonly octets: number;
  readonly wellFormed: boolean;
  /** One line about a well-formed object: who did what in which epoch. */
  readonly summary?: string | undefined;
  /** In the order of the octets. Decoding goes on after one inside an extension, whose length is known, and ends with any other. */
  readonly faults: readonly Fault[];
  readonly tree: Field;
}

/** The leaves from left to right, which together are the input. */
export function* leavesOf(field: Field): Generator<Field> {
  if (field.children === undefined) yield field;
  else for (const child of field.children) yield* leavesOf(child);
}

/**
 * The field at a path, or undefined. Both spellings do: those of a Fault, and those of an MLSError of the engine
 * (`MLSMessage.publicMessage.content.epoch`).
 */
export function fieldAt(tree: Field, path: string): Field | undefined {
  const [root, ...names] = path.match(/\[\d+\]|[^.[\]]+/g) ?? [];
  if (root !== tree.name) return undefined;
  return names.reduce<Field | undefined>((field, name) => field?.children?.find((child) => child.name === snakeCase(name)), tree);
}

/** The innermost field that an octet belongs to, from the outermost on. */
export function fieldsOver(tree: Field, offset: number): Field[] {
  const fields: Field[] = [];
  for (let field: Field | undefined = tree; field !== undefined; field = field.children?.find(({ start, end }) => start <= offset && offset < end)) fields.push(field);
  return fields;
}

const spellings = new Map<string, string>();

/** The RFC's spelling of a field: `confirmedTranscriptHash` is `confirmed_transcript_hash`. */
export function snakeCase(name: string): string {
  let spelling = spellings.get(name);
  if (spelling === undefined) spellings.set(name, (spelling = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)));
  return spelling;
}
