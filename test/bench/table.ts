/** The results as text: Markdown tables for a document, aligned columns for a terminal. */
import type { Results, Row, SizeRow } from './benchmark.ts';

/** Ratios compare with this engine, when it took part. */
const ours = 'ours, native';
const isPeer = (name: string): boolean => !name.startsWith('ours');

export function tables(results: Results, style: 'markdown' | 'text'): string {
  const { engines, machine, cipherSuite } = results;
  const peers = engines.includes(ours) ? engines.filter(isPeer) : [];
  const ratios = engines.includes(ours) ? ['native / primitives', ...peers.map((peer) => `${peer} / native`)] : [];
  const render = style === 'markdown' ? markdown : text;
  const { node, openssl, cpu, cpus } = machine;
  return [
    `Medians in milliseconds; cipher suite ${cipherSuite}, Node ${node}, OpenSSL ${openssl}, ${cpus} x ${cpu}.`,
    '"primitives" is what the public-key operations that RFC 9420 requires take one after the other.',
    '',
    render([['N', 'operation', 'primitives', ...engines, ...ratios], ...results.rows.map((row) => timeCells(row, engines, peers))]),
    '',
    render([['N', 'bytes', ...engines], ...results.sizes.map((row) => sizeCells(row, engines))]),
    '',
  ].join('\n');
}

function timeCells({ operation, size, floor, measured }: Row, engines: readonly string[], peers: readonly string[]): string[] {
  const of = (name: string): number => measured.find((one) => one.name === name)!.median;
  const ratios = engines.includes(ours) ? [ratio(of(ours), floor), ...peers.map((peer) => ratio(of(peer), of(ours)))] : [];
  return [String(size ?? ''), operation, milliseconds(floor), ...engines.map((name) => milliseconds(of(name))), ...ratios];
}

const sizeCells = ({ what, size, bytes }: SizeRow, engines: readonly string[]): string[] => [
  String(size),
  what,
  ...engines.map((name) => bytes[name]!.toLocaleString('en')),
];

const milliseconds = (value: number): string => value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3);
const ratio = (a: number, b: number): string => `${(a / b).toFixed(a / b >= 10 ? 0 : 1)}x`;

function markdown([head, ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head!), line(head!.map((_, i) => (i === 1 ? '---' : '--:'))), ...rows.map(line)].join('\n');
}

function text(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) => row.map((cell, i) => (i === 1 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')).join('\n');
}
