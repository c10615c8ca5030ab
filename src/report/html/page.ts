/** The HTML document around the data: one file, with its script and styles inside and a policy that lets nothing else in. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { linkModules } from './link.ts';
import { caseStyle } from './style-case.ts';
import { style } from './style.ts';

/** The data block about the run and all its cases. */
export const runBlock = 'run';
/** The data block with the details of one case. */
export const caseBlock = (number: number): string => `case-${number}`;

const css = style + caseStyle;
// In a checkout the modules are TypeScript, in a package what tsc made of them.
const entry = new URL(import.meta.url.endsWith('.ts') ? './client/main.ts' : './client/main.js', import.meta.url);
let linked: string | undefined;
const script = (): string => (linked ??= linkModules(entry));

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** What comes before the data blocks; nothing of the run is in it. */
export function pageStart(): string {
  const policy = `default-src 'none'; script-src ${hashOf(script())}; style-src ${hashOf(css)}; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>MLS interop report</title>
<link rel="icon" href="data:,">
<style>${css}</style>
</head>
<body>
<div id="app"><p class="loading">Reading the report...</p></div>
<noscript><p class="loading">This report needs JavaScript: all of it is in this file, nothing is loaded from elsewhere.</p></noscript>
`;
}

/** Compressed, since the calls of a case are long and alike; base64, so that no text of a peer is ever markup. */
export const dataBlock = (id: string, data: unknown): string => `<script type="text/plain" id="${id}">${gzipSync(JSON.stringify(data)).toString('base64')}</script>\n`;

/** What comes after the data blocks. */
export const pageEnd = (): string => `<script>${script()}</script>\n</body>\n</html>\n`;
