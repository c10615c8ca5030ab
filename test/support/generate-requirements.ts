/**
 * Writes src/mls/requirements.ts from the requirement inventory (spec/rfc9420-requirements.tsv of the data folder):
 * `node test/support/generate-requirements.ts`. The test `requirements-are-current` compares the two.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder, projectRoot } from './data.ts';

export const inventoryPath = join(dataFolder, 'spec/rfc9420-requirements.tsv');
export const generatedPath = join(projectRoot, 'src/mls/requirements.ts');

/** The source text of src/mls/requirements.ts for the inventory's text. */
export function requirementsSource(tsv: string): string {
  const [header, ...rows] = tsv.trimEnd().split('\n').map((line) => line.split('\t'));
  const column = (name: string) => header!.indexOf(name);
  const id = column('id');
  const level = column('level');
  const role = column('role');
  const text = column('text');
  const lines = rows.map((row) => `  ${quote(row[id]!)}: [${quote(row[level]!)}, ${quote(row[role]!)}, ${quote(row[text]!)}],`);
  return [
    '/**',
    ' * The requirements of RFC 9420 by id: [level, who is bound, the rule]. Generated from the requirement inventory by',
    ' * test/support/generate-requirements.ts; do not edit.',
    ' */',
    'export const requirements = {',
    ...lines,
    '} as const satisfies Record<string, readonly [level: string, role: string, text: string]>;',
    '',
    '/** The id of a requirement, such as `R-12.2-03` for the third rule of RFC 9420 §12.2. */',
    'export type RequirementId = keyof typeof requirements;',
    '',
  ].join('\n');
}

const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

if (import.meta.main) writeFileSync(generatedPath, requirementsSource(readFileSync(inventoryPath, 'utf8')));
