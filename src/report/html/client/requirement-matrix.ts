/** Requirements by implementations, of a hostile run: who takes what breaks which rule. */
import { useMemo } from 'preact/hooks';
import type { RunRecord } from '../../record/record.ts';
import { cellText, reactions, RequirementTally, undrivenOf, worstOf, type RequirementCell, type RequirementRow } from '../../summary/requirement-table.ts';
import type { CaseRow } from '../page-data.ts';
import { ruleOf } from './cause-list.ts';
import { plural, Scroll } from './parts.ts';
import { casesLink, navigate, overviewLink } from './route.ts';
import { ReactionSymbol, reactionLooks } from './status.ts';
import { html, type Content } from './view.ts';

interface MatrixProps {
  readonly run: RunRecord;
  readonly cases: readonly CaseRow[];
  /** `only`, and the `open` requirements. */
  readonly query: URLSearchParams;
}

const notRejected = 'not-rejected';

export function RequirementMatrix({ run, cases, query }: MatrixProps): Content {
  const tally = useMemo(() => tallyOf(run, cases), [run, cases]);
  const rows = useMemo(() => tally.rows(), [tally]);
  if (rows.length === 0) return null;
  const only = query.get('only') ?? '';
  const open = (query.get('open') ?? '').split(',').filter((id) => id !== '');
  const shown = only === notRejected ? rows.filter(isNotRejected) : rows;
  const toggle = (id: string): void => navigate(overviewLink({ only, open: (open.includes(id) ? open.filter((each) => each !== id) : [...open, id]).join(',') }), 'replace');
  const filter = (): void => navigate(overviewLink({ only: only === notRejected ? '' : notRejected, open: open.join(',') }), 'push');
  return html`<section>
    <h2>Requirements by implementation</h2>
    <p class="hint">
      The worst of what an implementation did with the violations of a requirement, and with how many of them. A requirement opens to its rule and its violations.
      It is upheld when every violation of it was refused, or taken where RFC 9420 leaves that open.
    </p>
    <div class="also">
      <label class="chip"><input type="checkbox" checked=${only === notRejected} onChange=${filter} />Only what is not rejected</label>
      <span class="dim" role="status">${shown.length.toLocaleString('en')} of ${plural(rows.length, 'requirement')}</span>
    </div>
    <${Scroll} label="Requirements by implementation" tall><table class="matrix requirements">
      <thead>
        <tr><th scope="col">Requirement</th>${tally.labels.map((label) => html`<th scope="col">${label}</th>`)}</tr>
        <tr><th scope="row">Requirements upheld</th>${tally.totals().map(({ upheld, of }) => html`<td><b>${upheld}</b> of ${of}</td>`)}</tr>
      </thead>
      ${[...Map.groupBy(shown, ({ requirement }) => sectionOf(requirement))].map(
        ([section, ofSection]) => html`<tbody key=${section}>
          <tr class="group"><th scope="rowgroup" colspan=${tally.labels.length + 1}><${Section} section=${section} /></th></tr>
          ${ofSection.map((row) => html`<${Row} key=${row.requirement} row=${row} labels=${tally.labels} isOpen=${open.includes(row.requirement)} toggle=${toggle} />`)}
        </tbody>`,
      )}
    </table></${Scroll}>
    <${Reactions} rows=${rows} />
    <${NotDriven} coverage=${run.coverage} />
  </section>`;
}

function tallyOf(run: RunRecord, cases: readonly CaseRow[]): RequirementTally {
  const tally = new RequirementTally(run);
  for (const row of cases) tally.add(row);
  return tally;
}

const isNotRejected = ({ cells }: Pick<RequirementRow, 'cells'>): boolean => cells.some((cell) => cell !== undefined && worstOf(cell) !== 'rejected');

/** Such as `12.4.2` of `R-12.4.2-08`. */
const sectionOf = (requirement: string): string => /^R-(.+)-\d+$/.exec(requirement)?.[1] ?? '';

function Section({ section }: { readonly section: string }): Content {
  if (section === '') return 'Of no section';
  const anchor = `${/^\d/.test(section) ? 'section' : 'appendix'}-${section}`;
  return html`<a href=${`https://www.rfc-editor.org/rfc/rfc9420.html#${anchor}`} rel="noreferrer"><span class="hidden">RFC 9420, </span>§${section}</a>`;
}

interface RowProps {
  readonly row: RequirementRow;
  readonly labels: readonly string[];
  readonly isOpen: boolean;
  readonly toggle: (requirement: string) => void;
}

function Row({ row: { requirement, cells, scripts }, labels, isOpen, toggle }: RowProps): Content {
  const rule = ruleOf(requirement);
  return html`
    <tr class=${isOpen ? 'open' : undefined}>
      <th scope="row"><div class="rule">
        <button type="button" class="disclose" aria-expanded=${isOpen ? 'true' : 'false'} onClick=${() => toggle(requirement)}>${requirement}</button>
        <span title=${rule}>${rule}</span>
      </div></th>
      ${labels.map((label, column) => html`<${Cell} cell=${cells[column]} link=${casesLink({ script: requirement, implementation: label })} />`)}
    </tr>
    ${isOpen &&
    scripts.map(
      (one) => html`<tr key=${one.script} class="violation">
        <th scope="row"><a href=${casesLink({ script: one.script })}>${nameOf(one.script).split(/(?<=_)/).map((word) => html`${word}<wbr />`)}</a></th>
        ${labels.map((label, column) => html`<${Cell} cell=${one.cells[column]} link=${casesLink({ script: one.script, implementation: label })} />`)}
      </tr>`,
    )}
  `;
}

const nameOf = (script: string): string => script.slice(script.indexOf('/') + 1);

function Cell({ cell, link }: { readonly cell: RequirementCell | undefined; readonly link: string }): Content {
  if (cell === undefined) return html`<td class="none"><span class="hidden">not run</span></td>`;
  const worst = worstOf(cell);
  const said = `rejected ${cellText(cell)}`;
  return html`<td class="s-${reactionLooks[worst].status}">
    <a href=${link} title=${said}><${ReactionSymbol} reaction=${worst} />${worst}${' '}<span class="of">${cell.counts.get(worst)}/${cell.violations}</span>${cell.counts.size > 1 && html`<span class="hidden">; ${said}</span>`}</a>
  </td>`;
}

/** The words that occur, and what they say. */
function Reactions({ rows }: { readonly rows: readonly RequirementRow[] }): Content {
  const present = new Set(rows.flatMap(({ cells }) => cells.flatMap((cell) => [...(cell?.counts.keys() ?? [])])));
  return html`<ul class="reactions">${reactions
    .filter((reaction) => present.has(reaction))
    .map((reaction) => html`<li class="s-${reactionLooks[reaction].status}"><${ReactionSymbol} reaction=${reaction} /> <b>${reaction}</b> ${reactionLooks[reaction].explained}</li>`)}</ul>`;
}

function NotDriven({ coverage }: Pick<RunRecord, 'coverage'>): Content {
  const groups = coverage.map(undrivenOf).filter((group) => group !== undefined);
  if (groups.length === 0) return null;
  return html`
    <h3>Not driven, and why</h3>
    <dl class="undriven">${groups.map(
      ({ requirements: ids, why }) => html`<div><dt>${ids.map((id, at) => html`${at > 0 && ', '}<span class="nowrap" title=${ruleOf(id)}>${id}</span>`)}</dt><dd class="dim">${why}</dd></div>`,
    )}</dl>
  `;
}
