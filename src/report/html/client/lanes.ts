/** The calls of a case from top to bottom, in a lane per actor, with arrows for the messages that went between them. */
import { useState } from 'preact/hooks';
import type { ScriptRecord } from '../../record/record.ts';
import type { CaseDetails, PackedCall } from '../page-data.ts';
import { passages, type Passage } from '../passages.ts';
import { CallBody } from './call-body.ts';
import { duration, plural, Scroll } from './parts.ts';
import { caseLink, navigate } from './route.ts';
import { parametersOf } from './steps.ts';
import { StatusSymbol } from './status.ts';
import type { TreeOfEpoch } from './tree-model.ts';
import { html, type Content } from './view.ts';

interface LanesProps {
  readonly details: CaseDetails;
  readonly steps: ScriptRecord['steps'];
  /** What a step of the script does. */
  readonly action: (step: number) => string;
  readonly trees: readonly TreeOfEpoch[];
  readonly query: URLSearchParams;
  readonly id: string;
}

/** Calls shown before the reader asks for more; a long script makes thousands. */
const callsAtATime = 400;
/** With more, lanes would be wider than any screen and every call says who made it instead. */
const mostLanes = 16;

export function Lanes({ details, steps, action, trees, query, id }: LanesProps): Content {
  const { calls } = details;
  const open = new Set((query.get('call') ?? '').split(',').filter((each) => each !== '').map(Number));
  const [shown, show] = useState(Math.max(callsAtATime, ...[...open].map((index) => index + 1)));
  const actors = [...new Set(calls.map(({ actor }) => actor))];
  const toggle = (index: number): void => {
    const now = [...open].filter((each) => each !== index);
    if (now.length === open.size) now.push(index);
    navigate(caseLink(id, { ...Object.fromEntries(query), call: now.join(',') }), 'replace');
  };
  const passed = Map.groupBy(passages(calls), ({ to }) => to);
  const byStep = Map.groupBy(calls.map((call, index) => ({ call, index })).slice(0, shown), ({ call }) => call.step);
  const drawn = { details, actors, trees, open, toggle, passed };
  return html`<section class="lanes ${actors.length > mostLanes ? 'many' : ''}" style=${{ '--lanes': actors.length }}>
    <h2>Calls <small>${plural(calls.length, 'call')}</small></h2>
    <${Scroll} label="Calls, a lane per actor">
      <div class="lanes-box">
        <div class="lane-heads" aria-hidden="true">${actors.map((actor) => html`<div><b>${actor}</b> ${details.record.actors[actor]}</div>`)}</div>
        <ol class="steps">${[...byStep].map(
          ([step, ofStep]) => html`<li key=${step}>
            <div class="step-head"><span class="step-number">${step}</span><h3>${action(step)}</h3> <span class="dim">${parametersOf(steps[step])}</span></div>
            ${ofStep.map(({ call, index }) => html`<${CallRow} key=${index} call=${call} index=${index} ...${drawn} />`)}
          </li>`,
        )}</ol>
      </div>
    </${Scroll}>
    ${shown < calls.length &&
    html`<button type="button" onClick=${() => show(shown + callsAtATime)}>Show ${plural(Math.min(callsAtATime, calls.length - shown), 'more call')} of ${calls.length}</button>`}
  </section>`;
}

interface CallRowProps {
  readonly call: PackedCall;
  readonly index: number;
  readonly details: CaseDetails;
  readonly actors: readonly string[];
  readonly trees: readonly TreeOfEpoch[];
  readonly open: ReadonlySet<number>;
  readonly toggle: (index: number) => void;
  readonly passed: ReadonlyMap<number, readonly Passage[]>;
}

function CallRow({ call, index, details, actors, trees, open, toggle, passed }: CallRowProps): Content {
  const { calls, record } = details;
  const lane = actors.indexOf(call.actor);
  const isOpen = open.has(index);
  const failed = call.error !== undefined && record.failure?.step === call.step && record.failure.actor === call.actor;
  const bySender = Map.groupBy((passed.get(index) ?? []).filter(({ from }) => calls[from]!.actor !== call.actor), ({ from }) => calls[from]!.actor);
  return html`<div class="call-row ${failed ? 'failed' : ''}">
    ${[...bySender].map(([sender, messages]) => html`<${Arrow} from=${actors.indexOf(sender)} to=${lane} sender=${sender} receiver=${call.actor} label=${messageNames(messages)} />`)}
    <div class="call-at" style=${{ gridColumn: lane + 1 }}>
      <button type="button" class="call ${call.error === undefined ? '' : 's-failed'}" aria-expanded=${isOpen} onClick=${() => toggle(index)} id=${`call-${index}`}>
        ${call.error !== undefined && html`<${StatusSymbol} status="failed" />${' '}`}
        <span class="who">${call.actor} </span>${call.rpc} <small>${call.error?.code ?? duration(call.milliseconds)}</small>
      </button>
    </div>
    ${isOpen && html`<div class="call-body"><${CallBody} call=${call} index=${index} details=${details} trees=${trees} /></div>`}
  </div>`;
}

interface ArrowProps {
  readonly from: number;
  readonly to: number;
  readonly sender: string;
  readonly receiver: string;
  readonly label: string;
}

function Arrow({ from, to, sender, receiver, label }: ArrowProps): Content {
  const [first, last] = [Math.min(from, to), Math.max(from, to)];
  const place = { gridColumn: `${first + 1} / ${last + 2}`, '--span': last - first + 1 };
  return html`<div class="arrow ${from < to ? 'right' : 'left'}" style=${place}><span class="label">${label}</span><span class="way"> ${sender} to ${receiver}</span></div>`;
}

const names: Readonly<Record<string, string>> = {
  by_reference: 'Proposal',
  ciphertext: 'PrivateMessage',
  commit: 'Commit',
  external_sender: 'ExternalSender',
  group_info: 'GroupInfo',
  key_package: 'KeyPackage',
  key_packages: 'KeyPackage',
  proposal: 'Proposal',
  ratchet_tree: 'tree',
  welcome: 'Welcome',
};

function messageNames(messages: readonly Passage[]): string {
  const kinds = Map.groupBy(messages, ({ field }) => names[field] ?? field);
  return [...kinds].map(([name, group]) => (group.length === 1 ? name : `${name} ×${group.length}`)).join(', ');
}
