/** Small parts that several pages use. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { html, type Content } from './view.ts';

interface ScrollProps {
  readonly label: string;
  /** Begins in the middle. */
  readonly centred?: boolean;
  /** No higher than the window, so that its head can stay in sight; Back leads to where the reader was in it. */
  readonly tall?: boolean;
  readonly children: Content;
}

/** Of tall boxes, by label. */
const places = new Map<string, { readonly left: number; readonly top: number }>();

/** A box that scrolls sideways on its own, so that the page does not; focusable, so that keys can scroll it. */
export function Scroll({ label, centred, tall, children }: ScrollProps): Content {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (tall) box.current!.scrollTo({ ...places.get(label), behavior: 'instant' });
  }, [tall, label]);
  const keepPlace = (): void => void places.set(label, { left: box.current!.scrollLeft, top: box.current!.scrollTop });
  useLayoutEffect(() => {
    if (centred) box.current!.scrollLeft = (box.current!.scrollWidth - box.current!.clientWidth) / 2;
  }, [centred]);
  return html`<div class=${tall ? 'scroll tall' : 'scroll'} role="group" aria-label=${label} tabindex="0" ref=${box} onScroll=${tall && keepPlace}>${children}</div>`;
}

/** Of a case: there was nobody to differ from. */
export const Alone = (): Content => html`<span class="tag" title="one implementation plays everybody">alone</span>`;

/** A command to be typed into a shell, with a button that copies it. */
export function Command({ text }: { readonly text: string }): Content {
  const [said, say] = useState('');
  useEffect(() => {
    if (said === '') return;
    const timer = setTimeout(() => say(''), 2000);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = (): void => {
    // Some browsers refuse the clipboard to pages from a file.
    const copying = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'));
    copying.then(() => say('Copied'), () => say('Not allowed; select the text'));
  };
  return html`<div class="command">
    <code tabindex="0">${text}</code>
    <button type="button" onClick=${copy} aria-label="Copy the command">Copy</button>
    <span class="said" role="status">${said}</span>
  </div>`;
}

/** Only what a browser can open without running it. */
export const Link = ({ to }: { readonly to: string }): Content => (/^https?:\/\//.test(to) ? html`<a href=${to} rel="noreferrer">${to}</a>` : to);

export const plural = (count: number, one: string, many = `${one}s`): string => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`;
}

/** ISO 8601 in UTC as a person reads it. */
export const moment = (iso: string): string => iso.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');

export const share = (part: number, whole: number): string => (whole === 0 ? 'none' : `${Math.floor((100 * part) / whole)} %`);
