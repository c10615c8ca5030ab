/** The fields of a message as a tree: arrow keys walk, open and close. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Field } from '../../inspect/inspection.ts';
import { lineage, type FieldRow } from './field-rows.ts';
import { html, type Content } from './view.ts';

export interface FieldsProps {
  readonly rows: readonly FieldRow[];
  readonly label: string;
  /** Under the pointer, or else selected. */
  readonly active: FieldRow | undefined;
  readonly selected: FieldRow | undefined;
  readonly onHover: (row: FieldRow | undefined) => void;
  readonly onSelect: (row: FieldRow) => void;
}

/** Messages with more fields begin with their inner ones closed. */
const openedWhole = 150;

export function FieldTree({ rows, label, active, selected, onHover, onSelect }: FieldsProps): Content {
  const [closed, setClosed] = useState(() => new Set(rows.length <= openedWhole ? [] : rows.filter(({ depth, field }) => depth >= 2 && field.children !== undefined)));
  const box = useRef<HTMLDivElement>(null);
  const toggle = (row: FieldRow): void => setClosed(new Set(closed.has(row) ? [...closed].filter((each) => each !== row) : [...closed, row]));
  useEffect(() => {
    const hiding = selected && [...lineage(selected.parent)].filter((row) => closed.has(row));
    if (hiding !== undefined && hiding.length > 0) setClosed(new Set([...closed].filter((row) => !hiding.includes(row))));
    reveal(box.current!, selected);
  }, [selected]);

  const visible = rows.filter(({ parent }) => ![...lineage(parent)].some((row) => closed.has(row)));
  const tabStop = selected !== undefined && visible.includes(selected) ? selected : visible[0];
  const go = (row: FieldRow | undefined): void => {
    if (row === undefined) return;
    onSelect(row);
    box.current!.querySelector<HTMLElement>(`[data-row="${row.index}"]`)?.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = Math.max(0, visible.indexOf(tabStop!));
    const row = visible[at]!;
    const isOpen = row.field.children !== undefined && !closed.has(row);
    const actions: Readonly<Record<string, () => void>> = {
      ArrowDown: () => go(visible[at + 1]),
      ArrowUp: () => go(visible[at - 1]),
      ArrowRight: () => (isOpen ? go(visible[at + 1]) : row.field.children !== undefined && toggle(row)),
      ArrowLeft: () => (isOpen ? toggle(row) : go(row.parent)),
      Home: () => go(visible[0]),
      End: () => go(visible.at(-1)),
      Enter: () => onSelect(row),
      ' ': () => onSelect(row),
    };
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };
  return html`<div class="field-tree" role="tree" aria-label=${label} ref=${box} onKeyDown=${onKeyDown}>
    ${visible.map(
      (row) => html`<div
        key=${row.index}
        data-row=${row.index}
        role="treeitem"
        aria-level=${row.depth + 1}
        aria-selected=${row === selected}
        aria-expanded=${row.field.children === undefined ? undefined : !closed.has(row)}
        tabindex=${row === tabStop ? 0 : -1}
        class=${row === active ? 'active' : ''}
        style=${{ '--depth': row.depth }}
        onMouseEnter=${() => onHover(row)}
        onFocus=${() => onSelect(row)}
        onClick=${() => (row === selected && row.field.children !== undefined ? toggle(row) : onSelect(row))}
      ><${Line} field=${row.field} /></div>`,
    )}
  </div>`;
}

/** Scrolls the box, never the page. */
function reveal(box: HTMLElement, row: FieldRow | undefined): void {
  const element = row && box.querySelector<HTMLElement>(`[data-row="${row.index}"]`);
  if (!element) return;
  const top = element.offsetTop;
  if (top < box.scrollTop || top + element.offsetHeight > box.scrollTop + box.clientHeight) box.scrollTop = top - box.clientHeight / 2;
}

/** Characters of a value that fit in a line; the octets beside it are whole. */
const longestValue = 32;

function Line({ field: { name, type, value, label, note, fault, framing } }: { readonly field: Field }): Content {
  const whole = value === undefined ? '' : String(value);
  const parts = [
    ['name', name],
    ['type', type],
    // Octets that are text are read better as text; in hex they stand beside it.
    ['value', label?.startsWith('"') ? '' : whole.length > longestValue ? `${whole.slice(0, longestValue)}...` : whole],
    ['label', label],
    ['note', note],
    ['fault', fault],
  ] as const;
  const shown = parts.filter(([, text]) => text !== undefined && text !== '');
  return shown.map(([part, text]) => html`<span class="${part} ${part === 'name' && framing ? 'dim' : ''}">${text}</span>${' '}`);
}
