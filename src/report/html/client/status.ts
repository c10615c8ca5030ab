/** Statuses as colour, symbol and word; never colour alone. */
import type { Status } from '../../record/record.ts';
import { html, type Content } from './view.ts';

/** Strokes in a box of 16 by 16. */
const symbols: { readonly [S in Status]: string } = {
  passed: 'M3.5 8.5l3 3 6-7',
  failed: 'M4 4l8 8M12 4l-8 8',
  'unexpected-pass': 'M8 2.5v7M8 12.5v1',
  'could-not-run': 'M8 2.5a5.5 5.5 0 1 0 .01 0zM4.2 4.2l7.6 7.6',
  vacuous: 'M8 3a5 5 0 1 0 .01 0z',
  'expected-failure': 'M2.5 8.5c1.8-3.5 3.7-3.5 5.5-.5s3.7 3 5.5-.5',
  'not-supported': 'M3.5 8h9',
};

export const words: { readonly [S in Status]: string } = {
  passed: 'passed',
  failed: 'failed',
  'unexpected-pass': 'unexpected pass',
  'could-not-run': 'could not run',
  vacuous: 'vacuous',
  'expected-failure': 'expected failure',
  'not-supported': 'not supported',
};

export const explained: { readonly [S in Status]: string } = {
  passed: 'every call succeeded and every check held',
  failed: 'an implementation refused, crashed, hung or gave something wrong',
  'unexpected-pass': 'passed where an expectation says that it fails',
  'could-not-run': 'the script or the setting is at fault, no implementation',
  vacuous: 'nothing went wrong, but something that the script is about did not happen',
  'expected-failure': 'failed as an expectation says',
  'not-supported': 'an implementation says that it does not do what the script asks',
};

export const StatusSymbol = ({ status }: { readonly status: Status }): Content =>
  html`<svg class="symbol s-${status}" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true"><path d=${symbols[status]} /></svg>`;

/** For cases that did not pass by the fault of others. */
export const OthersSymbol = (): Content => html`<svg class="symbol dim" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true"><path d="M12.5 4l-9 8" /></svg>`;

export const Badge = ({ status, children }: { readonly status: Status; readonly children?: Content }): Content =>
  html`<span class="badge s-${status}"><${StatusSymbol} status=${status} />${children ?? words[status]}</span>`;
