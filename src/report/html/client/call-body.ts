/** One call opened: what was asked and answered, its messages decoded, and what the referee saw inside of them. */
import { useMemo, useState } from 'preact/hooks';
import { byteFields, decodes } from '../fields.ts';
import { isBytes, type CaseDetails, type PackedCall, type PackedFields, type PackedValue } from '../page-data.ts';
import { messagesIn } from '../passages.ts';
import { fromBase64, readable, toHex } from './blocks.ts';
import { Decoded } from './decoded.ts';
import { plural } from './parts.ts';
import type { TreeOfEpoch } from './tree-model.ts';
import { TreeChange } from './tree-view.ts';
import { html, type Content } from './view.ts';

interface CallBodyProps {
  readonly call: PackedCall;
  readonly index: number;
  readonly details: CaseDetails;
  readonly trees: readonly TreeOfEpoch[];
}

export function CallBody({ call, index, details, trees }: CallBodyProps): Content {
  const begun = trees.filter((tree) => tree.call === index);
  return html`
    ${call.error !== undefined && html`<p class="said-by-peer"><b>${call.error.code}</b> <code>${call.error.message}</code></p>`}
    <div class="request-response">
      <section><h4>Request</h4><${Fields} fields=${call.request} bytes=${details.bytes} /></section>
      ${call.response !== undefined && html`<section><h4>Response</h4><${Fields} fields=${call.response} bytes=${details.bytes} /></section>`}
    </div>
    <${Messages} call=${call} index=${index} details=${details} />
    ${begun.map(
      ({ before, tree, epoch, seenBy }) => html`<section>
        <h4>Ratchet tree ${epoch === undefined ? '' : `of epoch ${epoch}`} <small>seen by ${seenBy}</small></h4>
        <${TreeChange} before=${before} after=${tree} />
      </section>`,
    )}
  `;
}

function Fields({ fields, bytes }: { readonly fields: PackedFields; readonly bytes: readonly string[] }): Content {
  const entries = Object.entries(fields);
  if (entries.length === 0) return html`<p class="hint">No fields.</p>`;
  return html`<dl class="fields">${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd><${Value} field=${name} value=${value} bytes=${bytes} /></dd></div>`)}</dl>`;
}

function Value({ field, value, bytes }: { readonly field: string; readonly value: PackedValue; readonly bytes: readonly string[] }): Content {
  if (isBytes(value)) return html`<${Octets} field=${field} bytes=${fromBase64(bytes[value.bytes]!)} />`;
  if (Array.isArray(value)) return html`<ol start="0">${value.map((each) => html`<li><${Value} field=${field} value=${each} bytes=${bytes} /></li>`)}</ol>`;
  if (typeof value === 'object' && value !== null) return html`<${Fields} fields=${value} bytes=${bytes} />`;
  return html`<code>${String(value)}</code>`;
}

/** Octets shown in a list of fields; messages are shown whole below it. */
const shownOctets = 48;

function Octets({ field, bytes }: { readonly field: string; readonly bytes: Uint8Array }): Content {
  const kind = byteFields.get(field);
  if (decodes(kind)) return html`<span class="dim">${plural(bytes.length, 'octet')}, below</span>`;
  const text = kind === 'text' ? readable(bytes) : undefined;
  if (text !== undefined) return html`<q>${text}</q>`;
  const more = bytes.length - shownOctets;
  return html`<code>${toHex(bytes.subarray(0, shownOctets))}</code>${more > 0 && html`<span class="dim"> and ${plural(more, 'octet')} more</span>`}`;
}

interface Shown {
  readonly title: string;
  readonly bytes: number;
  /** What the octets are, where they do not say it themselves. */
  readonly type?: string | undefined;
}

const sightTypes = { content: 'FramedContent', group_info: 'GroupInfo', tree: 'RatchetTree' } as const;
const sightTitles = { content: 'Decrypted content', group_info: 'GroupInfo of the Welcome', tree: 'Ratchet tree' } as const;
const fieldTypes: Readonly<Record<string, string>> = { tree: 'RatchetTree', external_sender: 'ExternalSender' };

/** Everything of the call that decodes, each once; answers first, since they are new. */
function shownOf({ call, index, details }: Omit<CallBodyProps, 'trees'>): Shown[] {
  const own = [...messagesIn(call.response ?? {}), ...messagesIn(call.request)].map(({ field, bytes }) => ({ title: field, bytes, ...typeOfField(field) }));
  const seen = details.sights
    .filter((sight) => sight.call === index)
    .map(({ kind, bytes, seenBy }) => ({ title: `${sightTitles[kind]}, seen by ${seenBy}`, bytes, type: sightTypes[kind] }));
  const known = new Set<number>();
  return [...own, ...seen].filter(({ bytes }) => !known.has(bytes) && known.add(bytes));
}

function typeOfField(field: string): { readonly type?: string } {
  const type = fieldTypes[byteFields.get(field) ?? ''];
  return type === undefined ? {} : { type };
}

function Messages(props: Omit<CallBodyProps, 'trees'>): Content {
  const all = shownOf(props);
  return all.map((shown, at) => html`<${Message} key=${shown.bytes} shown=${shown} bytes=${props.details.bytes} isFirst=${at === 0} />`);
}

function Message({ shown: { title, bytes, type }, bytes: all, isFirst }: { readonly shown: Shown; readonly bytes: readonly string[]; readonly isFirst: boolean }): Content {
  const [isOpen, setOpen] = useState(isFirst);
  const octets = useMemo(() => fromBase64(all[bytes]!), [all, bytes]);
  return html`<section class="message">
    <h4><button type="button" class="disclose" aria-expanded=${isOpen} onClick=${() => setOpen(!isOpen)}>${title} <small>${plural(octets.length, 'octet')}</small></button></h4>
    ${isOpen && html`<${Decoded} bytes=${octets} type=${type} label=${title} />`}
  </section>`;
}
