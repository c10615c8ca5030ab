/** Why a case failed, in the referee's words and in those of the call that failed. */
import { useMemo } from 'preact/hooks';
import type { FailureRecord, Party, Verdict } from '../../record/record.ts';
import type { CaseDetails } from '../page-data.ts';
import { fromBase64 } from './blocks.ts';
import { finding, ruleOf } from './cause-list.ts';
import { Decoded } from './decoded.ts';
import { html, type Content } from './view.ts';

export function CaseVerdict({ record: { verdict, failure }, action }: { readonly record: CaseDetails['record']; readonly action: (step: number) => string }): Content {
  return html`
    <div class="outcome">
      ${verdict !== undefined && html`<${Referee} verdict=${verdict} />`}
      ${failure !== undefined && html`<${Failure} failure=${failure} action=${action} />`}
    </div>
    ${verdict?.message !== undefined && html`<${AtFault} message=${verdict.message} />`}
  `;
}

function Referee({ verdict }: { readonly verdict: Verdict }): Content {
  const { culprit, requirement, differs, summary, evidence, quarrel } = verdict;
  return html`<section class="verdict">
    <h2>Verdict <small>${finding(verdict.finding)}</small></h2>
    <p class="summary">${summary}</p>
    <dl class="facts wide">
      ${culprit !== undefined && html`<div><dt>${verdict.finding === 'contested' ? 'Accused' : 'Culprit'}</dt><dd><b>${culprit.implementation}</b> as ${culprit.actor}</dd></div>`}
      <div><dt>Step</dt><dd>${verdict.step}</dd></div>
      ${differs !== undefined && html`<div><dt>First difference</dt><dd>${differs}</dd></div>`}
      ${quarrel !== undefined && html`<div><dt>Accepted by</dt><dd>${parties(quarrel.accepted)}</dd></div><div><dt>Refused by</dt><dd>${parties(quarrel.refused)}</dd></div>`}
      ${requirement !== undefined && html`<div class="rule"><dt>${requirement}</dt><dd>${ruleOf(requirement)}</dd></div>`}
    </dl>
    ${evidence.length > 0 && html`<h3>Evidence</h3><ol>${evidence.map((line) => html`<li>${line}</li>`)}</ol>`}
  </section>`;
}

function AtFault({ message }: { readonly message: NonNullable<Verdict['message']> }): Content {
  const octets = useMemo(() => fromBase64(message.bytes), [message]);
  return html`<section class="at-fault"><h2>The message at fault</h2><${Decoded} bytes=${octets} label="The message at fault" marked=${message.field} /></section>`;
}

const parties = (all: readonly Party[]): string => (all.length === 0 ? 'nobody' : all.map(({ implementation, actor }) => `${implementation} as ${actor}`).join(', '));

function Failure({ failure, action }: { readonly failure: FailureRecord; readonly action: (step: number) => string }): Content {
  const { step, cause, message, actor, implementation, rpc, code } = failure;
  const facts: readonly (readonly [string, Content])[] = [
    ['Step', `${step} ${action(step)}`],
    ['Cause', cause],
    ...(actor === undefined ? [] : [['At', html`<b>${implementation}</b> as ${actor}`] as const]),
    ...(rpc === undefined ? [] : [['Call', `${rpc}${code === undefined ? '' : `, ${code}`}`] as const]),
  ];
  return html`<section class="failure">
    <h2>What failed</h2>
    <dl class="facts wide">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <p class="said-by-peer"><code>${message}</code></p>
  </section>`;
}
