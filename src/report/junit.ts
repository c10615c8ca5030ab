/**
 * JUnit XML in the dialect that https://github.com/testmoapp/junitxml describes: a testsuite per script, a testcase per case
 * with at most one failure, error or skipped, and properties.
 */
import { writeFileSync } from 'node:fs';
import { createCB, fragment } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import { outline } from './outline.ts';
import { openPart } from './part-file.ts';
import { actionAt, headline, replayCommand } from './summary/kinds.ts';
import type { CaseRecord, EndRecord, RunRecord } from './record/record.ts';
import type { Reporter } from './reporter.ts';
import { isFlaky } from './record/tally.ts';

/**
 * Written when the run ends.
 * @throws Error of the file system, when the file cannot be written
 */
export function junitReporter(file: string): Reporter {
  const { fd, finish } = openPart(file);
  const suites = new Map<string, Suite>();
  let run: RunRecord;
  return {
    name: 'junit',
    runStarted(started) {
      run = started;
      for (const { id } of run.scripts) suites.set(id, emptySuite());
    },
    caseFinished(result) {
      const suite = suites.get(result.script) ?? emptySuite();
      suites.set(result.script, suite);
      // As text, a tenth of the size that it has as a document.
      suite.cases += `${testcase(result, run)}\n`;
      suite.tests++;
      suite.milliseconds += result.milliseconds;
      const outcome = outcomeOf(result);
      if (outcome !== undefined) suite[counters[outcome.element]]++;
    },
    runFinished(end) {
      document({ run, suites, end }, (text) => writeFileSync(fd, text));
      finish();
    },
  };
}

interface Suite {
  /** The testcase elements. */
  cases: string;
  tests: number;
  failures: number;
  errors: number;
  skipped: number;
  milliseconds: number;
}

const emptySuite = (): Suite => ({ cases: '', tests: 0, failures: 0, errors: 0, skipped: 0, milliseconds: 0 });

const counters = { failure: 'failures', error: 'errors', skipped: 'skipped' } as const;

interface Outcome {
  readonly element: keyof typeof counters;
  readonly type: string;
  readonly message: string;
}

/** Undefined when the case passed. */
function outcomeOf(result: CaseRecord): Outcome | undefined {
  const type = result.failure?.cause ?? result.status;
  switch (result.status) {
    case 'passed':
      return undefined;
    case 'failed':
    case 'unexpected-pass':
      return { element: 'failure', type: result.status === 'failed' ? type : result.status, message: headline(result) };
    case 'vacuous':
      return { element: 'failure', type: 'vacuous', message: headline(result) };
    case 'could-not-run':
      return { element: 'error', type, message: headline(result) };
    case 'not-supported':
      return { element: 'skipped', type, message: `not supported: ${headline(result)}` };
    case 'expected-failure': {
      const { reason, issue } = result.expectation ?? { reason: headline(result) };
      return { element: 'skipped', type, message: `expected failure: ${reason}${issue === undefined ? '' : ` (${issue})`}` };
    }
  }
}

function document({ run, suites, end }: { run: RunRecord; suites: ReadonlyMap<string, Suite>; end: EndRecord }, write: (text: string) => void): void {
  const used = [...suites].filter(([, { tests }]) => tests > 0);
  const sum = (count: (suite: Suite) => number): number => used.reduce((total, [, suite]) => total + count(suite), 0);
  const started = run.started.replace(/(\.\d+)?Z$/, '');
  const counts = { tests: sum(({ tests }) => tests), failures: sum(({ failures }) => failures), errors: sum(({ errors }) => errors), skipped: sum(({ skipped }) => skipped) };

  // The testcases have been made already, so the elements around them are written as they open and close.
  const xml = createCB({ prettyPrint: true, data: write });
  xml.dec({ version: '1.0', encoding: 'UTF-8' });
  xml.ele('testsuites', attributes({ name: 'mls-interop', ...counts, time: seconds(end.milliseconds), timestamp: started }));
  for (const [id, { cases, milliseconds, ...suiteCounts }] of used) {
    const script = run.scripts.find((each) => each.id === id);
    xml.ele('testsuite', attributes({ name: id, ...suiteCounts, time: seconds(milliseconds), timestamp: started, file: script?.file ?? '' }));
    const properties = xml.ele('properties');
    for (const [name, value] of runProperties(run, end)) properties.ele('property', attributes({ name, value })).up();
    properties.up().txt('\n');
    write(`${cases}  `);
    xml.up();
  }
  xml.end();
  write('\n');
}

function runProperties(run: RunRecord, end: EndRecord): [string, string][] {
  return [
    ['tool', `${run.tool.name} ${run.tool.version}`],
    ['node', run.tool.node],
    ['seed', run.seed],
    ...run.implementations.map(({ label, name, version }): [string, string] => [`implementation:${label}`, [name, version].filter((part) => part !== undefined).join(' ')]),
    ...(end.interrupted === undefined ? [] : [['interrupted', 'true'] as [string, string]]),
  ];
}

function testcase(result: CaseRecord, run: RunRecord): string {
  const fragmented = fragment();
  const { id, script, milliseconds } = result;
  const element = fragmented.ele('testcase', attributes({ name: id, classname: script.replaceAll('/', '.'), time: seconds(milliseconds) }));
  const outcome = outcomeOf(result);
  if (outcome?.element === 'skipped') element.ele('skipped', attributes({ message: outcome.message }));
  else if (outcome !== undefined) element.ele(outcome.element, attributes({ message: outcome.message, type: outcome.type })).txt(escapable(details(result, run)));
  addProperties(element, result);
  if (outcome !== undefined && outcome.element !== 'skipped' && result.calls !== undefined) element.ele('system-out').txt(escapable(outline(result).join('\n')));
  return fragmented.toString({ prettyPrint: true, offset: 2 });
}

function addProperties(element: XMLBuilder, result: CaseRecord): void {
  const { suite, wire, status, actors, retries, verdict, failure, vacuousBy, expectation } = result;
  const values: { readonly [name: string]: string | number | undefined } = {
    suite,
    wire,
    status,
    actors: Object.entries(actors).map(([actor, label]) => `${actor}=${label}`).join(),
    flaky: isFlaky(result) ? 'true' : undefined,
    retries,
    finding: verdict?.finding,
    culprit: verdict?.finding === 'culprit' ? verdict.culprit?.implementation : failure === undefined ? vacuousBy?.join() : undefined,
    accused: verdict?.finding === 'contested' ? verdict.culprit?.implementation : undefined,
    requirement: verdict?.requirement,
    issue: expectation?.issue,
  };
  const properties = element.ele('properties');
  for (const [name, value] of Object.entries(values)) if (value !== undefined) properties.ele('property', attributes({ name, value }));
}

/** All that is known about a case that did not go as it should, for the text of its failure. */
function details(result: CaseRecord, run: RunRecord): string {
  const { id, script, failure, verdict, vacuous, unjudged, notes } = result;
  const lines: string[] = [];
  if (failure !== undefined) {
    const who = failure.actor === undefined ? '' : `, ${failure.actor} (${failure.implementation ?? '?'})`;
    const call = [failure.rpc, failure.code].filter((part) => part !== undefined).join(' ');
    lines.push(`step ${failure.step} ${actionAt(run, script, failure.step)}${who}: ${[failure.cause, call, failure.message].filter((part) => part !== '').join(': ')}`);
  }
  if (verdict !== undefined) {
    lines.push(`verdict (${verdict.finding}): ${verdict.summary}`);
    if (verdict.requirement !== undefined) lines.push(`requirement: ${verdict.requirement}`);
    if (verdict.differs !== undefined) lines.push(`differs: ${verdict.differs}`);
    lines.push(...verdict.evidence.map((line) => `evidence: ${line}`));
  }
  lines.push(...vacuous.map((line) => `vacuous: ${line}`), ...unjudged.map((line) => `unjudged: ${line}`), ...notes.map((line) => `note: ${line}`));
  lines.push(`replay: ${replayCommand(id, run.replay)}`);
  return lines.join('\n');
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);

function attributes(values: { readonly [name: string]: string | number }): { [name: string]: string } {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, escapable(String(value), true)]));
}

/**
 * Text as the library has to be given it: without the characters that XML 1.0 cannot have, not even escaped; with `&` escaped
 * already, as it takes what looks like an entity for one. In attributes line feeds and tabs become spaces, as any parser would do.
 */
function escapable(text: string, inAttribute = false): string {
  // A lone half of a surrogate pair is no character either.
  const legal = text.toWellFormed().replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
  return (inAttribute ? legal.replace(/[\t\n\r]+/g, ' ') : legal.replaceAll('\r', '')).replaceAll('&', '&amp;');
}
