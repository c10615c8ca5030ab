/** Which page is shown, kept in the part of the URL after `#`, so that a link restores the view and Back works. */
import { useEffect, useState } from 'preact/hooks';

export interface Route {
  readonly page: 'overview' | 'cases' | 'case';
  /** Of a case page: the case. */
  readonly id: string;
  readonly query: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [, path = '', query = ''] = /^#?([^?]*)\??(.*)$/s.exec(hash)!;
  const [, page, ...rest] = path.split('/');
  const id = decodeText(rest.join('/'));
  return { page: page === 'cases' ? 'cases' : page === 'case' && id !== '' ? 'case' : 'overview', id, query: new URLSearchParams(query) };
}

/** A link that somebody cut or mistyped is no reason to fail. */
function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

type Query = Readonly<Record<string, string>>;

/** Empty values of a query are left out. */
export const overviewLink = (query: Query = {}): string => withQuery('#/', query);

export const casesLink = (query: Query = {}): string => withQuery('#/cases', query);

export const caseLink = (id: string, query: Query = {}): string => withQuery(`#/case/${readable(encodeURIComponent(id))}`, query);

function withQuery(path: string, query: Query): string {
  const filled = Object.entries(query).filter(([, value]) => value !== '');
  return filled.length === 0 ? path : `${path}?${readable(new URLSearchParams(filled).toString())}`;
}

/** Slashes and the like need no escaping after `#`, and ids consist of them. */
const readable = (text: string): string => text.replace(/%(2F|3A|3D|2C)/g, (escape) => decodeURIComponent(escape));

const changed = 'mls-interop-route';

/** Shows another view. @param how `replace` for changes too small for a step of Back */
export function navigate(link: string, how: 'push' | 'replace'): void {
  history[how === 'push' ? 'pushState' : 'replaceState'](null, '', link);
  dispatchEvent(new Event(changed));
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const update = (): void => setHash(location.hash);
    const events = ['hashchange', 'popstate', changed];
    for (const event of events) addEventListener(event, update);
    return () => events.forEach((event) => removeEventListener(event, update));
  }, []);
  return parseRoute(hash);
}
