/** Finds few patterns that take in cases that fail alike and leave out those that do not. */
import { compilePattern } from './pattern.ts';
import type { CaseRecord } from '../record/record.ts';

export type Coordinates = Pick<CaseRecord, 'id' | 'script' | 'suite' | 'wire' | 'actors'>;

/**
 * Patterns that match all of `wanted` and none of `avoid`, as general as what is wanted bears out: a wildcard stands only
 * where two wanted cases of a script differ.
 */
export function coveringPatterns(wanted: readonly Coordinates[], avoid: readonly Coordinates[]): string[] {
  const avoided = Map.groupBy(avoid, ({ script }) => script);
  const perScript = [...Map.groupBy(wanted, ({ script }) => script)].flatMap(([script, cases]) => ofScript(script, cases.map(located), (avoided.get(script) ?? []).map(located)));
  return joined(perScript, avoid).map(({ script, rest }) => [script, ...rest].join('/'));
}

/** A case as parts that a pattern can name or leave open: suite, wire, then one for each actor, or one for all when there are too many. */
interface Located {
  readonly id: string;
  readonly parts: readonly string[];
}

function located({ id, script, suite, wire, actors }: Coordinates): Located {
  const cast = Object.entries(actors).map(([actor, label]) => `${actor}=${label}`);
  const tail = id.slice(`${script}/suite:${suite}/wire:${wire}/`.length);
  // A cast that the id only has a hash of cannot be taken apart.
  return { id, parts: [`suite:${suite}`, `wire:${wire}`, ...(cast.join() === tail ? cast : [tail])] };
}

interface ScriptPattern {
  readonly script: string;
  /** Components after the script, without wildcards at the end: a pattern may end before the id does. */
  readonly rest: readonly string[];
}

/** A part that is undefined is open. */
type Shape = readonly (string | undefined)[];

function ofScript(script: string, wanted: readonly Located[], avoid: readonly Located[]): ScriptPattern[] {
  const shapes: Shape[] = [];
  let uncovered = [...wanted].sort((a, b) => (a.id < b.id ? -1 : 1));
  while (uncovered.length > 0) {
    const shape = shapeAround(uncovered[0]!, wanted, avoid);
    shapes.push(shape);
    uncovered = uncovered.filter((each) => !fits(shape, each));
  }
  return shapes.map((shape) => ({ script, rest: written(shape) }));
}

/** The most general shape found that has `seed` and nothing to avoid: begins wide and fixes part after part, first what helps most. */
function shapeAround(seed: Located, wanted: readonly Located[], avoid: readonly Located[]): Shape {
  const varies = seed.parts.map((part, i) => wanted.some(({ parts }) => parts[i] !== part));
  const shape: (string | undefined)[] = seed.parts.map((part, i) => (varies[i] ? undefined : part));
  let wrong = avoid.filter((each) => fits(shape, each));
  while (wrong.length > 0) {
    const open = shape.flatMap((part, i) => (part === undefined ? [i] : []));
    const left = open.map((i) => wrong.filter(({ parts }) => parts[i] === seed.parts[i]).length);
    const best = left.indexOf(Math.min(...left));
    if (best === -1) break;
    shape[open[best]!] = seed.parts[open[best]!];
    wrong = avoid.filter((each) => fits(shape, each));
  }
  // What was fixed early may not be needed any more.
  for (const i of shape.keys()) {
    if (!varies[i] || shape[i] === undefined) continue;
    const wider = shape.with(i, undefined);
    if (!avoid.some((each) => fits(wider, each))) shape[i] = undefined;
  }
  return shape;
}

const fits = (shape: Shape, { parts }: Located): boolean => shape.length === parts.length && shape.every((part, i) => part === undefined || part === parts[i]);

function written([suite, wire, ...cast]: Shape): string[] {
  const components = [suite ?? '*', wire ?? '*', castText(cast)];
  return components.slice(0, components.findLastIndex((component) => component !== '*') + 1);
}

/** Only the actors that matter, with one wildcard for those before, between and after. */
function castText(cast: Shape): string {
  const texts = cast.map((part) => part ?? '*');
  return texts.filter((text, i) => text !== '*' || texts[i - 1] !== '*').join();
}

/** Patterns of several scripts of one file that are alike become one of the file, where nothing forbids it. */
function joined(patterns: readonly ScriptPattern[], avoid: readonly Coordinates[]): ScriptPattern[] {
  const alike = Map.groupBy(patterns, ({ script, rest }) => JSON.stringify([script.slice(0, script.indexOf('/')), rest]));
  return [...alike.values()].flatMap((group) => {
    const [{ script, rest }] = group as [ScriptPattern];
    const names = group.map((each) => each.script.slice(each.script.indexOf('/') + 1));
    if (new Set(names).size < 2 || names.some((name) => name.includes('/'))) return group;
    const wide = { script: `${script.slice(0, script.indexOf('/'))}/*`, rest };
    const matches = compilePattern([wide.script, ...rest].join('/'));
    return avoid.some(({ id }) => matches(id)) ? group : [wide];
  });
}
