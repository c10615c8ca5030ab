/** An inspection as lines of text: an indented tree with the offsets in a left column, then what is wrong and the octets there. */
import type { Fault, Field, Inspection } from './inspection.ts';

export type Style = 'heading' | 'offset' | 'type' | 'value' | 'note' | 'fault';

export interface ViewOptions {
  /** Columns of a line; long values are shortened to fit. */
  readonly width: number;
  /** Levels below the outermost object that are shown; a fault is shown at any level. */
  readonly depth?: number | undefined;
  /** Values whole, and length headers and presence octets on lines of their own. */
  readonly full?: boolean | undefined;
  readonly paint?: ((style: Style, text: string) => string) | undefined;
}

export function textView(inspection: Inspection, bytes: Uint8Array, options: ViewOptions): string {
  const { width, depth = Infinity, full = false, paint = (_, text) => text } = options;
  const column = Math.max('offset'.length, String(inspection.octets).length);
  const view = new View({ width, depth, full, paint, column });
  return [...heading(inspection, paint), '', ...view.lines(inspection.tree), ...inspection.faults.flatMap((fault) => ['', ...faultLines(fault, bytes, paint)]), ''].join('\n');
}

type Paint = NonNullable<ViewOptions['paint']>;

function heading({ type, chosen, octets, wellFormed, summary, alsoFits }: Inspection, paint: Paint): string[] {
  const state = wellFormed ? 'well-formed' : paint('fault', 'malformed');
  const lines = [`${paint('heading', type)}, ${octets} octet${octets === 1 ? '' : 's'}, ${state}`];
  if (chosen === 'nearest') lines.push(`nothing fits; shown as what comes nearest (--as TYPE for another)`);
  if (alsoFits.length > 0) lines.push(`the same octets are also: ${alsoFits.join(', ')}`);
  if (summary !== undefined) lines.push(summary);
  return lines;
}

interface Setting {
  readonly width: number;
  readonly depth: number;
  readonly full: boolean;
  readonly paint: Paint;
  /** Width of each left column. */
  readonly column: number;
}

class View {
  readonly #options: Setting;
  readonly #lines: string[] = [];

  constructor(options: Setting) {
    this.#options = options;
  }

  lines(tree: Field): readonly string[] {
    const { column, paint } = this.#options;
    this.#lines.push(paint('offset', `${'offset'.padStart(column)}  ${'octets'.padStart(column)}`));
    this.#add(tree, 0);
    return this.#lines;
  }

  #add(field: Field, depth: number): void {
    const { full, paint } = this.#options;
    if (field.framing === true && !full) return;
    const left = this.#left(String(field.start), String(field.end - field.start), depth);
    const name = depth === 0 ? '' : `${field.name}: `;
    const note = field.note === undefined ? '' : `  # ${field.note}`;
    const room = this.#room(depth) - name.length - field.type.length - ' = '.length - note.length;
    const numbers = full ? undefined : numberList(field, room);
    const children = numbers === undefined ? (field.children ?? []).filter((child) => depth < this.#options.depth || hasFault(child)) : [];
    const isCut = numbers === undefined && children.length < (field.children?.length ?? 0);
    const value = [numbers ?? valueText(field, full ? Infinity : room), isCut ? '…' : undefined].filter((text) => text !== undefined).join(' ');
    this.#lines.push(left + name + paint('type', field.type) + (value === '' ? '' : ` = ${paint('value', value)}`) + paint('note', note));
    for (const child of children) this.#add(child, depth + 1);
    if (field.fault !== undefined) this.#lines.push(this.#left('', '', depth + 1) + paint('fault', `^ ${field.fault}`));
  }

  /** The left columns, and the indentation. */
  #left(start: string, length: string, depth: number): string {
    const { column, paint } = this.#options;
    return `${paint('offset', `${start.padStart(column)}  ${length.padStart(column)}`)}  ${'  '.repeat(depth)}`;
  }

  /** Columns right of the indentation. */
  #room(depth: number): number {
    return this.#options.width - 2 * this.#options.column - 4 - 2 * depth;
  }
}

/** A list of numbers in brackets, when it is one and fits: by name, or else by number. */
function numberList({ children = [] }: Field, room: number): string | undefined {
  const elements = children.filter(({ framing }) => framing === undefined);
  if (elements.length === 0 || !elements.every(({ value, name, fault }) => typeof value === 'number' && name.startsWith('[') && fault === undefined)) return undefined;
  const grease = (element: Field) => (element.label === 'GREASE' ? `GREASE ${numberText(element)}` : undefined);
  const numbers = elements.map((element) => grease(element) ?? numberText(element));
  const names = elements.map((element, i) => (element.label === undefined || nameless.has(element.label) ? numbers[i] : element.label));
  return [names, numbers].map((list) => `[${list.join(', ')}]`).find((text) => text.length <= room);
}

/** What is said of numbers without a name in their registry. */
const nameless = new Set(['GREASE', 'unknown', 'reserved', 'private use']);
const hasFault = (field: Field): boolean => field.fault !== undefined || (field.children?.some(hasFault) ?? false);

/** Registries of 16 bits are known by hexadecimal numbers. */
const registries = new Set(['CipherSuite', 'ExtensionType', 'ProposalType', 'CredentialType']);
const numberText = ({ type, value }: Field): string => (registries.has(type) ? `0x${Number(value).toString(16).padStart(4, '0')}` : String(value));

/** The value as shown in at most `room` columns where it can be shortened, or undefined for what has none. */
function valueText(field: Field, room: number): string | undefined {
  const { value, label, header, type, start, end } = field;
  if (value === undefined || label === 'absent' || label === 'blank') return label;
  if (value === '') return label ?? 'empty';
  if (typeof value === 'number') {
    const number = numberText(field);
    return label === undefined ? number : firstThatFits(room, `${label} (${number})`, registries.has(type) ? number : label);
  }
  if (type === 'uint64') return label === undefined ? value : firstThatFits(room, `${value} (${label})`, value);
  const octets = `(${end - start - (header ?? 0)} octets)`;
  const shortenedTo = (columns: number) => `${shortened(value, columns - octets.length - 1)} ${octets}`;
  if (label === undefined) return firstThatFits(room, value, shortenedTo(room));
  const text = `${label.slice(0, Math.max(12, room - octets.length - 3))}…" ${octets}`;
  return firstThatFits(room, `${label} (${value})`, `${label} ${octets}`, text);
}

const firstThatFits = (room: number, ...texts: readonly string[]): string => texts.find((text) => text.length <= room) ?? texts.at(-1)!;

/** Both ends of a long hexadecimal text: 8 digits at least, 48 at most. */
function shortened(digits: string, room: number): string {
  const shown = Math.min(48, Math.max(8, room - 1)) & ~1;
  if (digits.length <= shown + 1) return digits;
  const tail = shown > 24 ? 8 : shown > 12 ? 4 : 0;
  return `${digits.slice(0, shown - tail)}…${digits.slice(digits.length - tail)}`;
}

const rowLength = 16;

function faultLines({ path, start, offset, reason, requirement, rule }: Fault, bytes: Uint8Array, paint: Paint): string[] {
  const lines = [`${paint('fault', 'malformed')} at octet ${offset}: ${reason}`, `  field   ${path}${start === offset ? '' : `, which begins at octet ${start}`}`];
  if (requirement !== undefined) lines.push(`  rule    ${requirement}: ${rule}`);
  return [...lines, ...hexAround(bytes, start, offset).map((line) => paint('note', `  ${line}`))];
}

/** Three rows of octets about the fault; those that were read of its field are marked, or the place where they are missing. */
function hexAround(bytes: Uint8Array, start: number, offset: number): string[] {
  const from = Math.max(0, Math.floor(Math.max(0, offset - 1) / rowLength) * rowLength - rowLength);
  const lines: string[] = [];
  for (let row = from; row < from + 3 * rowLength && row <= bytes.length; row += rowLength) {
    const octets = bytes.subarray(row, row + rowLength);
    const isMarked = (at: number) => (start === offset ? at === offset : start <= at && at < offset);
    const marks = Array.from({ length: rowLength }, (_, i) => (isMarked(row + i) ? '^^' : '  ')).join(' ').trimEnd();
    const end = octets.length < rowLength ? ' (end)' : '';
    lines.push(`${String(row).padStart(6)}  ${Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join(' ')}${end}`);
    if (marks !== '') lines.push(`${' '.repeat(8)}${marks}`);
  }
  return lines;
}
