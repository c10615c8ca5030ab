/** Senders by receivers: whose messages failed at whom, and whose fault it was. */
import type { RunRecord } from '../../record/record.ts';
import type { CaseRow } from '../page-data.ts';
import { pairText } from './filters.ts';
import { plural, Scroll } from './parts.ts';
import { casesLink } from './route.ts';
import { StatusSymbol, words } from './status.ts';
import { exchangeTally, isTrouble, tallyOf, type ExchangeTally } from './tallies.ts';
import { html, type Content } from './view.ts';

export function ExchangeMatrix({ run, cases }: { readonly run: RunRecord; readonly cases: readonly CaseRow[] }): Content {
  const labels = run.implementations.map(({ label }) => label);
  const elsewhere = cases.filter(({ status, broke }) => isTrouble(status) && broke === undefined).length;
  return html`<section>
    <h2>Senders by receivers</h2>
    <p class="hint">Cases in which a message of the row's implementation was given to the column's. Where one failed at such a message: how many, and whom the referee blames.</p>
    <${Scroll} label="Senders by receivers"><table class="matrix pairs">
      <thead><tr><th scope="col"><span class="hidden">Sender</span></th>${labels.map((label) => html`<th scope="col"><span class="hidden">to </span>${label}</th>`)}</tr></thead>
      <tbody>${labels.map(
        (sender) => html`<tr>
          <th scope="row">${sender}</th>
          ${labels.map((receiver) => html`<${Cell} sender=${sender} receiver=${receiver} found=${exchangeTally(cases, { sender, receiver })} />`)}
        </tr>`,
      )}</tbody>
    </table></${Scroll}>
    ${elsewhere > 0 && html`<p class="hint">${plural(elsewhere, 'failure')} not at a message of another.</p>`}
  </section>`;
}

function Cell({ sender, receiver, found }: { readonly sender: string; readonly receiver: string; readonly found: ExchangeTally }): Content {
  const { cases, broken, blamed } = found;
  if (cases === 0 && broken.length === 0) return html`<td class="none"><span class="hidden">no messages</span></td>`;
  const link = casesLink({ pair: pairText({ sender, receiver }) });
  if (broken.length === 0) return html`<td class="s-passed"><a href=${link}><${StatusSymbol} status="passed" />${cases}<span class="hidden"> cases, none failed</span></a></td>`;
  const { worst } = tallyOf(broken);
  const faults = blamed.map(([who, count]) => `${who} ${count}`).join(', ');
  return html`<td class="s-${worst}">
    <a href=${casesLink({ pair: pairText({ sender, receiver }), status: worst })}
      ><${StatusSymbol} status=${worst} />${broken.length}<span class="of">/${cases}</span><span class="hidden"> cases failed, worst: ${words[worst]}; blamed: ${faults}</span></a>
    <span class="blame" aria-hidden="true">${faults}</span>
  </td>`;
}
