/** tree-math.json: relations between the nodes of a tree by index (RFC 9420 appendix C). */
import { asNodeIndex, left, nodeWidth, parent, right, root, sibling, type NodeIndex } from '../mls/tree/tree-math.ts';
import { list, number, object, orNull, sameAt, vectorType } from './vector-type.ts';

const indices = list(orNull(number));
const schema = object({ n_leaves: number, n_nodes: number, root: number, left: indices, right: indices, parent: indices, sibling: indices });

export const treeMath = vectorType({
  name: 'tree-math',
  schema,
  verify(vector) {
    const computed = relations(vector.n_leaves);
    sameAt('.n_nodes', vector.n_nodes, computed.n_nodes);
    sameAt('.root', vector.root, computed.root);
    for (const name of ['left', 'right', 'parent', 'sibling'] as const) {
      sameAt(`.${name}.length`, vector[name].length, vector.n_nodes);
      vector[name].forEach((expected, i) => sameAt(`.${name}[${i}]`, expected, computed[name][i]!));
    }
  },
  generate: { 'tree-math': () => [1, 2, 4, 8, 16, 64].map(relations) },
});

function relations(leafCount: number) {
  const nodes = Array.from({ length: nodeWidth(leafCount) }, (_, i) => asNodeIndex(i));
  const all = (relation: (x: NodeIndex, leafCount: number) => NodeIndex | undefined) => nodes.map((x) => relation(x, leafCount) ?? null);
  return { n_leaves: leafCount, n_nodes: nodes.length, root: root(leafCount), left: all(left), right: all(right), parent: all(parent), sibling: all(sibling) };
}
