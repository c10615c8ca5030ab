/** Styles of every page: colours of both themes, type, frame, tables and small parts. */
export const style = `
:root {
  color-scheme: light dark;
  --page: light-dark(#ffffff, #101317);
  --panel: light-dark(#f5f6f8, #181c22);
  --line: light-dark(#d8dce2, #2c323b);
  --strong-line: light-dark(#7d8590, #7a8491);
  --ink: light-dark(#171a1f, #e4e7eb);
  --dim: light-dark(#565f6a, #9ca6b3);
  --link: light-dark(#0a58a6, #83b9f9);
  --mark: light-dark(#ffe69a, #5b4a0c);
  --accent: light-dark(#0a58a6, #83b9f9);
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace;
  --s: var(--dim);
  --tint: transparent;
  scroll-padding-top: 4rem;
}
:root[data-theme='light'] { color-scheme: light; }
:root[data-theme='dark'] { color-scheme: dark; }

.s-passed { --s: light-dark(#14682f, #6ecb8b); --tint: light-dark(#e8f4ec, #12291b); }
.s-failed { --s: light-dark(#a81429, #ff9b98); --tint: light-dark(#fdebec, #3a1619); }
.s-unexpected-pass { --s: light-dark(#8c3a00, #ffb27c); --tint: light-dark(#fdeee1, #38210f); }
.s-could-not-run { --s: light-dark(#6a4c00, #e6c26a); --tint: light-dark(#faf2d6, #2f260b); }
.s-vacuous { --s: light-dark(#653b9e, #cdb0fb); --tint: light-dark(#f2ebfb, #281e3a); }
.s-expected-failure { --s: light-dark(#0b5870, #7ccbe2); --tint: light-dark(#e4f2f7, #10292f); }
.s-not-supported { --s: light-dark(#565f6a, #9ca6b3); --tint: light-dark(#eef0f3, #1e232a); }

* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 14px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%; }
main, .top, footer { max-width: 1320px; margin-inline: auto; padding-inline: 24px; }
main { padding-block: 20px 40px; outline: none; }
footer { padding-block: 14px 28px; color: var(--dim); border-top: 1px solid var(--line); }
.loading { padding: 2rem 24px; color: var(--dim); }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 2px; text-decoration-color: color-mix(in srgb, currentColor 45%, transparent); }
a:hover { text-decoration-color: currentColor; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
h1, h2, h3, h4, p, ul, ol, dl, dd, figure { margin: 0; padding: 0; }
h1 { font-size: 24px; line-height: 1.25; font-weight: 650; letter-spacing: -0.015em; outline: none; text-wrap: balance; overflow-wrap: anywhere; }
h2 { font-size: 16px; line-height: 1.35; font-weight: 650; letter-spacing: -0.005em; margin-bottom: 8px; }
h3 { font-size: 14px; font-weight: 650; }
h4 { font-size: 13px; font-weight: 650; margin-bottom: 4px; }
h2 small, h3 small, h4 small { font-weight: 400; color: var(--dim); font-size: 13px; margin-left: 4px; }
section { margin-top: 28px; }
code, .mono { font: 12.5px/1.5 var(--mono); overflow-wrap: anywhere; }
.dim, .hint { color: var(--dim); }
.hint { font-size: 13px; margin-bottom: 8px; max-width: 75ch; }
.nowrap { white-space: nowrap; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
button, select, input { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--strong-line); border-radius: 5px; padding: 3px 9px; min-height: 30px; }
button { cursor: pointer; }
button:hover:not(:disabled) { border-color: var(--ink); }
button:disabled { color: var(--dim); border-color: var(--line); cursor: default; }
select { max-width: 100%; padding-right: 4px; }

.skip { position: absolute; left: 8px; top: -60px; z-index: 5; background: var(--page); border: 1px solid var(--strong-line); border-radius: 5px; padding: 6px 12px; }
.skip:focus { top: 8px; }
.top { display: flex; align-items: center; gap: 6px 22px; flex-wrap: wrap; padding-block: 9px; }
.brand { font-weight: 650; letter-spacing: -0.01em; }
.top nav { display: flex; gap: 2px; flex: 1; }
.top nav a { padding: 4px 10px; border-radius: 5px; color: var(--ink); text-decoration: none; }
.top nav a:hover { background: var(--panel); }
.top nav a[aria-current] { background: var(--panel); font-weight: 600; }
.theme span { color: var(--dim); font-size: 13px; }
.top + main { border-top: 1px solid var(--line); }

.symbol { flex: none; fill: none; stroke: var(--s); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; vertical-align: -2px; }
.symbol.dim { stroke: var(--dim); }
.badge { display: inline-flex; align-items: center; gap: 5px; padding: 1px 8px 1px 5px; border-radius: 10px; background: var(--tint); color: var(--s); font-size: 13px; font-weight: 600; white-space: nowrap; }
.tag { display: inline-block; padding: 0 6px; border: 1px solid var(--line); border-radius: 4px; background: var(--panel); font-size: 12px; white-space: nowrap; }
.notice { margin-top: 16px; padding: 10px 14px; border-left: 3px solid light-dark(#b58900, #d7ab2f); background: var(--panel); }
.notice ul { padding-left: 18px; }

.lede { color: var(--dim); margin-top: 4px; }
.bar { display: flex; gap: 2px; height: 8px; margin: 18px 0 10px; border-radius: 4px; overflow: hidden; }
.bar span { background: var(--s); min-width: 4px; flex-basis: 0; }
section:has(> .bar) { margin-top: 0; }
.totals { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 20px; }
.totals a { display: inline-flex; align-items: center; gap: 6px; color: var(--ink); }
.columns { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0 36px; }
@media (min-width: 1080px) { .columns:has(> div + div) { grid-template-columns: minmax(0, 1fr) minmax(0, 44%); } }

.facts { font-size: 13.5px; }
.facts { max-width: 75ch; }
.facts.wide { max-width: none; }
.facts > div { display: grid; grid-template-columns: 110px minmax(0, 1fr); gap: 10px; padding: 4px 0; border-top: 1px solid var(--line); }
.facts dt { color: var(--dim); overflow-wrap: anywhere; }
.facts dd { overflow-wrap: anywhere; }
.facts.wide { display: flex; flex-wrap: wrap; gap: 8px 28px; margin-top: 12px; }
.facts.wide > div { display: block; border: 0; padding: 0; max-width: 75ch; }
.facts.wide dt { font-size: 12.5px; }
.facts + h3 { margin: 16px 0 4px; }
.coverage { list-style: none; font-size: 13.5px; }
.coverage li { padding: 4px 0; border-top: 1px solid var(--line); }
.coverage + .hint { margin-top: 14px; }

.scroll { overflow-x: auto; max-width: 100%; position: relative; }
table { border-collapse: collapse; font-size: 13.5px; }
th { text-align: left; font-weight: 600; }
thead th { font-size: 12.5px; color: var(--dim); font-weight: 600; vertical-align: bottom; }
td, th { padding: 5px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
.list { width: 100%; }
.list th[scope='row'] { font-weight: 600; }
.number { text-align: right; white-space: nowrap; color: var(--dim); }
.list thead th:last-child { text-align: left; }
.cases thead th:last-child { text-align: right; }
.matrix { width: 100%; }
.matrix thead th:not(:first-child), .matrix td { width: 1%; }
.matrix th[scope='row'] { font-weight: 400; overflow-wrap: anywhere; min-width: 110px; padding-right: 4px; }
.matrix th[scope='row'] a { color: var(--ink); }
.matrix .group th { padding-top: 14px; font-weight: 650; }
.matrix thead th:not(:first-child) { text-align: right; white-space: nowrap; }
.matrix td { padding: 0; text-align: right; background: var(--tint); border-left: 1px solid var(--page); min-width: 84px; }
.matrix td.s-passed { background: none; }
.matrix td.none { background: none; }
.matrix td a { display: flex; align-items: center; gap: 6px; padding: 5px 10px; color: var(--ink); text-decoration: none; white-space: nowrap; }
.matrix td a .symbol { margin-right: auto; }
.matrix td a:hover { outline: 1px solid var(--strong-line); outline-offset: -1px; }
.matrix .of { color: var(--dim); }
.matrix td[class^='s-']:not(.s-passed) a { color: var(--s); font-weight: 600; }
.matrix td[class^='s-']:not(.s-passed) .of { color: inherit; font-weight: 400; }
.matrix .of { margin-left: -5px; }
.blame { display: block; padding: 0 10px 5px; margin-top: -4px; font-size: 12px; line-height: 1.3; color: var(--s); }
.pairs td { min-width: 64px; }
.pairs td a, .pairs thead th, .pairs th[scope='row'], .pairs .blame { padding-inline: 7px; }
.pairs th[scope='row'] { min-width: 64px; }

.tall { overflow: auto; max-height: max(320px, calc(100vh - 140px)); margin-top: 10px; border-block: 1px solid var(--line); }
.requirements { border-collapse: separate; border-spacing: 0; }
.requirements thead { position: sticky; top: 0; z-index: 2; background: var(--page); }
.requirements thead th, .requirements thead td { background: none; padding: 5px 10px; border: 0; vertical-align: top; }
.requirements thead th:not(:first-child), .requirements thead td { text-align: left; white-space: nowrap; }
.requirements thead tr:last-child > * { padding-top: 0; border-bottom: 1px solid var(--strong-line); }
.requirements th:first-child:not([colspan]) { position: sticky; left: 0; z-index: 1; background: var(--page); }
.requirements td a { min-width: 128px; }
.requirements td a .symbol { margin-right: 0; }
.requirements td .of { margin-left: auto; padding-left: 6px; }
.requirements .group th { padding-top: 12px; }
.requirements .group a { position: sticky; left: 10px; }
.rule:has(> .disclose) { display: flex; align-items: baseline; }
.rule > .disclose { flex: 0 0 128px; padding: 0; min-height: 22px; font-weight: 600; white-space: nowrap; }
.rule > .disclose + span { color: var(--dim); font-size: 13px; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 1; overflow: hidden; }
.open .rule > .disclose + span { display: block; color: var(--ink); }
.requirements .violation th { padding-left: 24px; }
.requirements .violation > th:first-child, .requirements .violation > td.s-passed { background: var(--panel); }
.reactions { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 22px; margin: 10px 0 16px; font-size: 13px; color: var(--dim); }
.reactions b { color: var(--s); }
.undriven { font-size: 13.5px; }
.undriven > div { padding: 4px 0; border-top: 1px solid var(--line); }

.causes { list-style: none; }
.causes > li { padding: 12px 0; border-top: 1px solid var(--line); display: grid; grid-template-columns: minmax(0, 1fr); gap: 5px; }
.cause-head { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 10px; }
.cause-head h3 { min-width: 0; overflow-wrap: anywhere; }
.cause-head a { margin-left: auto; white-space: nowrap; }
.causes .rule { color: var(--dim); max-width: 90ch; }
.example { font-size: 13px; overflow-wrap: anywhere; }
.said-by-peer { overflow-wrap: anywhere; }
.command { display: flex; align-items: center; gap: 8px; max-width: 100%; }
.command code { flex: 0 1 auto; min-width: 0; overflow-x: auto; white-space: nowrap; padding: 5px 10px; background: var(--panel); border: 1px solid var(--line); border-radius: 5px; }
.command .said { color: var(--dim); font-size: 13px; white-space: nowrap; }
.causes .command code { padding: 2px 8px; }
.causes .command button { min-height: 26px; padding: 0 8px; font-size: 13px; }

.filters { display: flex; flex-wrap: wrap; gap: 10px 14px; align-items: end; margin-top: 14px; }
.filters label:not(.chip) { display: grid; grid-template-columns: minmax(0, 1fr); gap: 2px; max-width: 240px; min-width: 0; }
.filters label:not(.chip) > span, .filters legend { font-size: 12.5px; color: var(--dim); padding: 0; }
.filters .wide { flex: 1 1 240px; }
.filters .wide input { width: 100%; }
.filters input::placeholder { color: var(--dim); opacity: 1; }
.statuses { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 6px; flex-basis: 100%; min-width: 0; }
.statuses legend { float: left; line-height: 28px; margin-right: 4px; }
.chip { display: inline-flex; align-items: center; gap: 6px; padding: 2px 10px; border: 1px solid var(--line); border-radius: 14px; cursor: pointer; color: var(--ink); }
.chip:has(:checked) { background: var(--tint); border-color: var(--s); color: var(--s); }
.chip:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: 2px; }
.chip input { min-height: 0; margin: 0; accent-color: var(--s); outline: none; }
.also { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; }
.also:empty { display: none; }
.count { margin: 16px 0 6px; color: var(--dim); }
.cases td, .cases th { padding-block: 7px; }
.cases th[scope='row'] a { font-weight: 600; }
.cases th[scope='row'] .dim { font-weight: 400; }
.actors { display: flex; flex-wrap: wrap; gap: 0 12px; font-weight: 400; font-size: 13px; color: var(--dim); }
.actors b { font-weight: 600; color: var(--ink); }
.happened { max-width: 560px; overflow-wrap: anywhere; }
.pager { display: flex; gap: 16px; align-items: center; margin-top: 14px; }

@media (max-width: 640px) {
  main, .top, footer { padding-inline: 14px; }
  h1 { font-size: 21px; }
  .cases thead { display: none; }
  .cases, .cases tbody { display: block; }
  .cases tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 3px 10px; padding: 9px 0; border-bottom: 1px solid var(--line); }
  .cases td, .cases th { border: 0; padding: 0; }
  .cases th, .cases .happened { grid-column: 1 / -1; }
  .cases .number { grid-area: 1 / 2; }
  .top { gap: 6px 8px; }
  .filters label:not(.chip) { max-width: none; flex: 1 1 45%; }
  .filters select { width: 100%; }
  .theme span, .wide-only { display: none; }
  .requirements th:first-child:not([colspan]) { min-width: 132px; max-width: 160px; }
  .rule:has(> .disclose) { display: block; }
  tr:not(.open) .rule > .disclose + span { display: none; }
}
@media print {
  :root { color-scheme: light; }
  .top nav, .theme, .filters, .skip, .pager, button:not(.call, .disclose) { display: none; }
  .scroll { overflow: visible; max-height: none; }
  section, .causes > li { break-inside: avoid; }
  a { color: inherit; }
}
@media (prefers-reduced-motion: no-preference) { .skip { transition: top 0.1s; } }
`;
