/** What a YAML document says as plain data. */
import { visit, type Document } from 'yaml';

/**
 * @param fail told what is wrong, and at which offset
 */
export function yamlValue(document: Document, fail: (offset: number, message: string) => never): unknown {
  visit(document, {
    Alias(_, node) {
      if (node.resolve(document) === undefined) fail(node.range?.[0] ?? 0, `nothing before it has the anchor &${node.source}`);
    },
  });
  try {
    return document.toJS();
  } catch (error) {
    // Aliases of aliases that grow without measure; the library does not say where.
    return fail(0, (error as Error).message);
  }
}
