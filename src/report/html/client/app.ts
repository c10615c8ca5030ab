/** The frame around every page: landmarks, navigation, and where focus and scrolling go when the page changes. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { PageData } from '../page-data.ts';
import { CaseList } from './case-list.ts';
import { CasePage } from './case-page.ts';
import type { Causes } from './causes.ts';
import { Overview } from './overview.ts';
import { casesLink, overviewLink, useRoute, type Route } from './route.ts';
import { ThemeSwitch } from './theme.ts';
import { html, type Content } from './view.ts';

export interface PageProps {
  readonly page: PageData;
  readonly causes: Causes;
  readonly route: Route;
}

export function App({ page, causes }: Omit<PageProps, 'route'>): Content {
  const route = useRoute();
  usePlace(route);
  const Page = { overview: Overview, cases: CaseList, case: CasePage }[route.page];
  const link = (to: string, name: Route['page'], text: string): Content => html`<a href=${to} aria-current=${route.page === name ? 'page' : undefined}>${text}</a>`;
  const skip = (event: Event): void => {
    event.preventDefault();
    document.getElementById('main')!.focus();
  };
  return html`
    <a class="skip" href="#main" onClick=${skip}>Skip to the content</a>
    <header class="top">
      <span class="brand">MLS interop<span class="wide-only"> report</span></span>
      <nav aria-label="Pages">${link(overviewLink(), 'overview', 'Overview')}${link(casesLink(), 'cases', 'Cases')}</nav>
      <${ThemeSwitch} />
    </header>
    <main id="main" tabindex="-1"><${Page} key=${route.page + route.id} page=${page} causes=${causes} route=${route} /></main>
    <footer>${page.run.tool.name} ${page.run.tool.version}. One file, nothing is loaded from elsewhere.</footer>
  `;
}

/** Links lead to the top and the heading of a page, Back to where the reader was on it. */
function usePlace({ page, id }: Route): void {
  const places = useRef(new Map<string, number>());
  const shown = useRef<string | undefined>(undefined);
  const followed = useRef(false);
  useEffect(() => {
    const onClick = (event: Event): void => {
      followed.current = event.target instanceof Element && event.target.closest('a') !== null;
    };
    const onScroll = (): void => void places.current.set(shown.current!, scrollY);
    // Scrolling that Back itself does comes too early, before the page is there.
    history.scrollRestoration = 'manual';
    addEventListener('click', onClick, true);
    addEventListener('scroll', onScroll, { passive: true });
    return () => {
      removeEventListener('click', onClick, true);
      removeEventListener('scroll', onScroll);
    };
  }, []);
  const place = `${page} ${id}`;
  useLayoutEffect(() => {
    const isFirst = shown.current === undefined;
    shown.current = place;
    if (isFirst) return;
    const heading = document.querySelector<HTMLElement>('main h1');
    if (followed.current) heading?.focus({ preventScroll: true });
    scrollTo(0, followed.current ? 0 : (places.current.get(place) ?? 0));
    followed.current = false;
  }, [place]);
}
