/** The ratchet tree through the epochs of a case, one change at a time. */
import { useState } from 'preact/hooks';
import { plural } from './parts.ts';
import type { TreeOfEpoch } from './tree-model.ts';
import { TreeChange } from './tree-view.ts';
import { html, type Content } from './view.ts';

export function TreeHistory({ trees }: { readonly trees: readonly TreeOfEpoch[] }): Content {
  const [at, setAt] = useState(trees.length - 1);
  const { tree, before } = trees[at]!;
  return html`<section class="trees">
    <h2>Ratchet tree <small>${plural(trees.length, 'epoch')} seen</small></h2>
    <div class="epochs">
      <button type="button" disabled=${at === 0} onClick=${() => setAt(at - 1)}>Earlier</button>
      <label>Epoch <select value=${at} onChange=${(event: { readonly currentTarget: HTMLSelectElement }) => setAt(Number(event.currentTarget.value))}>
        ${trees.map(({ epoch, step, seenBy }, index) => html`<option value=${index} selected=${index === at}>${epoch ?? 'unknown'}, step ${step}, seen by ${seenBy}</option>`)}
      </select></label>
      <button type="button" disabled=${at === trees.length - 1} onClick=${() => setAt(at + 1)}>Later</button>
    </div>
    <${TreeChange} key=${at} before=${before} after=${tree} />
  </section>`;
}
