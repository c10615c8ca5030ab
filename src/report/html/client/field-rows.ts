/** The fields of a decoded message as a list from top to bottom, for views that step through them. */
import type { Field } from '../../inspect/inspection.ts';

export interface FieldRow {
  readonly index: number;
  readonly field: Field;
  readonly depth: number;
  readonly parent: FieldRow | undefined;
}

export function flatten(tree: Field): FieldRow[] {
  const rows: FieldRow[] = [];
  const add = (field: Field, depth: number, parent: FieldRow | undefined): void => {
    const row: FieldRow = { index: rows.length, field, depth, parent };
    rows.push(row);
    for (const child of field.children ?? []) add(child, depth + 1, row);
  };
  add(tree, 0, undefined);
  return rows;
}

export const isLeaf = ({ field }: FieldRow): boolean => field.children === undefined;

/** The smallest field that has all those octets. */
export const innermost = (rows: readonly FieldRow[], { start, end }: { readonly start: number; readonly end: number }): FieldRow | undefined =>
  rows.findLast(({ field }) => field.start <= start && end <= field.end);

/** A row and all that it stands in. */
export function* lineage(row: FieldRow | undefined): Generator<FieldRow> {
  for (let at = row; at !== undefined; at = at.parent) yield at;
}
