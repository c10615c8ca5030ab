/** Implementations by scripts. */
import type { RunRecord } from '../../record/record.ts';
import type { CaseRow } from '../page-data.ts';
import { Scroll } from './parts.ts';
import { casesLink } from './route.ts';
import { OthersSymbol, StatusSymbol, words } from './status.ts';
import { byImplementation, type ImplementationTally } from './tallies.ts';
import { html, type Content } from './view.ts';

interface MatrixProps {
  readonly run: RunRecord;
  readonly cases: readonly CaseRow[];
}

export function ScriptMatrix({ run, cases }: MatrixProps): Content {
  const labels = run.implementations.map(({ label }) => label);
  const byScript = Map.groupBy(cases, ({ script }) => script);
  const scripts = run.scripts.filter(({ id }) => byScript.has(id));
  const files = Map.groupBy(scripts, ({ id }) => id.slice(0, Math.max(0, id.indexOf('/'))));
  return html`<section>
    <h2>Scripts by implementation</h2>
    <p class="hint">
      Cases passed of cases run in which an implementation plays an actor, marked by the worst status of those that are its own fault or nobody's known one;${' '}
      <span class="nowrap"><${OthersSymbol} /> others' fault</span>.
    </p>
    <${Scroll} label="Scripts by implementation"><table class="matrix">
      <thead><tr><th scope="col">Script</th>${labels.map((label) => html`<th scope="col">${label}</th>`)}</tr></thead>
      ${[...files].map(
        ([file, ofFile]) => html`<tbody>
          ${file !== '' && html`<tr class="group"><th scope="rowgroup" colspan=${labels.length + 1}>${file}</th></tr>`}
          ${ofFile.map(({ id }) => html`<${Row} key=${id} script=${id} file=${file} labels=${labels} cases=${byScript.get(id)!} />`)}
        </tbody>`,
      )}
    </table></${Scroll}>
  </section>`;
}

function Row({ script, file, labels, cases }: { readonly script: string; readonly file: string; readonly labels: readonly string[]; readonly cases: readonly CaseRow[] }): Content {
  const tallies = byImplementation(cases);
  const name = file === '' ? script : script.slice(file.length + 1);
  return html`<tr>
    <th scope="row"><a href=${casesLink({ script })}>${name.split(/(?<=_)/).map((word) => html`${word}<wbr />`)}</a></th>
    ${labels.map((label) => html`<${Cell} tally=${tallies.get(label)} link=${casesLink({ script, implementation: label })} />`)}
  </tr>`;
}

function Cell({ tally, link }: { readonly tally: ImplementationTally | undefined; readonly link: string }): Content {
  if (tally === undefined) return html`<td class="none"><span class="hidden">not run</span></td>`;
  const { passed, run, worst, ownWorst } = tally;
  const others = ownWorst === 'passed' && worst !== 'passed';
  const said = worst === 'passed' ? '' : others ? ', the rest by the fault of others' : `, worst: ${words[ownWorst]}`;
  const symbol = others ? html`<${OthersSymbol} />` : html`<${StatusSymbol} status=${ownWorst} />`;
  return html`<td class=${others ? 'others' : `s-${ownWorst}`}>
    <a href=${link} title=${`${passed} of ${run} passed${said}`}>${symbol}${passed}<span class="of">/${run}</span><span class="hidden"> passed${said}</span></a>
  </td>`;
}
