/** Statuses as colour, symbol and word; never colour alone. */
import type { Status } from '../../record/record.ts';
import type { Reaction } from '../../summary/requirement-table.ts';
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

const drawn = (path: string, status: Status): Content => html`<svg class="symbol s-${status}" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true"><path d=${path} /></svg>`;

export const StatusSymbol = ({ status }: { readonly status: Status }): Content => drawn(symbols[status], status);

/** How a violation was taken; the status is that whose colours it has. */
export const reactionLooks: { readonly [R in Reaction]: { readonly status: Status; readonly symbol: string; readonly explained: string } } = {
  crashed: { status: 'failed', symbol: 'M9.5 2.5L4.5 9h7l-5 5.5', explained: 'the process went away' },
  hung: { status: 'failed', symbol: 'M8 2.5a5.5 5.5 0 1 0 .01 0zM8 5.5V8l2 1.5', explained: 'no answer within the deadline' },
  accepted: { status: 'failed', symbol: symbols.failed, explained: 'took what breaks the rule' },
  stuck: { status: 'failed', symbol: 'M4 7.5h8V13H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5', explained: 'refused it, and after that also what breaks no rule' },
  'could not run': { status: 'could-not-run', symbol: symbols['could-not-run'], explained: 'the setting is at fault, no implementation' },
  vacuous: { status: 'vacuous', symbol: symbols.vacuous, explained: 'shows nothing: the same history without the violation was not accepted either' },
  'not supported': { status: 'not-supported', symbol: symbols['not-supported'], explained: 'the implementation says that it does not do what the case needs' },
  'cut off': { status: 'expected-failure', symbol: 'M2.5 8H6M10 8h3.5M9.5 4l-3 8', explained: 'ended the call without an answer, took nothing and goes on' },
  lenient: { status: 'expected-failure', symbol: symbols['expected-failure'], explained: 'took it, which RFC 9420 leaves open' },
  rejected: { status: 'passed', symbol: symbols.passed, explained: 'refused it, and goes on with what breaks no rule' },
};

export const ReactionSymbol = ({ reaction }: { readonly reaction: Reaction }): Content => drawn(reactionLooks[reaction].symbol, reactionLooks[reaction].status);

/** For cases that did not pass by the fault of others. */
export const OthersSymbol = (): Content => html`<svg class="symbol dim" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true"><path d="M12.5 4l-9 8" /></svg>`;

export const Badge = ({ status, children }: { readonly status: Status; readonly children?: Content }): Content =>
  html`<span class="badge s-${status}"><${StatusSymbol} status=${status} />${children ?? words[status]}</span>`;
