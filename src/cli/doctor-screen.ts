/** What `doctor` found, for the eye and for programs. */
import { findCipherSuite } from '../mls/crypto/suites.ts';
import { oneBelowTheOther, printable } from '../report/printable.ts';
import { knownLimits, type Examination } from '../runner/doctor/examine.ts';
import type { Health, Reflection } from '../runner/doctor/discovery.ts';
import type { Probe } from '../runner/doctor/probes.ts';
import type { Smoke } from '../runner/doctor/smoke.ts';
import { rpcName, type Implementation } from '../runner/implementation.ts';
import { featureOf, features, type Feature } from '../runner/implementations/features.ts';

export interface Found extends Examination {
  readonly implementation: Implementation;
  /** In milliseconds, the start of its process included. */
  readonly reachedIn: number;
}

const width = 100;

/** The screen, no line of it longer than 100 columns. */
export function examinationScreen(found: Found): string {
  const { implementation, complaints, notes } = found;
  const verdict = complaints.length === 0 ? `healthy: ${implementation.label}` : `NOT HEALTHY: ${implementation.label}`;
  const lines = [
    ...facts(found),
    '',
    ...smokeTable(found.smoke),
    '',
    ...rpcTable(found),
    ...breakages(found),
    '',
    ...notes.flatMap((note) => folded(`note: ${note}`, '  ')),
    ...folded([verdict, ...(complaints.length === 0 ? [] : [`: ${complaints.join('; ')}`])].join(''), '  '),
  ];
  // What an implementation says may be folded anywhere, so that any line may begin like a command.
  return `${lines.map((line) => oneBelowTheOther(printable(line.trimEnd()))).join('\n')}\n`;
}

export function examinationJson({ implementation, reachedIn, health, reflection, smoke, probes, complaints, notes }: Found): object {
  const { label, name, address, reach, version, suites, features: declared, ours } = implementation;
  return {
    healthy: complaints.length === 0,
    complaints,
    notes,
    implementation: { label, name, reach, address, ...(version === undefined ? {} : { version }), suites: [...suites].sort(ascending), features: [...declared], ours },
    reached: { milliseconds: Math.round(reachedIn), started: implementation.process !== undefined },
    health,
    reflection,
    smoke: smoke.map((each) => ({ ...each, milliseconds: Math.round(each.milliseconds) })),
    rpcs: probes.map(({ rpc, ...probe }) => ({ rpc: rpcName(rpc), feature: featureOf(rpc), ...probe })),
  };
}

const ascending = (a: number, b: number): number => a - b;

function facts({ implementation, reachedIn, health, reflection }: Found): string[] {
  const { name, version, reach, process, address, suites, ours } = implementation;
  const rows: [string, string][] = [
    ['reached', `${reach}${process === undefined ? '' : ` at ${address}`}, ${process === undefined ? '' : 'started and '}there in ${(reachedIn / 1000).toFixed(2)} s`],
    ['name', `${name === '' ? '(empty)' : name}${version === undefined ? '' : `, version ${version}`}${ours ? ', an engine of this project' : ''}`],
    ['suites', [...suites].sort(ascending).join(', ') || 'none'],
    ['health', healthWords(health)],
    ['reflection', reflectionWords(reflection)],
  ];
  return rows.flatMap(([what, said]) => folded(`${what.padEnd(12)}${said}`, ' '.repeat(12)));
}

function healthWords(health: Health): string {
  if (typeof health === 'object') return `no clear answer: ${health.error}`;
  return health === 'absent' ? 'has no grpc.health.v1, as most have not' : health;
}

function reflectionWords(reflection: Reflection): string {
  if (reflection === 'absent') return 'has none, as most have not';
  return 'services' in reflection ? reflection.services.join(', ') || 'lists no service' : `no clear answer: ${reflection.error}`;
}

function smokeTable(smoke: readonly Smoke[]): string[] {
  return [
    'suite  create, add, commit, join, a message each way',
    ...smoke.flatMap(({ suite, status, milliseconds, message }) => {
      const word = status === 'passed' ? `ok ${String(Math.round(milliseconds)).padStart(6)} ms` : status;
      const about = status === 'passed' ? (findCipherSuite(suite)?.name ?? '') : (message ?? '');
      return folded(`${String(suite).padStart(5)}  ${word.padEnd(14)}${about}`, ' '.repeat(21));
    }),
  ];
}

const answers = { yes: 'yes', no: 'no', broken: 'BROKEN', 'not asked': 'not asked' } as const;
type Mark = (typeof answers)[keyof typeof answers] | 'known' | 'partly';

function rpcTable({ implementation, probes }: Found): string[] {
  const known = knownLimits(implementation);
  const there = probes.filter(({ answer }) => answer === 'yes').length;
  const marked = features.map((feature) => ({ feature, own: probes.filter(({ rpc }) => featureOf(rpc) === feature) }));
  const columns = Math.max(...features.map(({ length }) => length)) + 2;
  return [
    `${'feature'.padEnd(columns)}           rpcs: ${there} of ${probes.length} answer`,
    ...marked.flatMap(({ feature, own }) => {
      const mark = markOf(own, known.has(feature));
      // Where all are alike, the mark says it for all.
      const alike = new Set(own.map(({ answer }) => answer)).size === 1;
      const names = own.map(({ rpc, answer }) => `${rpcName(rpc)}${alike || answer === 'yes' ? '' : `(${answers[answer]})`}`).join(' ');
      return folded(`${declaredName(feature, implementation).padEnd(columns)}${mark.padEnd(11)}${names}`, ' '.repeat(columns + 11));
    }),
    ...(implementation.features.size > 0 ? ['* declared'] : []),
  ];
}

const declaredName = (feature: Feature, { features: declared }: Implementation): string => `${feature}${declared.has(feature) ? '*' : ''}`;

function markOf(probes: readonly Probe[], isKnown: boolean): Mark {
  const found = new Set(probes.map(({ answer }) => answer));
  if (found.has('broken')) return isKnown ? 'known' : 'BROKEN';
  return found.size === 1 ? answers[probes[0]!.answer] : 'partly';
}

/** What was seen of each rpc that broke; those that broke alike share a line. */
function breakages({ probes }: Found): string[] {
  const broken = probes.filter(({ answer }) => answer === 'broken');
  if (broken.length === 0) return [];
  // Numbers of threads and source lines would keep alike breakages apart.
  const alike = Map.groupBy(broken, (probe) => breakage(probe).replaceAll(/\d+/g, '#'));
  return ['', ...[...alike.values()].flatMap((those) => folded(`! ${those.map(({ rpc }) => rpcName(rpc)).join(', ')}: ${breakage(those[0]!)}`, '    '))];
}

const longestOutput = 200;

/** With the first lines that its process wrote: what a crash has to say comes before its stack. */
function breakage({ code, message, output = '' }: Probe): string {
  const said = output.split('\n').slice(0, 2).map((line) => line.trim()).join(' ');
  return `${code}: ${message}${said === '' ? '' : ` | ${said.slice(0, longestOutput)}`}`;
}

/** Breaks a line at spaces so that it fits; what follows is indented. */
function folded(text: string, indent: string): string[] {
  const lines: string[] = [];
  let rest = text.replaceAll('\n', ' ');
  while (rest.length > width) {
    const at = rest.lastIndexOf(' ', width);
    const end = at > indent.length ? at : width;
    lines.push(rest.slice(0, end));
    rest = indent + rest.slice(end).trimStart();
  }
  return [...lines, rest];
}
