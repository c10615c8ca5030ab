/** What a run writes: its record, every report made of it, and its output. Without --keep-secrets none of it has a secret in it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunOptions } from '../../../src/cli/run.ts';
import { runScripts } from '../../../src/cli/run-scripts.ts';
import { serviceLog } from '../../../src/service/log.ts';
import { startService } from '../../../src/service/service.ts';
import { testOptions } from '../../service/support/service.ts';
import { projectRoot } from '../../support/data.ts';
import { Wanted } from './disclosure.ts';
import { tracedProvider } from './traced-provider.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mls-interop-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const scriptFiles = (...names: readonly string[]): string[] => names.map((name) => join(projectRoot, 'src/runner/scripts', `${name}.json`));
const reports = ['record', 'html', 'junit', 'markdown', 'json'] as const;

/** Runs the project's own scripts against a traced service; gives its secrets and all that was written. */
async function written(scripts: readonly string[], options: Partial<RunOptions>): Promise<{ readonly wanted: Wanted; readonly texts: Readonly<Record<string, string>> }> {
  const { crypto, trace } = tracedProvider('native');
  const service = await startService(testOptions({ crypto, suites: [1], log: false }), serviceLog(false, { write: () => undefined }));
  let output = '';
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      output += chunk.toString();
      done();
    },
  });
  const files = Object.fromEntries(reports.map((report) => [report, join(folder, report)]));
  try {
    await runScripts(
      scripts,
      {
        ...{ client: [{ label: 'ours', address: service.address }], seed: '1', strength: 2, assignments: 1, self: true, jobs: 1, transcripts: 'all', callDeadline: 60, connectDeadline: 60 },
        ...{ expectations: false, referee: true, steps: 30, maxMembers: 5, shrunk: join(folder, 'shrunk'), shrinkAttempts: 1, suite: [1], public: true },
        ...files,
        ...options,
      } as RunOptions,
      { stdout: stream, stderr: stream },
    );
  } finally {
    await service.stop();
  }
  const texts = Object.fromEntries(reports.map((report) => [report, readFileSync(files[report]!, 'utf8')]));
  // An authenticator is there to be compared.
  const secrets = trace.since().filter(({ name }) => !['random', 'authentication'].includes(name));
  return { wanted: new Wanted(secrets.map((one) => ({ name: one.name, value: one.value() }))), texts: { ...texts, packed: unpacked(texts['html']!), output } };
}

/** What the page holds compressed. */
const unpacked = (html: string): string =>
  Array.from(html.matchAll(/<script type="text\/plain" id="[^"]*">([^<]*)</g), ([, base64]) => gunzipSync(Buffer.from(base64!, 'base64')).toString()).join('\n');

test('without --keep-secrets no private key, PSK, exported or derived secret is in the record, a report or the output', async () => {
  const { wanted, texts } = await written(scriptFiles('joining', 'commits', 'messages', 'successors'), {});
  expect(wanted.size).toBeGreaterThan(1_000);
  expect(texts['record']).toContain('"psk_secret":"[secret]"');
  expect(texts['packed']).toContain('CreateKeyPackage');
  expect(Object.fromEntries(Object.entries(texts).map(([what, text]) => [what, wanted.in(text)]))).toEqual(Object.fromEntries(Object.keys(texts).map((what) => [what, []])));
}, 120_000);

test('with --keep-secrets the record has them, so the search would find them', async () => {
  const { wanted, texts } = await written(scriptFiles('joining'), { keepSecrets: true });
  expect(wanted.in(texts['record']!).join()).toContain('private key in base64');
  expect(wanted.in(texts['record']!).join()).toContain('psk in base64');
}, 120_000);
