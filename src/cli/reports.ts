/** The options that say which reports of a run are made, and the reporters that make them: the same for a run and for its record. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, parse, resolve, sep } from 'node:path';
import { Option, type Command } from 'commander';
import { reasonOf } from '../report/file-errors.ts';
import type { Reporter } from '../report/reporter.ts';
import type { Transcripts } from '../report/upstream-json.ts';
import { CommandError } from './command-error.ts';

export interface ReportOptions {
  readonly html?: string;
  readonly junit?: string;
  readonly markdown?: string;
  readonly json?: string;
  readonly transcripts: Transcripts;
  readonly vectors?: string;
}

/** Where a command prints to. */
export interface Terminal {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

export function addReportOptions(command: Command): Command {
  return command
    .option('--html <FILE>', 'one offline page with everything')
    .option('--junit <FILE>', 'JUnit XML')
    .option('--markdown <FILE>', 'a summary in Markdown')
    .option('--json <FILE>', 'the results in the format of the mlswg runner')
    .addOption(new Option('--transcripts <WHICH>', 'cases whose calls are kept').choices(['all', 'failed', 'none']).default('all'))
    .option('--vectors <FOLDER>', 'passive-client vectors of all who joined in cases that passed; needs --keep-secrets of the run');
}

/** Opens the report of an option; each loads its own code, and what that needs. */
const kinds: { readonly [option in 'html' | 'junit' | 'markdown' | 'json']: (transcripts: Transcripts) => Promise<(file: string) => Reporter> } = {
  html: async () => (await import('../report/html/html.ts')).htmlReporter,
  junit: async () => (await import('../report/junit.ts')).junitReporter,
  markdown: async () => (await import('../report/summary/markdown.ts')).markdownReporter,
  json: async (transcripts) => {
    const { upstreamReporter } = await import('../report/upstream-json.ts');
    return (file) => upstreamReporter(file, transcripts);
  },
};

/** All that derive from a record, but for the vectors. @throws CommandError for what cannot be opened (2) */
export async function reportersFor(options: ReportOptions, { stdout }: Terminal): Promise<Reporter[]> {
  const reporters: Reporter[] = [];
  for (const option of ['html', 'junit', 'markdown', 'json'] as const) {
    if (options[option] !== undefined) reporters.push(...opened(options, option, await kinds[option](options.transcripts)));
  }
  const { GITHUB_ACTIONS: actions, GITHUB_STEP_SUMMARY: summary = '' } = process.env;
  if (actions !== 'true' && summary === '') return reporters;
  const { githubReporters } = await import('../report/summary/github.ts');
  return [...reporters, ...githubReporters(process.env, (text) => void stdout.write(text))];
}

const written = ['record', 'html', 'junit', 'markdown', 'json', 'vectors'] as const;

/**
 * That no two options name one file, and none a file that is read: the later would be written over the earlier.
 * @param read paths of records
 * @throws CommandError (2)
 */
export function checkPaths(options: { readonly [option in (typeof written)[number]]?: string | undefined }, read: readonly string[] = []): void {
  const taken = new Map(read.map((path) => [resolve(path), 'the record that is read']));
  for (const option of written) {
    const path = options[option];
    if (path === undefined) continue;
    const other = taken.get(resolve(path));
    if (other !== undefined) throw new CommandError(`--${option} ${path}: is ${other.startsWith('--') ? `also named by ${other}` : other}`, { exitCode: 2 });
    taken.set(resolve(path), `--${option}`);
  }
}

/** The reporter of an option, if it is given; missing folders are made. @throws CommandError (2) */
export function opened<O extends string>(options: { readonly [option in O]?: string }, option: O, open: (path: string) => Reporter): Reporter[] {
  const path = options[option];
  if (path === undefined) return [];
  try {
    makeFolderOf(path);
    return [open(path)];
  } catch (error) {
    throw new CommandError(`--${option} ${path}: ${reasonOf(error)}`, { exitCode: 2, cause: error });
  }
}

/** Makes the folders that a file is to be in, but none at the root: there it is a path mistyped. @throws Error, also of the file system */
export function makeFolderOf(file: string): void {
  const folder = dirname(resolve(file));
  const { root } = parse(folder);
  const top = join(root, folder.slice(root.length).split(sep)[0]!);
  if (!existsSync(top)) throw new Error(`there is no folder ${top}`);
  mkdirSync(folder, { recursive: true });
}
