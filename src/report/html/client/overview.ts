/** What the run found, at a glance: totals, causes, matrices, and what ran. */
import { failsRun } from '../../record/record.ts';
import type { PageData } from '../page-data.ts';
import type { PageProps } from './app.ts';
import { CauseList } from './cause-list.ts';
import { ExchangeMatrix } from './exchange-matrix.ts';
import { isHostile } from '../../summary/requirement-table.ts';
import { RequirementMatrix } from './requirement-matrix.ts';
import { Implementations, RunFacts } from './run-facts.ts';
import { casesLink } from './route.ts';
import { ScriptMatrix } from './script-matrix.ts';
import { explained, StatusSymbol, words } from './status.ts';
import { countsOf } from './tallies.ts';
import { duration, moment, plural } from './parts.ts';
import { html, type Content } from './view.ts';

export function Overview({ page, causes, route }: PageProps): Content {
  const { run, end, cases } = page;
  const facts = [moment(run.started), duration(end.milliseconds), `seed ${run.seed}`, `${run.tool.name} ${run.tool.version}`];
  const causeList = html`<${CauseList} causes=${causes} replay=${run.replay} />`;
  return html`
    <h1 tabindex="-1">${headline(page)}</h1>
    <p class="lede">${facts.join(' · ')}</p>
    <${Interrupted} page=${page} />
    <${Totals} page=${page} />
    ${isHostile(run)
      ? html`<${RequirementMatrix} run=${run} cases=${cases} query=${route.query} />${causeList}`
      : html`<div class="columns">
          ${causes.all.length > 0 && html`<div>${causeList}</div>`}
          <div>
            <${ScriptMatrix} run=${run} cases=${cases} />
            <${ExchangeMatrix} run=${run} cases=${cases} />
          </div>
        </div>`}
    <${Implementations} run=${run} />
    <${RunFacts} page=${page} />
  `;
}

function headline(page: PageData): string {
  const { run, cases } = page;
  const bad = cases.filter(({ status }) => failsRun(status)).length;
  const of = plural(cases.length, 'case');
  const andBad = bad === 0 ? '' : `, ${bad.toLocaleString('en')} not as expected`;
  if (isInterrupted(page)) return `Stopped after ${cases.length.toLocaleString('en')} of ${plural(run.cases, 'case')}${andBad}`;
  if (bad > 0) return `${bad.toLocaleString('en')} of ${of} ${bad === 1 ? 'is' : 'are'} not as expected`;
  return cases.length === 0 ? 'No case was run' : `All ${of} are as expected`;
}

const isInterrupted = ({ run, end, cases }: PageData): boolean => end.interrupted === true || cases.length < run.cases;

function Interrupted({ page }: { readonly page: PageData }): Content {
  if (!isInterrupted(page)) return null;
  const { unfinished } = page;
  return html`<div class="notice">
    <p>The run was stopped before its end. What is shown stands; what was not run is not judged.</p>
    ${unfinished.length > 0 && html`<p>Under way when it stopped:</p><ul>${unfinished.map((id) => html`<li><code>${id}</code></li>`)}</ul>`}
  </div>`;
}

function Totals({ page: { cases } }: { readonly page: PageData }): Content {
  const counts = countsOf(cases);
  return html`<section aria-label="Totals by status">
    <div class="bar" aria-hidden="true">${counts.map(([status, count]) => html`<span class="s-${status}" style=${{ flexGrow: count }}></span>`)}</div>
    <ul class="totals">
      ${counts.map(
        ([status, count]) => html`<li>
          <a href=${casesLink({ status })} title=${explained[status]}><${StatusSymbol} status=${status} /><b>${count.toLocaleString('en')}</b> ${words[status]}</a>
        </li>`,
      )}
    </ul>
  </section>`;
}
