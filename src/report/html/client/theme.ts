/** Dark or light: as the system says, unless the reader chose. */
import { useState } from 'preact/hooks';
import { html, type Content } from './view.ts';

const themes = ['auto', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];
const key = 'mls-interop-theme';

/** Storage may be closed to pages from a file; the choice then lasts as long as the page. */
function stored(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem(key)) ?? 'auto';
  } catch {
    return 'auto';
  }
}

function choose(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem(key, theme);
  } catch {
    return;
  }
}

export function applyStoredTheme(): void {
  document.documentElement.dataset['theme'] = stored();
}

export function ThemeSwitch(): Content {
  const [theme, setTheme] = useState(stored);
  const pick = (event: { readonly currentTarget: HTMLSelectElement }): void => {
    const picked = event.currentTarget.value as Theme;
    choose(picked);
    setTheme(picked);
  };
  return html`<div class="theme">
    <span aria-hidden="true">Theme </span>
    <select aria-label="Theme" value=${theme} onChange=${pick}>${themes.map((each) => html`<option value=${each} selected=${each === theme}>${each}</option>`)}</select>
  </div>`;
}
