/** What ran: the run's own facts and the implementations with their versions. */
import type { RunRecord } from '../../record/record.ts';
import { coverageLines } from '../../summary/coverage-text.ts';
import { undrivenOf } from '../../summary/requirement-table.ts';
import type { PageData } from '../page-data.ts';
import { duration, moment, plural, Scroll, share } from './parts.ts';
import { html, type Content } from './view.ts';

export function RunFacts({ page }: { readonly page: PageData }): Content {
  const { run, end, cases, leftOut } = page;
  const { judged, flaky } = end;
  // The undriven stand below the matrix of requirements.
  const coverage = coverageLines({ ...run, coverage: run.coverage.filter((line) => undrivenOf(line) === undefined) }, end);
  const facts: readonly (readonly [string, Content])[] = [
    ['Began', moment(run.started)],
    ['Took', `${duration(end.milliseconds)}${end.interrupted === true ? ', then was stopped' : ''}`],
    ['Cases', `${cases.length.toLocaleString('en')} of ${run.cases.toLocaleString('en')}`],
    ...(run.shard === undefined ? [] : [['Shard', `${run.shard.index} of ${run.shard.count}`] as const]),
    ['Judged', `${judged.steps.toLocaleString('en')} of ${plural(judged.of, 'step')} (${share(judged.steps, judged.of)})`],
    ...(flaky === 0 ? [] : [['Flaky', plural(flaky, 'case')] as const]),
    ['Seed', html`<code>${run.seed}</code>`],
    ['Tool', `${run.tool.name} ${run.tool.version}, Node ${run.tool.node}, ${run.tool.platform}`],
    ...Object.entries(run.options).map(([name, value]) => [name, html`<code>${typeof value === 'string' ? value : JSON.stringify(value)}</code>`] as const),
  ];
  return html`<section>
    <h2>The run</h2>
    <dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    ${coverage.length > 0 && html`<h3>Coverage</h3><ul class="coverage">${coverage.map((line) => html`<li>${line}</li>`)}</ul>`}
    ${leftOut.cases > 0 && html`<p class="hint">${leftOutText(leftOut)}</p>`}
  </section>`;
}

export function leftOutText({ cases, budget }: PageData['leftOut']): string {
  const room = `${(budget / 2 ** 20).toLocaleString('en', { maximumFractionDigits: 1 })} MiB`;
  return `The calls of ${plural(cases, 'passing case')} are not in this file, which keeps ${room} of passing cases; those of all other cases are. The record of the run has them.`;
}

export function Implementations({ run }: { readonly run: RunRecord }): Content {
  return html`<section>
    <h2>Implementations</h2>
    <${Scroll} label="Implementations"><table class="list">
      <thead><tr>${['Label', 'Calls itself', 'Version', 'Reached at', 'Suites', 'Declared features'].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
      <tbody>${run.implementations.map(
        ({ label, name, version, reach, suites, features, ours }) => html`<tr>
          <th scope="row">${label}</th>
          <td>${name}${ours && html` <span class="tag">this project's engine</span>`}</td>
          <td>${version ?? 'not given'}</td>
          <td><code>${reach}</code></td>
          <td>${suites.join(', ')}</td>
          <td>${features.length === 0 ? 'none' : features.join(', ')}</td>
        </tr>`,
      )}</tbody>
    </table></${Scroll}>
  </section>`;
}
