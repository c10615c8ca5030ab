/** Where the script of the page begins. */
import { render } from 'preact';
import type { PageData } from '../page-data.ts';
import { App } from './app.ts';
import { readBlock } from './blocks.ts';
import { causesOf } from './causes.ts';
import { applyStoredTheme } from './theme.ts';
import { html } from './view.ts';

applyStoredTheme();
void start(document.getElementById('app')!);

async function start(place: HTMLElement): Promise<void> {
  try {
    const page = await readBlock<PageData>('run');
    const causes = causesOf(page.cases);
    place.replaceChildren();
    render(html`<${App} page=${page} causes=${causes} />`, place);
  } catch (error) {
    place.textContent = `This report cannot be read: ${(error as Error).message}`;
  }
}
