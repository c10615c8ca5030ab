/** The page in a real browser: what a reader does with it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { htmlReporter } from '../../../src/report/html/html.ts';
import { caseLink } from '../../../src/report/html/client/route.ts';
import { hasBrowser, launch, open, violations, type View } from './browser.ts';
import { cases, endOf, fixture, hostile, run, tell } from './fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'mls-interop-html-'));
const file = join(folder, 'report.html');
const judged = 'commits/tree_changes/suite:1/wire:public/alice=ours,bob=openmls,charlie=mlspp,dave=openmls,eve=ours';
const passing = 'commits/tree_changes/suite:1/wire:public/alice=ours,bob=mlspp,charlie=openmls,dave=ours,eve=mlspp';
const harmful = `odd/${hostile}/suite:1/wire:public/alice=openmls,bob=ours`;
let browser: Browser;

const rowCount = (page: Page): Promise<number> => page.locator('table.cases tbody tr').count();

describe.skipIf(!hasBrowser)('the page', () => {
  beforeAll(async () => {
    tell(htmlReporter(file), await fixture());
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  const views = [
    ['overview', '#/'],
    ['list of cases', '#/cases'],
    ['filtered list', '#/cases?status=failed&pair=mlspp>openmls'],
    ['failed case with a Welcome and the failing call opened', caseLink(judged, { call: '8,18' })],
    ['passing case with a Commit and its trees opened', caseLink(passing, { call: '12' })],
    ['case of a peer that means harm', caseLink(harmful, { call: '0' })],
    ['case that does not exist', caseLink('nothing/of/the/kind')],
  ] as const;

  for (const width of [1280, 390]) {
    test.each(views)(`passes axe-core in light and dark, asks for nothing and stays inside its width at ${width} px: %s`, async (_, link) => {
      const { page, complaints } = await open(browser, file, { link, width });
      await page.waitForSelector('main:not(:has(.loading))');
      const light = await violations(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect({ light, dark: await violations(page) }).toEqual({ light: [], dark: [] });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      expect(complaints).toEqual([]);
      await page.close();
    });
  }

  test('keeps filters in the URL, and Back undoes them', async () => {
    const { page, complaints } = await open(browser, file);
    await page.getByRole('link', { name: '2 failed' }).click();
    expect(await rowCount(page)).toBe(2);
    await page.getByLabel('Culprit').selectOption('mlspp');
    expect(await rowCount(page)).toBe(1);
    expect(page.url()).toMatch(/#\/cases\?status=failed&culprit=mlspp$/);
    await page.getByLabel('Text', { exact: true }).fill('no case says this');
    await page.waitForFunction(() => document.querySelector('.count')?.textContent?.startsWith('0 of'));
    await page.goBack();
    expect(await rowCount(page)).toBe(1);
    await page.goBack();
    await page.waitForFunction(() => document.querySelectorAll('table.cases tbody tr').length === 2);
    await page.goBack();
    await page.waitForFunction(() => /not as expected/.test(document.querySelector('h1')!.textContent!));
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('restores a view from its link', async () => {
    const { page } = await open(browser, file, { link: '#/cases?text=psk&status=vacuous,passed&implementation=openmls' });
    expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('psk');
    expect(await page.getByLabel('Implementation').inputValue()).toBe('openmls');
    expect(await page.getByRole('checkbox', { name: 'passed', exact: false }).last().isChecked()).toBe(true);
    expect(await rowCount(page)).toBeGreaterThan(0);
    await page.close();
  });

  test('goes back from a case to where the reader was on the list', async () => {
    const { page } = await open(browser, file, { link: '#/cases' });
    await page.evaluate(() => {
      // The page listens too, and before this.
      const scrolled = new Promise((resolve) => addEventListener('scroll', resolve, { once: true }));
      scrollTo(0, 700);
      return scrolled.then(() => undefined);
    });
    await page.locator('table.cases tbody tr').nth(20).getByRole('link').click();
    await page.waitForSelector('h1.case-id');
    expect(await page.evaluate(() => [scrollY, document.activeElement?.tagName])).toEqual([0, 'H1']);
    await page.goBack();
    await page.waitForSelector('table.cases');
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(500);
    await page.close();
  });

  test('leads from a matrix to the cases behind a cell', async () => {
    const { page } = await open(browser, file);
    await page.getByRole('table').nth(1).getByRole('link', { name: /^1\s*\/4 cases failed, worst: failed; blamed: mlspp 1/ }).click();
    expect(await rowCount(page)).toBe(1);
    await page.locator('table.cases tbody a').click();
    await page.getByText('A parent counts as valid only if').waitFor();
    await page.close();
  });

  test('marks the octets of the field under the pointer, and the field of the octets', async () => {
    const { page } = await open(browser, file, { link: caseLink(judged, { call: '8' }) });
    const decoded = page.locator('.call-body .decoded').first();
    const marked = async (): Promise<string> => (await decoded.locator('.octets .on').allInnerTexts()).join('').replaceAll(/\s/g, '');
    await decoded.getByRole('treeitem', { name: /^wire_format/ }).hover();
    expect(await marked()).toBe('0003');
    await decoded.getByRole('treeitem', { name: /^cipher_suite/ }).hover();
    expect(await marked()).toBe('0001');
    await decoded.locator('.octets [data-field]').first().hover();
    expect(await decoded.locator('.field-tree .active').innerText()).toMatch(/^version/);
    await decoded.locator('.octets [data-field]').nth(1).click();
    await page.mouse.move(0, 0);
    expect(await decoded.locator('.field-tree [aria-selected="true"]').innerText()).toMatch(/^wire_format/);
    await page.close();
  });

  test('shows the call that failed beside or below the verdict, and above all octets', async () => {
    for (const width of [1280, 390]) {
      const { page } = await open(browser, file, { link: caseLink(judged), width });
      const tops = await Promise.all(['.verdict', '.failure', '.at-fault'].map(async (part) => (await page.locator(part).boundingBox())!.y));
      expect(tops).toEqual(tops.toSorted((a, b) => a - b));
      expect(tops[0] === tops[1]).toBe(width === 1280);
      await page.close();
    }
  });

  test('lists cases worst first, and scripts to choose from in the order of the run', async () => {
    const { page } = await open(browser, file, { link: '#/cases' });
    expect(await page.locator('table.cases tbody tr .badge').first().innerText()).toBe('failed');
    expect(await page.getByLabel('Script').locator('option').allInnerTexts()).toEqual(['any', 'commits', ...run.scripts.map(({ id }) => id)]);
    await page.close();
  });

  test('marks the offending field of a verdict from the start', async () => {
    const { page } = await open(browser, file, { link: caseLink(judged) });
    const verdict = page.locator('.at-fault');
    expect(await verdict.locator('[aria-selected="true"]').innerText()).toMatch(/^leaf_node/);
    expect(await verdict.locator('.octets .on').count()).toBeGreaterThan(2);
    await page.close();
  });

  test('can be used with the keyboard alone', async () => {
    const { page } = await open(browser, file, { link: caseLink(judged) });
    const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');
    await page.waitForSelector('.call');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await page.locator('#call-8').focus();
    await page.keyboard.press('Enter');
    expect(page.url()).toMatch(/\?call=8$/);
    const fields = page.locator('.call-body [role="tree"]').first();
    await fields.locator('[tabindex="0"]').focus();
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toMatch(/^version/);
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    expect(await fields.getByRole('treeitem').count()).toBe(1);
    await page.keyboard.press('ArrowRight');
    expect(await fields.getByRole('treeitem').count()).toBeGreaterThan(5);
    await page.close();
  });

  test('says of a node of the tree who can decrypt what', async () => {
    const { page } = await open(browser, file, { link: caseLink(passing) });
    const after = page.locator('.trees figure').last();
    await after.locator('[data-node="3"]').hover();
    expect(await after.locator('.tree-said').innerText()).toMatch(/^Node 3, parent at level 2; .*alice, charlie, dave can decrypt/);
    await after.locator('svg [tabindex="0"]').focus();
    await page.keyboard.press('ArrowDown');
    expect(await after.locator('.tree-said').innerText()).toMatch(/^Node 1, parent at level 1/);
    await page.close();
  });

  test('switches between dark and light and remembers it', async () => {
    const { page } = await open(browser, file, { scheme: 'light' });
    const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.getByLabel('Theme').selectOption('dark');
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.reload();
    await page.waitForSelector('h1');
    expect(await background()).toBe(dark);
    await page.close();
  });

  test('says that a run was stopped, and what it left out', async () => {
    const stopped = join(folder, 'stopped.html');
    const results = (await cases()).slice(0, 3);
    tell(htmlReporter(stopped, { passingBudget: 0 }), [{ ...run, cases: 50 }, ...results, { type: 'started', id: 'commits/the-last', script: 'commits/add' }, endOf(results, true)]);
    const { page, complaints } = await open(browser, stopped);
    expect(await page.locator('h1').innerText()).toBe('Stopped after 3 of 50 cases, 1 not as expected');
    expect(await page.locator('.notice').innerText()).toContain('commits/the-last');
    expect(await page.locator('main').innerText()).toContain('The calls of 2 passing cases are not in this file');
    await page.goto(page.url().replace(/#.*|$/, caseLink(results[1]!.id)));
    await page.getByText('The calls of 2 passing cases are not in this file').waitFor();
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('shows what a peer that means harm says as text', async () => {
    const view: View = await open(browser, file, { link: caseLink(harmful, { call: '0' }) });
    await view.page.waitForSelector('.call-body');
    expect(await view.page.title()).toBe('MLS interop report');
    expect(await view.page.locator('img').count()).toBe(0);
    expect(await view.page.locator('a[href^="javascript"]').count()).toBe(0);
    expect(await view.page.locator('.failure .said-by-peer').innerText()).toBe(hostile);
    await view.page.close();
  });

  test('lets no script in but its own', async () => {
    const { page } = await open(browser, file);
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "taken"';
      document.body.append(script);
      document.body.setAttribute('onclick', 'document.title = "taken"');
    });
    await page.locator('h1').click();
    expect(await page.title()).toBe('MLS interop report');
    await page.close();
  });
});
