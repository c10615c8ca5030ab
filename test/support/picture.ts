/**
 * A picture of a report, as docs/images has them: node test/support/picture.ts REPORT.html PICTURE.png [--link '#/cases'] [--scroll 900]
 * With pngquant on the machine the picture is made smaller by it.
 */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { launch, open } from '../report/html/browser.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { link: { type: 'string' }, scroll: { type: 'string', default: '0' } } });
const [report, picture] = positionals;
if (report === undefined || picture === undefined) {
  console.error("usage: node test/support/picture.ts REPORT.html PICTURE.png [--link '#/cases'] [--scroll PIXELS]");
  process.exit(2);
}

const browser = await launch();
const { page } = await open(browser, resolve(report), { link: values.link ?? '', width: 1440 });
await page.evaluate((down) => window.scrollTo(0, down), Number(values.scroll));
await page.screenshot({ path: picture });
await browser.close();
spawnSync('pngquant', ['--quality', '70-95', '--speed', '1', '--force', '--output', picture, picture]);
