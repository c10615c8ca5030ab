/** Styles of a case's page: verdict, lanes, decoded messages and ratchet trees. */
export const caseStyle = `
.crumbs { display: flex; gap: 16px; margin-bottom: 8px; color: var(--dim); font-size: 13px; }
.crumbs span { margin-right: auto; }
.case-id .dim { font-weight: 400; font-size: 17px; }
.whole-id { margin: 6px 0 10px; display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: center; }
.outcome { display: grid; grid-template-columns: minmax(0, 1fr); gap: 14px; margin-top: 18px; align-items: start; }
@media (min-width: 1080px) { .outcome:has(.verdict + .failure) { grid-template-columns: minmax(0, 5fr) minmax(0, 3fr); } }
.verdict, .failure { border: 1px solid var(--line); border-left: 3px solid light-dark(#a81429, #ff9b98); border-radius: 5px; padding: 14px 18px; margin-top: 0; }
.failure { border-left-color: var(--line); }
.verdict h3 { margin: 14px 0 4px; }
.verdict ol { padding-left: 20px; }
.verdict .summary { font-size: 15px; max-width: 90ch; }
.failure .said-by-peer { margin-top: 10px; max-height: 14em; overflow: auto; }
.remark ul { padding-left: 18px; }
.remark { margin-top: 16px; }
.remark h2 { font-size: 14px; margin-bottom: 2px; }

.lanes-box { min-width: calc(var(--lanes) * 150px); }
.lane-heads, .call-row { display: grid; grid-template-columns: repeat(var(--lanes), minmax(0, 1fr)); }
.lane-heads { text-align: center; padding: 6px 0; border-block: 1px solid var(--line); background: var(--panel); font-size: 13px; color: var(--dim); }
.lane-heads b { color: var(--ink); display: block; }
.steps { list-style: none; }
.step-head { display: flex; align-items: baseline; gap: 8px; padding: 9px 6px 3px; border-top: 1px solid var(--line); font-size: 13px; background: var(--page); position: relative; }
.steps > li:first-child .step-head { border-top: 0; }
.step-head h3 { flex: none; max-width: 80%; overflow-wrap: anywhere; }
.step-head .dim { overflow-wrap: anywhere; min-width: 0; }
.step-number { color: var(--dim); min-width: 1.6em; text-align: right; font-size: 12.5px; }
.call-row { padding: 4px 0; background: linear-gradient(to right, transparent calc(50% - 0.5px), var(--line) 0 calc(50% + 0.5px), transparent 0) 0 0 / calc(100% / var(--lanes)) 100%; align-items: center; }
.call-row > .arrow { grid-row: auto; }
.call-at { text-align: center; min-width: 0; padding-inline: 6px; }
.call { max-width: 100%; min-height: 26px; padding: 1px 8px; font-size: 13px; border-color: var(--line); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.call:hover { border-color: var(--strong-line); }
.call .who { display: none; }
.call small { color: var(--dim); font-size: 12px; }
.call[aria-expanded='true'] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.call.s-failed { color: var(--s); background: var(--tint); border-color: var(--s); font-weight: 600; white-space: normal; overflow-wrap: anywhere; }
.call.s-failed small { color: inherit; font-weight: 400; }
.arrow { position: relative; text-align: center; font-size: 12px; line-height: 16px; margin-inline: calc(50% / var(--span)); padding-bottom: 3px; border-bottom: 1.5px solid var(--accent); margin-bottom: 7px; grid-row: auto; min-width: 0; }
.arrow .label { background: var(--page); padding: 0 5px; color: var(--ink); }
.arrow .way { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.arrow::after { content: ''; position: absolute; bottom: -4.75px; width: 0; height: 0; border-block: 4px solid transparent; }
.arrow.right::after { right: 0; border-left: 7px solid var(--accent); }
.arrow.left::after { left: 0; border-right: 7px solid var(--accent); }
.call-row > .arrow, .call-row > .call-at, .call-row > .call-body { grid-row: auto; }
.call-row.failed .arrow { border-color: light-dark(#a81429, #ff9b98); }
.call-row.failed .arrow.right::after { border-left-color: light-dark(#a81429, #ff9b98); }
.call-row.failed .arrow.left::after { border-right-color: light-dark(#a81429, #ff9b98); }
.call-body { grid-column: 1 / -1; margin: 8px 0 6px; padding: 12px 16px; background: var(--panel); border: 1px solid var(--line); border-radius: 5px; --page: var(--panel); }
.call-body section { margin-top: 12px; }
.call-body section:first-child { margin-top: 0; }
.request-response { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); gap: 8px 28px; }
.request-response > section { margin-top: 0; }
.fields { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 3px 14px; font-size: 13px; }
.fields > div { display: contents; }
.fields dt { color: var(--dim); font-family: var(--mono); font-size: 12.5px; }
.fields ol { padding-left: 20px; }
.disclose { border: 0; background: none; padding: 2px 0; min-height: 26px; font-weight: 650; text-align: left; }
.disclose::before { content: ''; display: inline-block; width: 0; height: 0; border-block: 4px solid transparent; border-left: 6px solid var(--dim); margin-right: 8px; }
.disclose[aria-expanded='true']::before { transform: rotate(90deg); }
.many .lane-heads, .many .arrow { display: none; }
.many .lanes-box { min-width: 0; }
.many .steps > li { padding-bottom: 8px; }
.many .call-row { display: inline-block; background: none; padding: 3px 0 3px 8px; }
.many .call-at { text-align: left; padding: 0; }
.many .call .who { display: inline; color: var(--dim); }
.many .call-row:has(> .call-body) { display: block; }
.many .call-row:has(> .call-body) .arrow { display: block; border: 0; margin: 0; padding: 0; text-align: left; color: var(--dim); }
.many .arrow::after { display: none; }
.many .arrow .label { padding: 0; }
.many .arrow .way { position: static; width: auto; height: auto; clip-path: none; }

.decoded-summary { font-size: 13px; margin-bottom: 6px; overflow-wrap: anywhere; }
.fault { color: light-dark(#a81429, #ff9b98); overflow-wrap: anywhere; }
.panes { display: grid; grid-template-columns: minmax(0, 1fr) max-content; border: 1px solid var(--line); border-radius: 5px; background: light-dark(#ffffff, #101317); overflow: hidden; }
.field-tree { overflow: auto; max-height: 420px; font-size: 12.5px; line-height: 20px; padding: 6px 0; position: relative; }
.field-tree > div { padding: 0 10px 0 calc(20px + var(--depth) * 14px); white-space: nowrap; cursor: default; position: relative; }
.field-tree > div[aria-expanded]::before { content: ''; position: absolute; left: calc(8px + var(--depth) * 14px); top: 6px; width: 0; height: 0; border-block: 4px solid transparent; border-left: 5px solid var(--dim); }
.field-tree > div[aria-expanded='true']::before { transform: rotate(90deg); }
.field-tree > div:focus-visible { outline-offset: -2px; }
.field-tree > div[aria-selected='true'] { box-shadow: inset 3px 0 0 var(--accent); }
.field-tree > .active { background: var(--mark); }
.field-tree .name { font-weight: 600; }
.field-tree .name.dim { font-weight: 400; }
.field-tree .type, .field-tree .note { color: var(--dim); }
.field-tree .value { font-family: var(--mono); font-size: 12px; }
.field-tree .label { color: light-dark(#14682f, #6ecb8b); }
.field-tree .active span, .field-tree .active .label { color: var(--ink); }
.octets-pane { border-left: 1px solid var(--line); display: flex; flex-direction: column; min-width: 0; }
.octets { overflow: auto; max-height: 420px; padding: 6px 12px; font: 12px/20px var(--mono); position: relative; }
.octets:focus-visible { outline-offset: -2px; }
.line { white-space: pre; }
.line .offset { color: var(--dim); margin-right: 12px; user-select: none; }
.line [data-field]:nth-child(even) { color: light-dark(#0b4a8a, #a9cdf7); }
.line .framing, .line [data-field].framing { color: var(--dim); }
.line .fault { text-decoration: underline wavy; }
.line [data-field].on { background: var(--mark); color: var(--ink); }
.line .text { color: var(--dim); margin-left: 12px; user-select: none; float: right; }
.octet-pages { display: flex; gap: 10px; align-items: center; justify-content: space-between; padding: 6px 12px; border-top: 1px solid var(--line); font-size: 12.5px; }

.epochs { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin-bottom: 10px; }
.tree-change { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); gap: 16px 28px; }
.tree-change:has(.dense) { grid-template-columns: minmax(0, 1fr); }
.tree-change figure { min-width: 0; }
figcaption { font-size: 13px; font-weight: 600; margin-bottom: 6px; display: flex; justify-content: space-between; }
.legend { font-weight: 400; color: var(--dim); }
.legend .key::before { content: ''; display: inline-block; width: 10px; height: 10px; border-radius: 50%; border: 1.5px solid var(--strong-line); margin: 0 4px 0 8px; vertical-align: -1px; }
.legend .changed::before { border: 2.5px solid light-dark(#8c3a00, #ffb27c); background: light-dark(#fdeee1, #38210f); }
.legend .blank::before { border-style: dashed; }
.tree { display: block; margin-inline: auto; }
.tree line { stroke: var(--strong-line); stroke-width: 1; }
.tree .node { cursor: default; outline: none; }
.tree .node > circle, .tree .node > rect { fill: light-dark(#ffffff, #101317); stroke: var(--strong-line); stroke-width: 1.25; }
.tree .node > text { text-anchor: middle; font-size: 11.5px; fill: var(--ink); }
.tree .node > .identity { font-size: 12px; }
.tree.dense .node > .identity { text-anchor: start; }
.tree .blank > circle, .tree .blank > rect { stroke-dasharray: 3 3; }
.tree .blank > text { fill: var(--dim); }
.tree .changed > circle, .tree .changed > rect { stroke: light-dark(#8c3a00, #ffb27c); stroke-width: 2.5; fill: light-dark(#fdeee1, #38210f); }
.tree .holder > rect { fill: var(--mark); }
.tree .resolved > circle, .tree .resolved > rect { stroke: var(--accent); stroke-width: 3; }
.tree .active > circle, .tree .active > rect { fill: var(--mark); }
.tree .node:focus-visible > circle, .tree .node:focus-visible > rect { stroke: var(--accent); stroke-width: 3; }
.unmerged rect { fill: var(--ink); }
.unmerged text { fill: var(--page); font-size: 10px; text-anchor: middle; }
.tree-said { font-size: 13px; color: var(--dim); min-height: 3em; overflow-wrap: anywhere; }

@media (max-width: 760px) {
  .lane-heads { display: none; }
  .lanes-box { min-width: 0; }
  .call-row { display: block; background: none; padding: 3px 0 3px 12px; border-left: 2px solid var(--line); margin-left: 8px; }
  .call-at { text-align: left; padding: 0; }
  .call .who { display: inline; color: var(--dim); }
  .arrow { border: 0; margin: 0; padding: 0; text-align: left; color: var(--dim); }
  .arrow::after { display: none; }
  .arrow .label { padding: 0; background: none; }
  .arrow .way { position: static; width: auto; height: auto; clip-path: none; }
  .call-body { padding: 10px; }
  .fields { grid-template-columns: minmax(0, auto) minmax(0, 1fr); }
  .fields dt { overflow-wrap: anywhere; }
  .panes { grid-template-columns: minmax(0, 1fr); }
  .octets-pane { border-left: 0; border-top: 1px solid var(--line); }
  .octets { font-size: 11px; padding-inline: 8px; max-height: 300px; }
  .line .text { display: none; }
  .field-tree { max-height: 300px; }
  .verdict, .failure { padding: 12px; }
}
@media print {
  .field-tree, .octets { max-height: none; }
  .call-row { break-inside: avoid; }
}
`;
