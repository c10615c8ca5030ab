/**
 * Runs a codec of the wire format over octets and keeps what it reads as a tree of fields. There is no second decoder: the
 * codecs tell the reader which field they go into and what they found there.
 */
import { hex } from '../../mls/bytes.ts';
import { MLSError } from '../../mls/errors.ts';
import { requirements, type RequirementId } from '../../mls/requirements.ts';
import { Reader, type DecodeOptions } from '../../mls/wire/cursor.ts';
import { compositeOf, readWhole, type Codec } from '../../mls/wire/presentation-language.ts';
import { codePoint } from './code-points.ts';
import { snakeCase, type Fault, type Field } from './inspection.ts';
import { listNote, noteOf, printable } from './notes.ts';
import { extensionBodies, typeOf, type ExtensionBody } from './types.ts';

export interface Trace {
  readonly tree: Field;
  readonly faults: readonly Fault[];
  /** What the octets decode to, or undefined when they do not. */
  readonly value: unknown;
}

export interface TraceOptions {
  readonly name: string;
  /** The RFC's type, when the codec alone does not tell. */
  readonly type?: string;
  readonly options?: DecodeOptions | undefined;
  /** Where the octets stand when they are a part of an input. */
  readonly place?: { readonly offset: number; readonly path: string };
}

/** Decodes `bytes` as one object of the type of `codec` and keeps every field; malformed input gives the fields up to the fault. */
export function trace(codec: Codec<unknown>, bytes: Uint8Array, named: TraceOptions): Trace {
  const tracer = new TracingReader(codec, bytes, named);
  try {
    const value = readWhole(codec, tracer);
    return { tree: tracer.finish(value), faults: tracer.faults, value };
  } catch (error) {
    if (!(error instanceof MLSError)) throw error;
    return { tree: tracer.abandon(), faults: tracer.faults, value: undefined };
  }
}

/** A Field being made. All have the same shape: a large tree has tens of thousands. */
interface Growing {
  name: string;
  type: string;
  start: number;
  end: number;
  value: number | string | undefined;
  label: string | undefined;
  note: string | undefined;
  header: number | undefined;
  framing: true | undefined;
  fault: string | undefined;
  children: Growing[] | undefined;
}

const growing = (name: string, type: string, start: number): Growing => ({
  name,
  type,
  start,
  end: start,
  value: undefined,
  label: undefined,
  note: undefined,
  header: undefined,
  framing: undefined,
  fault: undefined,
  children: undefined,
});

class TracingReader extends Reader {
  readonly faults: Fault[] = [];
  readonly #octets: Uint8Array;
  readonly #base: number;
  readonly #path: string;
  /** The fields being read, outermost first, and the codecs that read them. */
  readonly #open: Growing[];
  readonly #codecs: Codec<any>[];

  constructor(codec: Codec<unknown>, octets: Uint8Array, { name, type, options, place }: TraceOptions) {
    // What a member refuses for its size can still be looked at.
    super(octets, name, { ...options, maxElements: Infinity });
    this.#octets = octets;
    this.#base = place?.offset ?? 0;
    this.#path = place?.path ?? name;
    this.#open = [growing(name, type ?? typeOf(codec, name), this.#base)];
    this.#codecs = [codec];
  }

  override step(name: string | number, codec: Codec<any>): void {
    super.step(name, codec);
    const outer = this.#open.at(-1)!;
    const isElement = typeof name === 'number';
    const type = isElement ? elementType(outer.type) : typeOf(codec, name);
    const field = growing(isElement ? `[${name}]` : snakeCase(name), type, this.#base + this.offset);
    (outer.children ??= []).push(field);
    this.#open.push(field);
    this.#codecs.push(codec);
  }

  override back(value: unknown): void {
    super.back(value);
    this.#close(this.#open.pop()!, this.#codecs.pop()!, value);
  }

  override enterVector(): number {
    const field = this.#open.at(-1)!;
    const start = this.#base + this.offset;
    const outer = super.enterVector();
    const header = growing('length', 'varint', start);
    header.end = this.#base + this.offset;
    header.value = this.remaining;
    header.framing = true;
    // An empty list is a leaf.
    if (this.remaining > 0) field.children = [header];
    return outer;
  }

  override fail(reason: string, requirement: RequirementId): never {
    const rule = requirements[requirement][2];
    const offset = this.#base + this.offset;
    const start = requirement === 'R-2.1-02' ? offset : this.#open.at(-1)!.start;
    this.faults.push({ path: this.#pathOfOpen(), start, offset, reason, requirement, rule });
    super.fail(reason, requirement);
  }

  /** The tree, when all was read. */
  finish(value: unknown): Field {
    const root = this.#open[0]!;
    this.#close(root, this.#codecs[0]!, value);
    return root;
  }

  /** The tree up to the fault, and a leaf for the octets after it. */
  abandon(): Field {
    const end = this.#base + this.offset;
    const reason = this.faults.at(-1)?.reason;
    this.#open.at(-1)!.fault = reason;
    for (let i = this.#open.length - 1; i >= 0; i--) {
      const field = this.#open[i]!;
      field.end = end;
      if (field.children === undefined) this.#octetsAsValue(field);
      else if (compositeOf(this.#codecs[i]!)?.kind === 'optional') field.children.unshift(this.#presence(field));
    }
    return this.#withRest(this.#open[0]!, end);
  }

  #close(field: Growing, codec: Codec<any>, value: unknown): void {
    field.end = this.#base + this.offset;
    switch (typeof value) {
      case 'number':
        field.value = value;
        field.label = codePoint(field.type, value);
        break;
      case 'bigint':
        field.value = value.toString();
        break;
      case 'string':
        field.value = this.#number(field);
        field.label = value;
        break;
      case 'undefined':
        field.value = 0;
        field.label = field.type === 'optional<Node>' ? 'blank' : 'absent';
        break;
      default:
        if (value instanceof Uint8Array) this.#closeOctets(field, value);
        else if (Array.isArray(value)) closeList(field, value);
        else if (field.children === undefined) field.label = 'empty';
        else if (compositeOf(codec)?.kind === 'optional') field.children.unshift(this.#presence(field));
    }
    field.note ??= noteOf(field, value);
  }

  #closeOctets(field: Growing, value: Uint8Array): void {
    field.header = field.end - field.start - value.length;
    const body = field.name === 'extension_data' ? extensionBodies.get(this.#open.at(-1)!.children![0]!.value as number) : undefined;
    if (body !== undefined) {
      this.#openExtension(field, value, body);
      return;
    }
    field.value = hex(value);
    field.label = printable(field.name, value);
  }

  /** The contents of a known extension, decoded where they stand. */
  #openExtension(field: Growing, value: Uint8Array, { name, type, codec }: ExtensionBody): void {
    const offset = field.end - value.length;
    const path = `${this.#pathOfOpen()}.${field.name}`;
    field.note = type;
    const { tree, faults } = trace(codec, value, { name, type, options: this.options, place: { offset, path } });
    this.faults.push(...faults);
    if (value.length === 0) {
      field.value = '';
      field.label = 'empty';
      field.fault = tree.fault;
      return;
    }
    const header = growing('length', 'varint', field.start);
    header.end = offset;
    header.value = value.length;
    header.framing = true;
    field.header = undefined;
    // The fields of a struct stand in extension_data itself; a list has its own name there.
    const isStruct = tree.children !== undefined && !type.endsWith('<V>');
    field.children = [header, ...(isStruct ? (tree.children as Growing[]) : [tree as Growing])];
    if (isStruct) field.fault = tree.fault;
  }

  #presence(field: Growing): Growing {
    const presence = growing('present', 'uint8', field.start);
    presence.end = field.start + 1;
    presence.value = 1;
    presence.framing = true;
    return presence;
  }

  #number({ start, end }: Growing): number {
    let number = 0;
    for (let at = start; at < end; at++) number = number * 256 + this.#octets[at - this.#base]!;
    return number;
  }

  #octetsAsValue(field: Growing): void {
    if (field.start === field.end) field.label = 'missing';
    field.value = hex(this.#octets.subarray(field.start - this.#base, field.end - this.#base));
  }

  #withRest(root: Growing, end: number): Growing {
    const whole = this.#base + this.#octets.length;
    if (end === whole) return root;
    const rest = growing(root.fault === undefined ? 'undecoded' : 'trailing', `opaque[${whole - end}]`, end);
    rest.end = whole;
    this.#octetsAsValue(rest);
    root.end = whole;
    if (root.children === undefined) {
      const read = growing('read', `opaque[${end - root.start}]`, root.start);
      read.end = end;
      read.value = root.value;
      root.value = undefined;
      root.children = end > root.start ? [read] : [];
    }
    root.children.push(rest);
    return root;
  }

  #pathOfOpen(): string {
    return this.#open.slice(1).reduce((path, { name }) => (name.startsWith('[') ? path + name : `${path}.${name}`), this.#path);
  }
}

const elementType = (list: string): string => (list.endsWith('<V>') ? list.slice(0, -3) : list);

function closeList(field: Growing, elements: readonly unknown[]): void {
  field.label = elements.length === 0 ? 'empty' : `${elements.length} element${elements.length === 1 ? '' : 's'}`;
  field.note = listNote(field, elements);
}
