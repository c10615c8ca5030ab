/**
 * Rewrites expectations from what a run has shown: entries for new failures, a few patterns rather than one for every case;
 * no entries for what passes now. Comments, order and all other entries stay.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Document, isMap, isSeq, YAMLSeq, type YAMLMap } from 'yaml';
import { extension, readExpectations } from './expectation-file.ts';
import { entriesThatExcuse } from './expectation-entries.ts';
import { coveringPatterns } from './expectation-patterns.ts';
import { everybody, isExpired, whyNotExcused, type Expectation } from './expectations.ts';
import { blamed, kindOf } from '../summary/kinds.ts';
import type { CaseRecord, EndRecord, RecordLine } from '../record/record.ts';
import { asRevised } from '../record/replay.ts';

export interface UpdateOptions {
  readonly folder: string;
  /** Only the file of this implementation, or of `_all`. */
  readonly implementation?: string;
  /** Of all new entries; otherwise what the first of their cases says. */
  readonly reason?: string;
  /** Also remove entries that match no case of the run. */
  readonly prune?: boolean;
  readonly today: Date;
}

export interface FileUpdate {
  readonly file: string;
  readonly text: string;
  /** Patterns. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Patterns whose entries were made narrower, since some of their cases pass. */
  readonly narrowed: readonly string[];
}

/**
 * What has to be written; files that stay as they are are not among them.
 * @throws ExpectationError for a file that cannot be read, RecordError for the record
 */
export async function updateExpectations(lines: AsyncIterable<RecordLine>, options: UpdateOptions): Promise<FileUpdate[]> {
  const cases: CaseRecord[] = [];
  let labels: string[] = [];
  let end: EndRecord | undefined;
  for await (const line of lines) {
    if (line.type === 'run') labels = line.implementations.map(({ label }) => label);
    else if (line.type === 'case') cases.push(withoutCalls(line));
    else if (line.type === 'end') end = line;
  }
  const facts = cases.map((each) => factOf(asRevised(each, end)));
  // Cases end in any order; what is written shall not depend on it.
  facts.sort((a, b) => (a.result.id < b.result.id ? -1 : 1));
  const names = [...labels.sort(), everybody].filter((name) => options.implementation === undefined || options.implementation === name);
  const files = names.map((name) => revise(openFile(join(options.folder, `${name}${extension}`), name), facts, options));
  const all = allEntries(labels, options);

  const excused = new Set([...files.flatMap(({ excused: own }) => [...own]), ...facts.filter((fact) => all.some((entry) => excuses(entry, fact, options.today)))]);
  for (const file of files) addNew(file, facts.filter((fact) => isBad(fact) && !excused.has(fact)), { facts, reason: options.reason });
  return files.flatMap(({ file, name, before, document, added, removed, narrowed }) => {
    const text = textOf(document, before);
    return added.length + removed.length + narrowed.length === 0 ? [] : [{ file, name, text, added, removed, narrowed }];
  });
}

/** A case as it was before expectations were applied, without calls. */
interface Fact {
  readonly result: CaseRecord;
  readonly kind: string;
  /** The name of the file that an entry for it belongs into. */
  readonly owner: string;
}

const withoutCalls = ({ calls: _, sights: __, ...result }: CaseRecord): CaseRecord => result;

function factOf({ expectation: _, observed, ...rest }: CaseRecord): Fact {
  const result: CaseRecord = { ...rest, status: observed ?? rest.status };
  return { result, kind: `${result.status}\n${kindOf(result)}`, owner: blamed(result) ?? everybody };
}

const isBad = ({ result: { status } }: Fact): boolean => status === 'failed' || status === 'vacuous';
const isGood = ({ result: { status } }: Fact): boolean => status === 'passed';
const plays = (name: string, { result: { actors } }: Fact): boolean => name === everybody || Object.values(actors).includes(name);

interface Revision {
  readonly name: string;
  readonly file: string;
  /** The text that was there. */
  readonly before: string;
  readonly document: Document;
  readonly list: YAMLSeq;
  readonly entries: readonly Expectation[];
  readonly added: string[];
  readonly removed: string[];
  readonly narrowed: string[];
  /** What its entries excuse when it is written. */
  readonly excused: Set<Fact>;
}

function openFile(file: string, name: string): Revision {
  const changes = { added: [], removed: [], narrowed: [], excused: new Set<Fact>() };
  if (!existsSync(file)) {
    const document = new Document([]);
    return { name, file, before: '', document, list: document.contents as unknown as YAMLSeq, entries: [], ...changes };
  }
  const { document, expectations, text } = readExpectations(file);
  return { name, file, before: text, document, list: listOf(document), entries: expectations.entries, ...changes };
}

/** An empty file gets a list. */
function listOf(document: Document): YAMLSeq {
  const inner: unknown = isMap(document.contents) ? document.contents.get('expectations', true) : document.contents;
  if (isSeq(inner)) return inner;
  const list = new YAMLSeq();
  document.contents = list;
  return list;
}

/** Goes through the entries that are there. */
function revise(revision: Revision, facts: readonly Fact[], { today, prune = false }: UpdateOptions): Revision {
  const { name, list, entries, narrowed, excused } = revision;
  const nodes = entries.map((entry, i) => ({ entry, node: list.items[i] as YAMLMap }));
  for (const { entry, node } of nodes) {
    const matched = facts.filter((fact) => plays(name, fact) && entry.matches(fact.result.id));
    const failing = matched.filter((fact) => isBad(fact) && whyNotExcused(entry, fact.result, today) === undefined);
    const passing = entry.tolerant ? [] : matched.filter(isGood);
    if (matched.length === 0) {
      if (prune) remove(revision, node, entry);
    } else if (isExpired(entry, today)) {
      remove(revision, node, entry);
    } else if (passing.length === 0) {
      for (const fact of failing) excused.add(fact);
    } else if (failing.length === 0) {
      remove(revision, node, entry);
    } else {
      narrowed.push(entry.pattern);
      for (const fact of failing) excused.add(fact);
      narrow(list, node, coveringPatterns(failing.map(coordinates), passing.map(coordinates)));
    }
  }
  return revision;
}

const coordinates = ({ result }: Fact): CaseRecord => result;

function remove({ document, list, removed }: Revision, node: YAMLMap, { pattern }: Expectation): void {
  removed.push(pattern);
  const index = list.items.indexOf(node);
  list.items.splice(index, 1);
  const [next] = list.items as YAMLMap[];
  if (index === 0 && next !== undefined) next.spaceBefore = false;
  const comment = node.commentBefore;
  if (index > 0 || comment == null || list !== document.contents) return;
  // What stands before the first entry is also about the file: up to a blank line, or all of it.
  const header = comment.includes('\n\n') ? comment.slice(0, comment.lastIndexOf('\n\n')) : comment;
  document.commentBefore = document.commentBefore == null ? header : `${document.commentBefore}\n\n${header}`;
}

/** The first pattern takes the place of the entry's own; the others follow in copies of it. */
function narrow(list: YAMLSeq, node: YAMLMap, [first, ...others]: readonly string[]): void {
  node.set('pattern', first);
  const copies = others.map((pattern) => {
    const copy = node.clone() as YAMLMap;
    copy.commentBefore = null;
    copy.set('pattern', pattern);
    return copy;
  });
  list.items.splice(list.items.indexOf(node) + 1, 0, ...copies);
}

/** Entries of files that are not being rewritten excuse all the same. */
function allEntries(labels: readonly string[], { folder, implementation }: UpdateOptions): { readonly name: string; readonly entry: Expectation }[] {
  if (implementation === undefined) return [];
  const others = [...labels, everybody].filter((name) => name !== implementation).map((name) => openFile(join(folder, `${name}${extension}`), name));
  return others.flatMap(({ name, entries }) => entries.map((entry) => ({ name, entry })));
}

const excuses = ({ name, entry }: { readonly name: string; readonly entry: Expectation }, fact: Fact, today: Date): boolean =>
  isBad(fact) && plays(name, fact) && entry.matches(fact.result.id) && whyNotExcused(entry, fact.result, today) === undefined;

/** Entries for what is this file's to excuse. An entry is of one status, so cases of the other are not in its way. */
function addNew({ name, document, list, added }: Revision, fresh: readonly Fact[], { facts, reason }: { readonly facts: readonly Fact[]; readonly reason: string | undefined }): void {
  const own = fresh.filter(({ owner }) => owner === name);
  for (const [status, failures] of Map.groupBy(own, ({ result }) => result.status)) {
    const isInTheWay = (fact: Fact): boolean => isGood(fact) || (fact.result.status === status && fact.owner !== name);
    const avoid = facts.filter((fact) => plays(name, fact) && isInTheWay(fact)).map(coordinates);
    for (const entry of entriesThatExcuse(failures, avoid)) {
      added.push(entry.pattern);
      const node = document.createNode({ ...entry, ...(reason === undefined ? {} : { reason }) }) as YAMLMap;
      node.spaceBefore = list.items.some((item) => (item as YAMLMap).spaceBefore === true);
      list.items.push(node);
    }
  }
}

/** In the style that the file has: lists within mappings may be indented or not. */
function textOf(document: Document, before: string): string {
  const indentSeq = !/^expectations:[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\n)*- /m.test(before);
  return document.toString({ lineWidth: 0, indentSeq });
}
