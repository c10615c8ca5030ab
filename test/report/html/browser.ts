/** A real browser for the tests of the page, and the rules that hold on every view of it. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';

const { CHROMIUM: chosen } = process.env;
const known = chosen === undefined ? ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'] : [chosen];
// Some systems have a file of that name that only says how the browser would be installed.
const executable = known.find((path) => existsSync(path) && spawnSync(path, ['--version'], { timeout: 30_000 }).status === 0);
if (executable === undefined && chosen !== undefined) throw new Error(`CHROMIUM=${chosen}: no browser that says its version`);
if (executable === undefined) console.warn(`SKIPPED: no browser that works at ${known.join(', ')}; install chromium or name one in CHROMIUM`);

export const hasBrowser = executable !== undefined;

/** Nothing but the page itself is asked of it. */
const quiet = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: executable!, args: quiet });

export interface View {
  readonly page: Page;
  /** What the console said and what was asked of anybody but the file. */
  readonly complaints: string[];
}

/** Opens a report at a link such as `#/cases`. */
export async function open(browser: Browser, file: string, { link = '', width = 1280, scheme = 'light' }: { readonly link?: string; readonly width?: number; readonly scheme?: 'light' | 'dark' } = {}): Promise<View> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
  const complaints: string[] = [];
  const own = pathToFileURL(file).href;
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (request.url().replace(/#.*/s, '') !== own && !request.url().startsWith('data:')) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(own + link);
  await page.waitForSelector('h1');
  return { page, complaints };
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds wrong, a line each. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations: found } = await (globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> } }).axe.run();
    return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary.slice(0, 200)}`));
  });
}
