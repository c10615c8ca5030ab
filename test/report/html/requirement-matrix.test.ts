/** The matrix of a hostile run in a real browser. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { htmlReporter } from '../../../src/report/html/html.ts';
import { hasBrowser, launch, open, violations } from './browser.ts';
import { fixture, tell } from './fixture.ts';
import { hostileRecord } from './hostile-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'mls-interop-hostile-'));
const file = join(folder, 'hostile.html');
let browser: Browser;

/** What a reader sees of each row, its cells between bars. */
const rowsOf = async (page: Page): Promise<string[]> => {
  const rows = await page.locator('table.requirements tr:not(.group)').all();
  return Promise.all(rows.map(async (row) => (await row.locator('th, td').evaluateAll((cells) => cells.map((cell) => cell.textContent!.trim()))).join(' | ')));
};

describe.skipIf(!hasBrowser)('the matrix of a hostile run', () => {
  beforeAll(async () => {
    tell(htmlReporter(file), hostileRecord());
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  test('says the worst in words, in the order of the RFC, and who upholds how many', async () => {
    const { page } = await open(browser, file);
    expect((await rowsOf(page)).map((row) => row.replace(/^(R-[\d.-]+\d)[^|]*/, '$1'))).toEqual([
      'Requirement | ours | mlspp | openmls',
      'Requirements upheld | 3 of 4 | 2 of 4 | 2 of 3',
      'R-2.1-02| rejected 1/1 | lenient 1/1 | not run',
      'R-6-04| vacuous 1/1 | hung 1/1 | cut off 1/1',
      'R-12.4.2-08| rejected 2/2 | accepted 1/2; rejected 1/2, 1 accepted | crashed 1/2; rejected 0/2, 1 crashed, 1 stuck',
      'R-12.4.2-10| rejected 1/1 | rejected 1/1 | rejected 1/1',
    ]);
    expect(await page.locator('.requirements .group a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))).toEqual(['2.1', '6', '12.4.2'].map((section) => `https://www.rfc-editor.org/rfc/rfc9420.html#section-${section}`));
    expect(await page.locator('.undriven').innerText()).toMatch(/^R-5\.3\.1-01, R-7\.2-10\s+no rpc sets a policy$/);
    expect(await page.locator('.coverage').innerText()).toBe('5 violations of 4 requirements');
    await page.close();
  });

  test('leads from a cell to its cases, and Back to the filter, the rows that were open and the place in the box', async () => {
    const { page } = await open(browser, file);
    await page.setViewportSize({ width: 1280, height: 460 });
    await page.getByLabel('Only what is not rejected').check();
    expect(await page.getByRole('status').filter({ hasText: 'requirements' }).innerText()).toBe('3 of 4 requirements');
    await page.getByRole('button', { name: 'R-12.4.2-08' }).click();
    const violation = page.locator('tr.violation', { hasText: 'too_long' });
    expect(await violation.locator('td').allInnerTexts()).toEqual(['rejected\n1/1', 'rejected\n1/1', 'crashed\n1/1']);
    const box = page.locator('.tall');
    const scrolled = (): Promise<number> => box.evaluate((element) => element.scrollTop);
    await box.evaluate((element) => element.scrollTo(0, 1000));
    const end = await scrolled();
    expect(end).toBeGreaterThan(0);
    await page.getByRole('link', { name: /^accepted/ }).first().click();
    expect(page.url()).toMatch(/#\/cases\?script=R-12.4.2-08&implementation=mlspp$/);
    expect(await page.locator('table.cases tbody th').allInnerTexts()).toEqual([expect.stringMatching(/^R-12.4.2-08\/a_path_that_is_missing/), expect.stringMatching(/^R-12.4.2-08\/a_path_that_is_too_long/)]);
    await page.goBack();
    await violation.waitFor();
    expect(await scrolled()).toBe(end);
    expect(await page.getByLabel('Only what is not rejected').isChecked()).toBe(true);
    await page.goBack();
    await page.locator('button.disclose', { hasText: 'R-12.4.2-10' }).waitFor();
    await page.close();
  });

  test.each([1280, 390])('passes axe-core in light and dark, asks for nothing, keeps its head in sight and scrolls inside its own box at %i px', async (width) => {
    const { page, complaints } = await open(browser, file, { link: '#/?open=R-2.1-02,R-12.4.2-08,R-6-04', width });
    await page.setViewportSize({ width, height: 500 });
    const light = await violations(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect({ light, dark: await violations(page) }).toEqual({ light: [], dark: [] });
    const box = page.locator('.tall');
    await box.evaluate((element) => element.scrollTo(30, 60));
    const tops = await Promise.all([box, box.locator('thead')].map(async (part) => (await part.boundingBox())!.y));
    expect(tops[1]! - tops[0]!).toBeLessThan(3);
    expect(await box.evaluate((element) => element.scrollTop)).toBe(60);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('is not shown of a run without violations', async () => {
    const usual = join(folder, 'usual.html');
    tell(htmlReporter(usual), await fixture());
    const { page } = await open(browser, usual);
    expect(await page.locator('table.requirements').count()).toBe(0);
    expect(await page.getByText('Scripts by implementation').count()).toBe(1);
    await page.close();
  });
});
