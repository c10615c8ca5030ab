/** Annotations of a GitHub workflow: one for each kind of failure, not for each case. */
import { digestReporter } from './digest.ts';
import { headline, replayCommand, unhappyStatuses, type Kind } from './kinds.ts';
import { printable } from '../printable.ts';
import type { Reporter } from '../reporter.ts';

/** GitHub shows no more than this of a step. */
const mostShown = 10;

/** Prints workflow commands, which GitHub reads from a step's output, when the run has ended. */
export function annotationReporter(print: (text: string) => void): Reporter {
  return digestReporter('annotations', ({ kinds, end, run, cases }) => {
    const bad = kinds.of(...unhappyStatuses);
    const all = [...bad.map((kind) => annotation(kind, run.replay)), ...(end.interrupted ? [command('run not complete', `${cases} of ${run.cases} cases are in the record`)] : [])];
    const shown = all.length > mostShown ? [...all.slice(0, mostShown - 1), more(bad.slice(mostShown - 1))] : all;
    for (const line of shown) print(`${line}\n`);
  });
}

function annotation({ status, blame, example, cases }: Kind, replay: string | undefined): string {
  const { verdict, id } = example;
  const title = [status, blame, verdict?.requirement].filter((part) => part !== undefined).join(' ');
  const lines = [headline(example), `${cases} ${cases === 1 ? 'case' : 'cases'}, such as ${id}`, `replay: ${replayCommand(id, replay)}`];
  return command(title, lines.join('\n'));
}

const more = (kinds: readonly Kind[]): string =>
  command(`${kinds.length} more kinds of failures`, `${kinds.reduce((sum, { cases }) => sum + cases, 0)} cases; the step's summary has them all`);

const command = (title: string, message: string): string => `::error title=${property(title)}::${data(message)}`;

const data = (text: string): string => printable(text).replaceAll('%', '%25').replaceAll('\n', '%0A');
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
