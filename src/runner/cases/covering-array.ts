/**
 * Covering arrays: few rows in which any `strength` columns together show every combination of levels. With implementations
 * as levels and actors as columns that is: all who can meet, meet, in all parts.
 *
 * From strength 2 on, the first rows are those of one level only, so that they can be left out: the others then still cover
 * all combinations of levels that are not all equal.
 */
import { seeded, type Random } from '../random.ts';

export interface ArrayShape {
  readonly columns: number;
  readonly levels: number;
  readonly strength: number;
}

export type Row = readonly number[];

/** Work grows with the power `strength` of the columns. At strength 2 arrays of more columns are made of smaller ones. */
const mostSearchedColumns = 24;
export const mostColumnsOf = (strength: number): number => (strength > 2 ? 12 : Infinity);

/** The same rows for the same shape, always; at most `mostColumnsOf(strength)` columns. */
export function coveringArray(shape: ArrayShape): readonly Row[] {
  const key = JSON.stringify([shape.columns, shape.levels, shape.strength]);
  if (!found.has(key)) found.set(key, find(shape));
  return found.get(key)!;
}

/** A run asks for few shapes, and for each again and again. */
const found = new Map<string, readonly Row[]>();

function find({ columns, levels, strength }: ArrayShape): Row[] {
  if (levels === 1) return constants(columns, levels);
  if (columns <= strength) return product(new Array<number[]>(columns).fill([...Array(levels).keys()]));
  if (strength === 1) return Array.from({ length: levels }, (_, row) => Array.from({ length: columns }, (_, column) => (row + column) % levels));
  if (columns > mostSearchedColumns && strength === 2) return [...constants(columns, levels), ...byDigits(columns, levels)];
  return search({ columns, levels, strength });
}

/** All rows that take one of its levels for every column, in counting order. */
export const product = (columns: readonly (readonly number[])[]): Row[] =>
  columns.reduce<Row[]>((rows, levels) => rows.flatMap((row) => levels.map((level) => [...row, level])), [[]]);

/** The rows of one level only. */
const constants = (columns: number, levels: number): Row[] => Array.from({ length: levels }, (_, level) => new Array<number>(columns).fill(level));

/**
 * For many columns at strength 2: number the columns by two digits and stack two small arrays, one that goes by the first
 * digit and one by the second. Two columns differ in a digit, and in that half they meet as two columns of the small array
 * do; where they agree in it they show equal levels, which the rows of one level cover as well. Rows grow with the
 * logarithm of the columns, and time with little more than what is written down.
 */
function byDigits(columns: number, levels: number): Row[] {
  if (columns <= mostSearchedColumns) return search({ columns, levels, strength: 2 }).slice(levels);
  const base = Math.ceil(Math.sqrt(columns));
  const digit = byDigits(base, levels);
  const by = (place: (column: number) => number) => digit.map((row) => Array.from({ length: columns }, (_, column) => row[place(column)]!));
  return [...by((column) => Math.floor(column / base)), ...by((column) => column % base)];
}

/** How many cells are changed in search of an array of one row less. */
const mostChanges = 1_500;

/** Row by row, each covering as much as can be found; then with ever fewer rows, for as long as a search for them succeeds. */
function search(shape: ArrayShape): Row[] {
  const random = seeded('covering array', shape.columns, shape.levels, shape.strength);
  const table = new Table(shape, constants(shape.columns, shape.levels));
  while (table.missing.length > 0) table.push(table.goodRow(random));

  let best = table.copy();
  while (best.length > shape.levels ** shape.strength) {
    table.pop();
    if (!repair(table, random, shape.levels)) break;
    best = table.copy();
  }
  return best;
}

/**
 * Tabu search as in K. Nurmela, "Upper bounds for covering arrays by tabu search" (2004): take a combination that is
 * missing, and of the rows that are one cell away from it change the one that does least harm, but none just changed.
 */
function repair(table: Table, random: Random, fixedRows: number): boolean {
  const tabu: string[] = [];
  for (let change = 0; change < mostChanges && table.missing.length > 0; change++) {
    const near = table.changesFor(random.pick(table.missing), fixedRows).filter(({ row, column }) => !tabu.includes(`${row} ${column}`));
    if (near.length === 0) continue;
    const left = near.map((cell) => table.missingAfter(cell));
    const least = Math.min(...left);
    const { row, column, level } = random.pick(near.filter((_, i) => left[i] === least));
    table.set({ row, column, level });
    tabu.push(`${row} ${column}`);
    if (tabu.length > 8) tabu.shift();
  }
  return table.missing.length === 0;
}

interface Cell {
  readonly row: number;
  readonly column: number;
  readonly level: number;
}

/** Rows, and how often they show each combination: of levels, in each set of `strength` columns. */
class Table {
  /** The combinations that no row shows. */
  readonly missing: number[] = [];
  readonly #rows: number[][] = [];
  readonly #shape: ArrayShape;
  readonly #sets: readonly (readonly number[])[];
  /** By column, the sets that it is in. */
  readonly #setsOf: readonly (readonly number[])[];
  /** Of levels, for one set of columns. */
  readonly #perSet: number;
  readonly #shown: Int32Array;
  /** By combination, where in `missing` it is. */
  readonly #place: Int32Array;

  constructor(shape: ArrayShape, rows: readonly Row[]) {
    this.#shape = shape;
    this.#sets = subsets(shape.columns, shape.strength);
    this.#setsOf = Array.from({ length: shape.columns }, (_, column) => this.#sets.flatMap((set, index) => (set.includes(column) ? [index] : [])));
    this.#perSet = shape.levels ** shape.strength;
    this.#shown = new Int32Array(this.#sets.length * this.#perSet);
    this.#place = new Int32Array(this.#shown.length);
    for (let combination = 0; combination < this.#shown.length; combination++) this.#miss(combination);
    for (const row of rows) this.push(row);
  }

  copy(): Row[] {
    return this.#rows.map((row) => [...row]);
  }

  push(row: Row): void {
    this.#rows.push([...row]);
    for (let set = 0; set < this.#sets.length; set++) this.#show(this.#combination(set, row));
  }

  pop(): void {
    const row = this.#rows.pop()!;
    for (let set = 0; set < this.#sets.length; set++) this.#hide(this.#combination(set, row));
  }

  set({ row, column, level }: Cell): void {
    const cells = this.#rows[row]!;
    for (const set of this.#setsOf[column]!) this.#hide(this.#combination(set, cells));
    cells[column] = level;
    for (const set of this.#setsOf[column]!) this.#show(this.#combination(set, cells));
  }

  /** How many combinations would be missing then. */
  missingAfter({ row, column, level }: Cell): number {
    const cells = this.#rows[row]!;
    const before = cells[column]!;
    let missing = this.missing.length;
    for (const set of this.#setsOf[column]!) if (this.#shown[this.#combination(set, cells)] === 1) missing++;
    cells[column] = level;
    for (const set of this.#setsOf[column]!) if (this.#shown[this.#combination(set, cells)] === 0) missing--;
    cells[column] = before;
    return missing;
  }

  /** Each change of one cell after which a row shows the combination. */
  changesFor(combination: number, fixedRows: number): Cell[] {
    const { columns, levels } = this.#asked(combination);
    return this.#rows.flatMap((row, index) => {
      const other = columns.flatMap((column, i) => (row[column] === levels[i] ? [] : [{ row: index, column, level: levels[i]! }]));
      return index >= fixedRows && other.length === 1 ? other : [];
    });
  }

  /** A row that shows a combination that is missing, and of the others as many as can be had column by column. */
  goodRow(random: Random): Row {
    let best: { readonly row: Row; readonly shows: number } | undefined;
    for (let attempt = 0; attempt < 8; attempt++) {
      const made = this.#extend(this.#asked(random.pick(this.missing)), random);
      if (best === undefined || made.shows > best.shows) best = made;
    }
    return best!.row;
  }

  #extend({ columns, levels }: { columns: readonly number[]; levels: readonly number[] }, random: Random): { row: Row; shows: number } {
    const row = new Array<number>(this.#shape.columns).fill(-1);
    columns.forEach((column, i) => (row[column] = levels[i]!));
    let shows = 1;
    for (const column of random.shuffle(row.flatMap((level, index) => (level < 0 ? [index] : [])))) {
      const complete = this.#setsOf[column]!.filter((set) => this.#sets[set]!.every((other) => other === column || row[other]! >= 0));
      let most = { level: 0, fresh: -1 };
      for (const level of random.shuffle([...Array(this.#shape.levels).keys()])) {
        row[column] = level;
        const fresh = complete.filter((set) => this.#shown[this.#combination(set, row)] === 0).length;
        if (fresh > most.fresh) most = { level, fresh };
      }
      row[column] = most.level;
      shows += most.fresh;
    }
    return { row, shows };
  }

  #combination(set: number, row: Row): number {
    let code = set;
    for (const column of this.#sets[set]!) code = code * this.#shape.levels + row[column]!;
    return code;
  }

  #asked(combination: number): { columns: readonly number[]; levels: readonly number[] } {
    const columns = this.#sets[Math.floor(combination / this.#perSet)]!;
    const last = columns.length - 1;
    return { columns, levels: columns.map((_, i) => Math.floor(combination / this.#shape.levels ** (last - i)) % this.#shape.levels) };
  }

  #show(combination: number): void {
    if (this.#shown[combination]!++ > 0) return;
    const place = this.#place[combination]!;
    const last = this.missing.pop()!;
    if (last === combination) return;
    this.missing[place] = last;
    this.#place[last] = place;
  }

  #hide(combination: number): void {
    if (--this.#shown[combination]! === 0) this.#miss(combination);
  }

  #miss(combination: number): void {
    this.#place[combination] = this.missing.push(combination) - 1;
  }
}

/** The sets of `size` of the numbers below `columns`, each ascending. */
export function subsets(columns: number, size: number): number[][] {
  if (size === 0) return [[]];
  return Array.from({ length: columns }, (_, last) => subsets(last, size - 1).map((set) => [...set, last])).flat();
}
