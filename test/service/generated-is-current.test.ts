import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'mls-interop-generate-'));
});
afterAll(() => rmSync(scratch, { recursive: true }));

test('the committed gRPC code is what npm run generate makes of the proto file', () => {
  const template = join(scratch, 'buf.gen.yaml');
  const settings = readFileSync(join(root, 'proto/buf.gen.yaml'), 'utf8');
  writeFileSync(template, settings.replace('out: src/generated', `out: ${scratch}`));

  execFileSync(join(root, 'node_modules/.bin/buf'), ['generate', 'proto', '--template', template], { cwd: root });

  const committed = readFileSync(join(root, 'src/generated/mls_client.ts'), 'utf8');
  expect(readFileSync(join(scratch, 'mls_client.ts'), 'utf8')).toBe(committed);
}, 60_000);
