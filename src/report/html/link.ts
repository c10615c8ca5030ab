/**
 * Makes one classic script of ES modules, so that a page can carry them inline: browsers load no modules from file://, and
 * a policy can allow one inline script by its hash. It knows the forms of import and export that the project and its two
 * libraries use, and refuses others.
 */
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';

/** A module that this linker cannot put into a script. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
}

/**
 * The text of a script that runs the module `entry` and all that it imports, each once, after what it imports.
 * @throws LinkError for a cycle or for an unknown form of import or export
 */
export function linkModules(entry: URL): string {
  const linked: string[] = [];
  // Undefined while its imports are being linked.
  const variables = new Map<string, string | undefined>();
  const link = (url: string): string => {
    if (variables.has(url)) return variables.get(url) ?? refuse(url, 'it imports itself through others');
    variables.set(url, undefined);
    const { body, imports, exports } = parseModule(readModule(url), url);
    const given = imports.map(({ names, from }) => `const ${names} = ${link(resolveImport(from, url))};`);
    const variable = `module${linked.length}`;
    linked.push(`const ${variable} = (() => {\n${given.join('\n')}\n${body.trim()}\nreturn { ${exports.join(', ')} };\n})();`);
    variables.set(url, variable);
    return variable;
  };
  link(entry.href);
  return safeInline(`'use strict';\n(() => {\n${linked.join('\n')}\n})();`);
}

const resolveImport = (specifier: string, importer: string): string => (specifier.startsWith('.') ? new URL(specifier, importer).href : import.meta.resolve(specifier));

function readModule(url: string): string {
  const text = readFileSync(fileURLToPath(url), 'utf8');
  return url.endsWith('.ts') ? withoutTypes(text) : text;
}

/** In a checkout the modules of the page are TypeScript, as all others are. */
function withoutTypes(text: string): string {
  // Node calls this function experimental and says so on stderr; that it strips these very files is tested.
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    // It leaves spaces where types were.
    return stripTypeScriptTypes(text).replace(/^ +\n/gm, '').replace(/ +$/gm, '');
  } finally {
    process.emitWarning = emitWarning;
  }
}

interface ParsedModule {
  readonly body: string;
  /** `names` is a binding pattern, or one name for a default import. */
  readonly imports: readonly { readonly names: string; readonly from: string }[];
  /** Members of an object literal. */
  readonly exports: readonly string[];
}

const importForm = /^import\s*(?:\{([^}]*)\}|([\w$]+))\s*from\s*['"]([^'"]+)['"];?/gm;
const declarationForm = /^export (?=(?:const|class|function\*?|async function) ([\w$]+))/gm;
// Minified modules end with their list of exports.
const listForm = /(^|[;}])export\s*\{([^}]*)\};?/gm;
const defaultForm = /(^|[;}])export default /gm;

function parseModule(text: string, url: string): ParsedModule {
  const imports: { names: string; from: string }[] = [];
  const exports: string[] = [];
  const body = text
    .replace(/^\/\/# sourceMappingURL=.*$/gm, '')
    .replace(importForm, (_, names: string | undefined, whole: string, from: string) => {
      imports.push({ names: names === undefined ? `{ default: ${whole} }` : `{ ${renamed(names, (name, local) => `${name}: ${local}`)} }`, from });
      return '';
    })
    .replace(declarationForm, (_, name: string) => {
      exports.push(name);
      return '';
    })
    .replace(listForm, (_, before: string, names: string) => {
      exports.push(renamed(names, (local, name) => `${name}: ${local}`));
      return before;
    })
    .replace(defaultForm, (_, before: string) => {
      exports.push('default: defaultExport');
      return `${before}const defaultExport = `;
    });
  const unknown = /^(?:import|export)\b.*$/m.exec(body);
  if (unknown !== null) refuse(url, `it has \`${unknown[0].slice(0, 80)}\``);
  return { body, imports, exports };
}

/** `a as b, c` with each pair put together anew; `c` is paired with itself. */
function renamed(list: string, join: (name: string, alias: string) => string): string {
  const names = list.split(',').map((each) => each.trim()).filter((each) => each !== '');
  return names.map((each) => each.split(/\s+as\s+/)).map(([name, alias = name]) => join(name!, alias!)).join(', ');
}

/** Inside a script element these two end or change what is script; in strings and patterns the escapes mean the same. */
const safeInline = (script: string): string => script.replaceAll(/<\/(?=script)/gi, '<\\/').replaceAll('<!--', '<\\!--');

function refuse(url: string, reason: string): never {
  throw new LinkError(`${url} cannot be put into a page: ${reason}`);
}
