/** The bytes of a message in hex, sixteen a line or eight on a phone, each knowing the field it belongs to. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { hex } from '../../../mls/bytes.ts';
import { isLeaf, type FieldRow } from './field-rows.ts';
import type { FieldsProps } from './field-tree.ts';
import { html, type Content } from './view.ts';

const perLine = matchMedia('(max-width: 760px)').matches ? 8 : 16;
/** Lines shown at a time; a large tree would be thousands. */
const perPage = 128;

interface Segment {
  readonly row: FieldRow;
  readonly start: number;
  readonly end: number;
}

export function Octets({ bytes, rows, label, active, selected, onHover, onSelect }: FieldsProps & { readonly bytes: Uint8Array }): Content {
  const box = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => segmentsByLine(rows, bytes.length), [rows, bytes]);
  const pages = Math.ceil(lines.length / perPage);
  const [page, setPage] = useState(0);
  useEffect(() => {
    if (selected !== undefined) setPage(pageOf(selected));
  }, [selected]);
  useEffect(() => reveal(box.current!), [selected, page]);

  const rowAt = (event: Event): FieldRow | undefined => {
    const at = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-field]')?.dataset['field'] : undefined;
    return at === undefined ? undefined : rows[Number(at)];
  };
  const onOver = (event: Event): void => onHover(rowAt(event));
  const onClick = (event: Event): void => {
    const row = rowAt(event);
    if (row !== undefined) onSelect(row);
  };
  const first = page * perPage;
  return html`<div class="octets-pane">
    <div class="octets" role="group" aria-label=${label} tabindex="0" ref=${box} onMouseOver=${onOver} onClick=${onClick}>
      ${lines.slice(first, first + perPage).map((segments, i) => html`<${Line} key=${first + i} at=${(first + i) * perLine} segments=${segments} bytes=${bytes} active=${active} />`)}
    </div>
    ${pages > 1 &&
    html`<div class="octet-pages">
      <button type="button" disabled=${page === 0} onClick=${() => setPage(page - 1)}>Before</button>
      <span>octets ${first * perLine} to ${Math.min(bytes.length, (first + perPage) * perLine) - 1} of ${bytes.length}</span>
      <button type="button" disabled=${page === pages - 1} onClick=${() => setPage(page + 1)}>After</button>
    </div>`}
  </div>`;
}

const pageOf = ({ field }: FieldRow): number => Math.floor(field.start / perLine / perPage);

function segmentsByLine(rows: readonly FieldRow[], length: number): Segment[][] {
  const lines: Segment[][] = Array.from({ length: Math.ceil(length / perLine) }, () => []);
  for (const row of rows.filter(isLeaf)) {
    for (let start = row.field.start; start < row.field.end; ) {
      const line = Math.floor(start / perLine);
      const end = Math.min(row.field.end, (line + 1) * perLine);
      lines[line]?.push({ row, start, end });
      start = end;
    }
  }
  return lines;
}

interface LineProps {
  /** Offset of the line's first octet. */
  readonly at: number;
  readonly segments: readonly Segment[];
  readonly bytes: Uint8Array;
  readonly active: FieldRow | undefined;
}

function Line({ at, segments, bytes, active }: LineProps): Content {
  const octets = (start: number, end: number): string => hex(bytes.subarray(start, end)).replace(/..(?=.)/g, '$& ');
  const classes = ({ row: { field }, start, end }: Segment): string => {
    const isOn = active !== undefined && active.field.start <= start && end <= active.field.end;
    return [isOn && 'on', field.framing && 'framing', field.fault !== undefined && 'fault'].filter((part) => part).join(' ');
  };
  return html`<div class="line">
    <span class="offset">${at.toString(16).padStart(4, '0')}</span>
    ${segments.map((segment) => html`<span data-field=${segment.row.index} class=${classes(segment)}>${octets(segment.start, segment.end)}${segment.end % perLine === 0 ? '' : ' '}</span>`)}
    <span class="text" aria-hidden="true">${printable(bytes.subarray(at, at + perLine))}</span>
  </div>`;
}

const printable = (bytes: Uint8Array): string => Array.from(bytes, (byte) => (byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join('');

/** Scrolls the box, never the page. */
function reveal(box: HTMLElement): void {
  const element = box.querySelector<HTMLElement>('.on');
  if (element === null) return;
  const top = element.offsetTop;
  if (top < box.scrollTop || top + element.offsetHeight > box.scrollTop + box.clientHeight) box.scrollTop = Math.max(0, top - 40);
}
