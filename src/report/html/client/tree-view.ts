/** A ratchet tree drawn, and two beside each other: before and after a commit. */
import { useMemo, useState } from 'preact/hooks';
import { plural, Scroll } from './parts.ts';
import { drawTree, type DrawnNode, type DrawnTree } from './tree-model.ts';
import { html, type Content } from './view.ts';

export function TreeChange({ before, after }: { readonly before: string | undefined; readonly after: string }): Content {
  return html`<div class="tree-change">
    ${before === undefined
      ? html`<p class="hint">The tree before was not seen.</p>`
      : html`<figure><figcaption>Before</figcaption><${Tree} tree=${before} before=${undefined} name="Ratchet tree before" /></figure>`}
    <figure>
      <figcaption>After ${before !== undefined && html`<span class="legend"><span class="key changed">changed</span> <span class="key blank">blank</span></span>`}</figcaption>
      <${Tree} tree=${after} before=${before} name="Ratchet tree after" />
    </figure>
  </div>`;
}

interface TreeProps {
  readonly tree: string;
  readonly before: string | undefined;
  readonly name: string;
}

/** A wider tree is told in words only. */
const mostLeaves = 256;

function Tree({ tree, before, name }: TreeProps): Content {
  const drawn = useMemo(() => attempt(() => drawTree(tree, before)), [tree, before]);
  if (drawn instanceof Error) return html`<p class="fault">The tree cannot be drawn: ${drawn.message}</p>`;
  const leaves = (drawn.nodes.length + 1) / 2;
  if (leaves > mostLeaves) return html`<p>${plural(drawn.identities.size, 'member')} on ${leaves} leaves: too wide to draw. Its fields are shown with the message.</p>`;
  return html`<${Drawing} drawn=${drawn} name=${name} />`;
}

function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}

const rowHeight = 52;
const top = 20;

function Drawing({ drawn, name }: { readonly drawn: DrawnTree; readonly name: string }): Content {
  const { nodes } = drawn;
  const [at, setAt] = useState(-1);
  const [focus, setFocus] = useState((nodes.length - 1) / 2);
  const height = Math.log2((nodes.length + 1) / 2);
  const dense = nodes.length > 31;
  const pitch = dense ? 22 : 34;
  const x = (index: number): number => (index + 1) * pitch;
  const y = (level: number): number => top + (height - level) * rowHeight;
  const active = nodes[at];
  const onKeyDown = (event: KeyboardEvent): void => {
    const half = 2 ** (nodes[focus]!.level - 1);
    const isLeft = Math.floor(focus / 2 ** (nodes[focus]!.level + 1)) % 2 === 0;
    const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: half < 1 ? 0 : -half, ArrowUp: (isLeft ? 1 : -1) * 2 ** nodes[focus]!.level };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = nodes[focus + step] === undefined ? focus : focus + step;
    setFocus(next);
    const group = (event.currentTarget as SVGElement).querySelector<SVGGElement>(`[data-node="${next}"]`);
    group?.focus();
  };
  return html`
    <${Scroll} label=${name} centred>
      <svg
        class="tree ${dense ? 'dense' : ''}"
        role="group"
        aria-label="${name}, arrow keys walk it"
        width=${(nodes.length + 1) * pitch}
        height=${top + height * rowHeight + (dense ? 88 : 42)}
        onKeyDown=${onKeyDown}
        onMouseLeave=${() => setAt(-1)}
      >
        ${nodes.map(({ index, level }) => level > 0 && [-1, 1].map((side) => html`<line x1=${x(index)} y1=${y(level)} x2=${x(index + side * 2 ** (level - 1))} y2=${y(level - 1)} />`))}
        ${nodes.map((node) => html`<g
          key=${node.index}
          data-node=${node.index}
          class=${classOf(node, active)}
          role="img"
          tabindex=${node.index === focus ? 0 : -1}
          aria-label=${describe(node, drawn)}
          transform="translate(${x(node.index)} ${y(node.level)})"
          onMouseEnter=${() => setAt(node.index)}
          onFocus=${() => { setFocus(node.index); setAt(node.index); }}
          onBlur=${() => setAt(-1)}
        ><${Mark} node=${node} dense=${dense} /></g>`)}
      </svg>
    </${Scroll}>
    <p class="tree-said" role="status">${active === undefined ? 'Point at a node, or walk the tree with the arrow keys.' : describe(active, drawn)}</p>
  `;
}

function classOf(node: DrawnNode, active: DrawnNode | undefined): string {
  const parts = ['node', node.isBlank && 'blank', node.change !== undefined && 'changed'];
  if (active !== undefined) {
    parts.push(node === active && 'active', node.level === 0 && active.holders.includes(node.index / 2) && 'holder', active.resolution.includes(node.index) && 'resolved');
  }
  return parts.filter((part) => part).join(' ');
}

function Mark({ node: { level, index, identity, unmerged }, dense }: { readonly node: DrawnNode; readonly dense: boolean }): Content {
  if (level > 0) {
    return html`
      <circle r="13" /><text dy="4">${index}</text>
      ${unmerged.length > 0 && html`<g class="unmerged"><rect x="8" y="-19" width="20" height="13" rx="3" /><text x="18" y="-9">+${unmerged.length}</text></g>`}
    `;
  }
  const place = dense ? 'translate(-4 24) rotate(55)' : 'translate(0 28)';
  return html`
    <rect x="-13" y="-12" width="26" height="24" rx="4" /><text dy="4">${index}</text>
    ${identity !== undefined && html`<text class="identity" transform=${place}>${identity.length > 10 ? `${identity.slice(0, 9)}…` : identity}</text>`}
  `;
}

/** Members named in a sentence; the drawing marks all. */
const mostNamed = 12;

/** All that is known of a node, in a sentence. */
function describe(node: DrawnNode, { identities }: DrawnTree): string {
  const who = (leaves: readonly number[]): string => {
    const named = leaves.slice(0, mostNamed).map((leaf) => identities.get(leaf) ?? `leaf ${leaf}`);
    if (leaves.length > mostNamed) named.push(`${leaves.length - mostNamed} more`);
    return named.length === 0 ? 'nobody' : named.join(', ');
  };
  const kind = node.level === 0 ? `leaf ${node.index / 2}${node.identity === undefined ? '' : `, ${node.identity}`}` : `parent at level ${node.level}`;
  const parts = [`Node ${node.index}, ${kind}${node.isBlank ? ', blank' : ''}`];
  if (node.change !== undefined) parts.push({ 'new key': 'has a new key', filled: 'was blank before', blanked: 'was blanked', unmerged: 'has other unmerged leaves' }[node.change]);
  if (node.level > 0 && !node.isBlank) parts.push(`${who(node.holders)} can decrypt what is encrypted to it`);
  if (node.unmerged.length > 0) parts.push(`not ${who(node.unmerged)}, unmerged`);
  if (node.level > 0) parts.push(`resolution: ${node.resolution.length === 0 ? 'empty' : node.resolution.join(', ')}`);
  if (node.key !== '') parts.push(`key ${node.key.slice(0, 16)}…`);
  return `${parts.join('; ')}.`;
}
