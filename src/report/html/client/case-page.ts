/** One case: how it ended and who is at fault, then every call in a lane per actor, and the ratchet tree of every epoch. */
import { useEffect, useState } from 'preact/hooks';
import { actionAt, replayCommand } from '../../summary/kinds.ts';
import type { CaseDetails, CaseRow, PageData } from '../page-data.ts';
import type { PageProps } from './app.ts';
import { readBlock } from './blocks.ts';
import { CaseVerdict } from './case-verdict.ts';
import { filtered, filtersOf } from './filters.ts';
import { Lanes } from './lanes.ts';
import { Alone, Command, duration, Link, moment, share } from './parts.ts';
import { caseLink, casesLink } from './route.ts';
import { leftOutText } from './run-facts.ts';
import { Badge } from './status.ts';
import { treesOf } from './tree-model.ts';
import { TreeHistory } from './tree-history.ts';
import { html, type Content } from './view.ts';

export function CasePage(props: PageProps): Content {
  const row = props.page.cases.find(({ id }) => id === props.route.id);
  const details = useDetails(row);
  if (row === undefined) {
    return html`<h1 tabindex="-1">No such case</h1><p>This run has no case <code>${props.route.id}</code>. <a href=${casesLink()}>All cases</a></p>`;
  }
  return html`
    <${Neighbours} ...${props} row=${row} />
    <h1 tabindex="-1" class="case-id">${row.script} <span class="dim">suite ${row.suite}, ${row.wire}</span></h1>
    <p class="whole-id"><${Badge} status=${row.status} /> ${row.self === true && html`<${Alone} /> `}<code>${row.id}</code></p>
    <${Command} text=${replayCommand(row.id, props.page.run.replay)} />
    ${details instanceof Error
      ? html`<p class="notice">${details.message}</p>`
      : details === undefined
        ? html`<p class="loading" role="status">Reading the case...</p>`
        : html`<${Details} page=${props.page} row=${row} details=${details} route=${props.route} />`}
  `;
}

type Loaded = CaseDetails | 'left out' | Error | undefined;

function useDetails(row: CaseRow | undefined): Loaded {
  const [details, setDetails] = useState<Loaded>(row?.block === undefined ? 'left out' : undefined);
  useEffect(() => {
    let isShown = true;
    if (row?.block !== undefined) {
      readBlock<CaseDetails>(`case-${row.block}`).then(
        (read) => isShown && setDetails(read),
        (error: Error) => isShown && setDetails(error),
      );
    }
    return () => {
      isShown = false;
    };
  }, [row]);
  return details;
}

/** The way back to the list that the reader came from, and to the cases beside this one on it. */
function Neighbours({ page, causes, route, row }: PageProps & { readonly row: CaseRow }): Content {
  const filters = filtersOf(route.query);
  const found = filtered(page.cases, filters, causes);
  const at = found.indexOf(row);
  const link = (to: CaseRow | undefined, rel: string, text: string): Content => to && html`<a href=${caseLink(to.id, filters)} rel=${rel}>${text}</a>`;
  return html`<nav class="crumbs" aria-label="Neighbouring cases">
    <a href=${casesLink(filters)}>Cases</a>
    <span>${at < 0 ? '' : `${(at + 1).toLocaleString('en')} of ${found.length.toLocaleString('en')}`}</span>
    ${at > 0 && link(found[at - 1], 'prev', 'Previous')}
    ${at >= 0 && link(found[at + 1], 'next', 'Next')}
  </nav>`;
}

interface DetailsProps {
  readonly page: PageData;
  readonly row: CaseRow;
  readonly details: CaseDetails | 'left out';
  readonly route: PageProps['route'];
}

function Details({ page, row, details, route }: DetailsProps): Content {
  if (details === 'left out') return html`<p class="notice">${leftOutText(page.leftOut)}</p><${Facts} row=${row} /><${Cast} row=${row} />`;
  const { record, calls } = details;
  const steps = page.run.scripts.find(({ id }) => id === row.script)?.steps ?? [];
  const action = (step: number): string => actionAt(page.run, row.script, step);
  const trees = treesOf(details);
  return html`
    <${CaseVerdict} record=${record} action=${action} />
    <${Remarks} record=${record} />
    <${Facts} row=${row} started=${record.started} />
    ${calls.length === 0
      ? html`<${Cast} row=${row} /><p class="notice">The record has no calls of this case.</p>`
      : html`<${Lanes} details=${details} steps=${steps} action=${action} trees=${trees} query=${route.query} id=${row.id} />`}
    ${trees.length > 0 && html`<${TreeHistory} trees=${trees} />`}
  `;
}

function Remarks({ record: { vacuous, vacuousBy, unjudged, notes, expectation } }: { readonly record: CaseDetails['record'] }): Content {
  const lists = [
    [vacuousBy === undefined ? 'Did not happen' : `Did not happen, by the doing of ${vacuousBy.join(' and ')}`, vacuous],
    ['Not judged', unjudged],
    ['Notes', notes],
  ] as const;
  return html`
    ${expectation !== undefined &&
    html`<section class="remark">
      <h2>Expected</h2>
      <p>${expectation.reason} ${expectation.issue !== undefined && html`<${Link} to=${expectation.issue} />`}</p>
      <p class="hint">Pattern <code>${expectation.pattern}</code></p>
    </section>`}
    ${lists.map(([title, lines]) => lines.length > 0 && html`<section class="remark"><h2>${title}</h2><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul></section>`)}
  `;
}

function Facts({ row, started }: { readonly row: CaseRow; readonly started?: string }): Content {
  const facts: readonly (readonly [string, Content])[] = [
    ...(started === undefined ? [] : [['Began', moment(started)] as const]),
    ['Took', duration(row.milliseconds)],
    ['Judged', `${row.judged.steps} of ${row.judged.of} steps (${share(row.judged.steps, row.judged.of)})`],
    ...(row.retries === undefined || row.retries === 0 ? [] : [['Failed before', `${row.retries} times`] as const]),
  ];
  return html`<dl class="facts wide">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** Who played whom, where no lanes say it. */
const Cast = ({ row }: { readonly row: CaseRow }): Content =>
  html`<dl class="facts wide">${Object.entries(row.actors).map(([actor, label]) => html`<div><dt>${actor}</dt><dd><b>${label}</b></dd></div>`)}</dl>`;
