/** Passive-client files made from interop runs: histories in which mlspp sends GREASE that its leaves do not list (R-10-10). */
import { describe, expect, it } from 'vitest';
import { dataJson } from '../support/data.ts';
import { verify, type Json } from './support.ts';

const files = ['application', 'branch', 'commit', 'external_join', 'external_proposals', 'reinit', 'welcome_join'] as const;

describe.each(files)('passive/%s.json', (file) => {
  const vectors = dataJson<Json[]>('passive', `${file}.json`);

  it.runIf(vectors !== undefined)('passes whole when unlisted GREASE is accepted, and says so', async () => {
    const report = await verify(vectors, { accept: new Set(['unlisted-grease']) });
    expect(report).toMatchObject({ type: 'passive-client', passed: vectors!.length, failed: 0, skipped: 0, failures: [] });
    expect([...report.notes.keys()]).toEqual(['R-10-10: a GREASE extension of a KeyPackage is not in the capabilities of its leaf']);
  });

  it.runIf(vectors !== undefined)('fails with that rule otherwise', async () => {
    const { failures } = await verify(vectors);
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.filter(({ message }) => !message.startsWith('R-10-10'))).toEqual([]);
  });
});
