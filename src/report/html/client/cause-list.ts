/** What did not pass, one entry per kind of trouble. */
import { useState } from 'preact/hooks';
import { requirements } from '../../../mls/requirements.ts';
import { replayCommand } from '../../summary/kinds.ts';
import type { Cause, Causes } from './causes.ts';
import { Command, plural } from './parts.ts';
import { caseLink, casesLink } from './route.ts';
import { Badge } from './status.ts';
import { html, type Content } from './view.ts';

/** Shown before the reader asks for the rest. */
const shownFirst = 8;

/** @param replay of the run */
export function CauseList({ causes, replay }: { readonly causes: Causes; readonly replay: string | undefined }): Content {
  const numbered = causes.all.map((cause, at) => ({ cause, at }));
  const isUnenforced = ({ cause }: { readonly cause: Cause }): boolean => cause.example.status === 'passed';
  return html`
    <${Listing} title="What did not pass" replay=${replay} entries=${numbered.filter((entry) => !isUnenforced(entry))} />
    <${Listing} title="Rules broken in cases that passed" replay=${replay} entries=${numbered.filter(isUnenforced)} />
  `;
}

interface ListingProps {
  readonly title: string;
  readonly replay: string | undefined;
  readonly entries: readonly { readonly cause: Cause; readonly at: number }[];
}

function Listing({ title, replay, entries }: ListingProps): Content {
  const [all, showAll] = useState(false);
  if (entries.length === 0) return null;
  const shown = all ? entries : entries.slice(0, shownFirst);
  return html`<section>
    <h2>${title} <small>${plural(entries.length, 'kind')}</small></h2>
    <ol class="causes">${shown.map(({ cause, at }) => html`<${Entry} key=${at} at=${at} cause=${cause} replay=${replay} />`)}</ol>
    ${shown.length < entries.length && html`<button type="button" onClick=${() => showAll(true)}>Show ${plural(entries.length - shown.length, 'more kind')}</button>`}
  </section>`;
}

function Entry({ cause: { cases, example, title }, at, replay }: { readonly cause: Cause; readonly at: number; readonly replay: string | undefined }): Content {
  const { verdict, failure, expectation } = example;
  const scripts = new Set(cases.map(({ script }) => script)).size;
  return html`<li>
    <div class="cause-head">
      <${Badge} status=${example.status} />
      <h3>${title}</h3>
      <a href=${casesLink({ cause: String(at) })}>${plural(cases.length, 'case')}${scripts > 1 ? ` in ${scripts} scripts` : ''}</a>
    </div>
    ${verdict?.requirement !== undefined && html`<p class="rule">${ruleOf(verdict.requirement)}</p>`}
    ${verdict !== undefined && html`<p>${verdict.finding !== 'culprit' && html`<b>${finding(verdict.finding)}</b>${' '}`}${verdict.summary}</p>`}
    ${failure !== undefined && !verdict?.summary.includes(failure.message) && html`<p class="said-by-peer"><code>${failure.message}</code></p>`}
    ${expectation !== undefined && html`<p>Expected: ${expectation.reason}</p>`}
    <p class="example">For example <a href=${caseLink(example.id)}>${example.id}</a></p>
    <${Command} text=${replayCommand(example.id, replay)} />
  </li>`;
}

export const finding = (of: 'culprit' | 'contested' | 'unknown'): string => ({ culprit: 'Culprit found.', contested: 'Contested.', unknown: 'Not decided.' })[of];

/** The text of a requirement, or nothing for an id that this version does not know. */
export const ruleOf = (id: string): string => (id in requirements ? requirements[id as keyof typeof requirements][2] : '');
