/** Which cases are shown; the names are those of the URL. */
import type { Exchange } from '../../summary/exchanges.ts';
import { atFault } from '../../summary/kinds.ts';
import { statuses, type Status } from '../../record/record.ts';
import type { CaseRow } from '../page-data.ts';
import type { Causes } from './causes.ts';

export const filterNames = ['text', 'status', 'script', 'suite', 'wire', 'implementation', 'culprit', 'requirement', 'pair', 'cause'] as const;
export type FilterName = (typeof filterNames)[number];
/** Empty text: does not filter. */
export type Filters = { readonly [N in FilterName]: string };

export const filtersOf = (query: URLSearchParams): Filters => Object.fromEntries(filterNames.map((name) => [name, query.get(name) ?? ''])) as Filters;

/** Several statuses stand in one value, with commas. */
export const statusesIn = ({ status }: Pick<Filters, 'status'>): Status[] => statuses.filter((each) => status.split(',').includes(each));

export const pairText = ({ sender, receiver }: Exchange): string => `${sender}>${receiver}`;

export function filtered(cases: readonly CaseRow[], filters: Filters, causes: Causes): CaseRow[] {
  const wanted = new Set(statusesIn(filters));
  const words = filters.text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  return cases.filter((row) => {
    if (wanted.size > 0 && !wanted.has(row.status)) return false;
    if (filters.script !== '' && !isUnder(row.script, filters.script)) return false;
    if (filters.suite !== '' && String(row.suite) !== filters.suite) return false;
    if (filters.wire !== '' && row.wire !== filters.wire) return false;
    if (filters.implementation !== '' && !Object.values(row.actors).includes(filters.implementation)) return false;
    if (filters.culprit !== '' && !culpritsOf(row).includes(filters.culprit)) return false;
    if (filters.requirement !== '' && row.verdict?.requirement !== filters.requirement) return false;
    if (filters.pair !== '' && !row.exchanges.some((exchange) => pairText(exchange) === filters.pair)) return false;
    if (filters.cause !== '' && String(causes.of(row) ?? '') !== filters.cause) return false;
    return words.length === 0 || hasAll(searched(row), words);
  });
}

/** Nobody where the verdict is contested, or there is none of what failed. */
export const culpritsOf = ({ verdict, failure, vacuousBy }: CaseRow): readonly string[] => (verdict === undefined && failure !== undefined ? [] : atFault({ verdict, vacuousBy }));

/** `commit` is all scripts of that file, `commit/add` one. */
const isUnder = (script: string, wanted: string): boolean => script === wanted || script.startsWith(`${wanted}/`);

const hasAll = (text: string, words: readonly string[]): boolean => words.every((word) => text.includes(word));

const searched = ({ id, failure, verdict, vacuous }: CaseRow): string =>
  [id, failure?.message, failure?.rpc, failure?.code, failure?.cause, verdict?.summary, verdict?.requirement, verdict?.differs, vacuous].join('\n').toLowerCase();
