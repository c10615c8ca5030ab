/** All cases, filtered as the URL says. */
import { statuses, type RunRecord } from '../../record/record.ts';
import type { CaseRow } from '../page-data.ts';
import type { PageProps } from './app.ts';
import type { Causes } from './causes.ts';
import { culpritsOf, filtered, filtersOf, statusesIn, type FilterName, type Filters } from './filters.ts';
import { blameText } from '../../summary/kinds.ts';
import { Alone, duration, plural, Scroll } from './parts.ts';
import { caseLink, casesLink, navigate } from './route.ts';
import { Badge, reactionLooks, StatusSymbol, words } from './status.ts';
import { html, type Content } from './view.ts';

const perPage = 100;

export function CaseList({ page, causes, route }: PageProps): Content {
  const filters = filtersOf(route.query);
  const found = filtered(page.cases, filters, causes);
  const pages = Math.max(1, Math.ceil(found.length / perPage));
  const at = Math.min(pages, Math.max(1, Number(route.query.get('page')) || 1));
  const shown = found.slice((at - 1) * perPage, at * perPage);
  const range = found.length <= perPage ? '' : `, ${((at - 1) * perPage + 1).toLocaleString('en')} to ${((at - 1) * perPage + shown.length).toLocaleString('en')} shown`;
  return html`
    <h1 tabindex="-1">Cases</h1>
    <${FilterBar} scripts=${page.run.scripts} cases=${page.cases} filters=${filters} causes=${causes} />
    <p class="count" role="status">${found.length.toLocaleString('en')} of ${plural(page.cases.length, 'case')}${range}</p>
    ${shown.length > 0 && html`<${Rows} rows=${shown} filters=${filters} />`}
    ${pages > 1 && html`<${Pager} at=${at} pages=${pages} filters=${filters} />`}
  `;
}

/** An event of an input or a select. */
interface Changed {
  readonly currentTarget: { readonly value: string };
}

function set(filters: Filters, name: FilterName, value: string): void {
  // Typing is one step of Back, however many letters it has.
  navigate(casesLink({ ...filters, [name]: value }), name === 'text' && filters.text !== '' && value !== '' ? 'replace' : 'push');
}

interface FilterBarProps {
  readonly scripts: RunRecord['scripts'];
  readonly cases: readonly CaseRow[];
  readonly filters: Filters;
  readonly causes: Causes;
}

function FilterBar({ scripts, cases, filters, causes }: FilterBarProps): Content {
  const counts = Map.groupBy(filtered(cases, { ...filters, status: '' }, causes), ({ status }) => status);
  const present = statuses.filter((status) => cases.some((row) => row.status === status));
  const chosen = statusesIn(filters);
  const toggle = (status: string): void => set(filters, 'status', present.filter((each) => (each === status) !== chosen.includes(each)).join(','));
  const anyFilter = Object.values(filters).some((value) => value !== '');
  return html`<form class="filters" role="search" aria-label="Filter the cases" onSubmit=${(event: Event) => event.preventDefault()}>
    <label class="wide">
      <span>Text</span>
      <input type="search" name="text" value=${filters.text} placeholder="id, message, requirement" onInput=${(event: Changed) => set(filters, 'text', event.currentTarget.value)} />
    </label>
    <${Choice} name="script" filters=${filters} options=${scriptChoices(scripts, cases)} />
    <${Choice} name="suite" filters=${filters} options=${distinct(cases.map(({ suite }) => String(suite)))} />
    <${Choice} name="wire" filters=${filters} options=${distinct(cases.map(({ wire }) => wire))} />
    <${Choice} name="implementation" filters=${filters} options=${distinct(cases.flatMap(({ actors }) => Object.values(actors)))} />
    <${Choice} name="culprit" filters=${filters} options=${distinct(cases.flatMap(culpritsOf))} />
    <${Choice} name="requirement" filters=${filters} options=${distinct(cases.map(({ verdict }) => verdict?.requirement))} />
    <fieldset class="statuses"><legend>Status</legend>${present.map(
      (status) => html`<label class="chip s-${status}">
        <input type="checkbox" checked=${chosen.includes(status)} onChange=${() => toggle(status)} />
        <${StatusSymbol} status=${status} />${words[status]} <b>${(counts.get(status)?.length ?? 0).toLocaleString('en')}</b>
      </label>`,
    )}</fieldset>
    <div class="also">
      ${filters.pair !== '' && html`<button type="button" onClick=${() => set(filters, 'pair', '')}>Messages from ${filters.pair.replace('>', ' to ')} ×</button>`}
      ${filters.cause !== '' && html`<button type="button" onClick=${() => set(filters, 'cause', '')}>Cause: ${causes.all[Number(filters.cause)]?.title ?? 'unknown'} ×</button>`}
      ${anyFilter && html`<a href=${casesLink()}>Clear all</a>`}
    </div>
  </form>`;
}

function Choice({ name, filters, options }: { readonly name: FilterName; readonly filters: Filters; readonly options: readonly string[] }): Content {
  const value = filters[name];
  if (options.length === 0 && value === '') return null;
  // A value of the URL that no case has is shown too, else the filter could not be seen.
  const all = value === '' || options.includes(value) ? options : [value, ...options];
  return html`<label>
    <span>${name[0]!.toUpperCase() + name.slice(1)}</span>
    <select name=${name} value=${value} onChange=${(event: Changed) => set(filters, name, event.currentTarget.value)}>
      <option value="" selected=${value === ''}>any</option>
      ${all.map((each) => html`<option value=${each} selected=${each === value}>${each}</option>`)}
    </select>
  </label>`;
}

const distinct = (values: readonly (string | undefined)[]): string[] =>
  [...new Set(values)].filter((value) => value !== undefined).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));

/** Files first of all, then each with its scripts, in the order of the run. */
function scriptChoices(scripts: RunRecord['scripts'], cases: readonly CaseRow[]): string[] {
  const played = new Set(cases.map(({ script }) => script));
  const files = Map.groupBy(scripts.map(({ id }) => id).filter((id) => played.has(id)), (id) => id.split('/')[0]!);
  return [...files].flatMap(([file, ids]) => (ids.length === 1 ? ids : [file, ...ids]));
}

function Rows({ rows, filters }: { readonly rows: readonly CaseRow[]; readonly filters: Filters }): Content {
  return html`<${Scroll} label="Cases"><table class="list cases">
    <thead><tr>${['Status', 'Case', 'What happened', 'Time'].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<${Row} key=${row.id} row=${row} filters=${filters} />`)}</tbody>
  </table></${Scroll}>`;
}

/** More would make a row a page. */
const actorsShown = 6;

function Row({ row, filters }: { readonly row: CaseRow; readonly filters: Filters }): Content {
  const actors = Object.entries(row.actors);
  const more = actors.length - actorsShown;
  return html`<tr>
    <td><${Badge} status=${row.status} /></td>
    <th scope="row">
      <a href=${caseLink(row.id, filters)}>${row.script} <span class="dim">suite ${row.suite}, ${row.wire}</span></a>${row.self === true && html` <${Alone} />`}
      <span class="actors">${actors.slice(0, actorsShown).map(([actor, label]) => html`<span>${actor} <b>${label}</b></span>`)}${more > 0 && html`<span>and ${more} more</span>`}</span>
    </th>
    <td class="happened">${happened(row)}</td>
    <td class="number">${duration(row.milliseconds)}</td>
  </tr>`;
}

function happened({ failure, verdict, vacuous, vacuousBy, remark, retries }: CaseRow): Content {
  const who = blameText({ verdict, failure });
  const name = who !== undefined && !verdict?.summary.includes(verdict.culprit?.implementation ?? who) && html`<b>${who}</b>${' '}`;
  if (verdict !== undefined) return html`${name}${verdict.requirement !== undefined && html`<span class="tag">${verdict.requirement}</span>${' '}`}${verdict.summary}`;
  if (failure !== undefined) return html`${name}${[failure.rpc, failure.code, failure.message].filter((part) => part !== undefined).join(': ')}`;
  if (vacuous !== undefined) return html`did not happen: ${vacuous.replaceAll(/(^|; )not so: /g, '$1')}${vacuousBy !== undefined && html` <span class="dim">by ${vacuousBy.join(' and ')}</span>`}`;
  if (remark !== undefined) return html`<span class="tag">${remark}</span> ${reactionLooks[remark].explained}`;
  return retries !== undefined && retries > 0 ? html`<span class="tag">flaky</span> passed after ${plural(retries, 'failure')}` : '';
}

function Pager({ at, pages, filters }: { readonly at: number; readonly pages: number; readonly filters: Filters }): Content {
  const link = (to: number): string => casesLink({ ...filters, page: to === 1 ? '' : String(to) });
  return html`<nav class="pager" aria-label="Pages of the list">
    ${at > 1 && html`<a href=${link(at - 1)} rel="prev">Previous</a>`}
    <span>Page ${at} of ${pages}</span>
    ${at < pages && html`<a href=${link(at + 1)} rel="next">Next</a>`}
  </nav>`;
}
