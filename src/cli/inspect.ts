/** `mls-interop inspect`: shows any object of RFC 9420 as a tree of its fields, and what is wrong with a malformed one. */
import { readFileSync, statSync } from 'node:fs';
import { styleText } from 'node:util';
import { Command, InvalidArgumentError, Option } from 'commander';
import { reasonOf } from '../report/file-errors.ts';
import { bytesOfFile, bytesOfText, type Encoding, type Octets } from '../report/inspect/bytes-of-text.ts';
import { inspect } from '../report/inspect/inspect.ts';
import type { Field } from '../report/inspect/inspection.ts';
import { textView, type Style } from '../report/inspect/text-view.ts';
import { typeNames, type TypeName } from '../report/inspect/types.ts';
import { CommandError } from './command-error.ts';

export interface InspectFlags {
  readonly as?: TypeName;
  readonly from?: Encoding;
  readonly json?: boolean;
  readonly depth?: number;
  readonly width?: number;
  readonly full?: boolean;
  readonly customProposal?: readonly number[];
}

/** Where the command reads and prints. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: NodeJS.WritableStream;
}

const examples = `
Examples:
  $ mls-interop inspect commit.mls
  $ mls-interop inspect 0001000500010001...
  $ base64 welcome.bin | mls-interop inspect - --depth 3
  $ mls-interop inspect tree.hex --as RatchetTree --json
  $ mls-interop inspect group-info.bin --full | less

INPUT is a file, - for standard input, or the octets themselves. Files and standard input may be binary, or text that holds
hexadecimal or base64; line breaks, 0x, colons, base64url and PEM-like lines do no harm. What the octets are is recognised
by their content: an MLSMessage, or else a bare object that they are to the last one.

Types for --as (any case):
${wrapped(typeNames, 116)}

Exit status: 0 well-formed, 1 malformed, 2 wrong usage or no octets.`;

export function inspectCommand(): Command {
  return new Command('inspect')
    .summary('show an MLS message as a tree of its fields')
    .description(
      'Shows an MLS message, or any other object of RFC 9420, as a tree of its fields with their octets, and says what is wrong with ' +
        'a malformed one and where.',
    )
    .argument('[INPUT]', 'a file, - for standard input, or hexadecimal or base64 text', '-')
    .option('--as <TYPE>', 'what the octets are (default: recognised by their content)', typeName)
    .addOption(new Option('--from <ENCODING>', 'how the input is written (default: recognised)').choices(['raw', 'hex', 'base64']))
    .option('--custom-proposal <NUMBER>', 'a proposal type of the application, whose body is opaque<V>; repeat for more', proposalType)
    .option('--json', 'print JSON')
    .option('--depth <N>', 'levels below the outermost object that are shown', wholeNumber)
    .option('--width <N>', 'columns of a line (default: those of the terminal, or 120)', wholeNumber)
    .option('--full', 'values whole, length headers and presence octets too')
    .addHelpText('after', examples)
    .action(async (input: string, flags: InspectFlags) => {
      process.exitCode = await inspectInput(input, flags, process);
    });
}

/**
 * Inspects and prints; gives the exit code.
 * @throws CommandError for input that cannot be read or holds no octets (2)
 */
export async function inspectInput(input: string, flags: InspectFlags, { stdin, stdout, stderr }: Terminal): Promise<number> {
  const { as, from, json = false, depth, width, full = false, customProposal } = flags;
  const { bytes, encoding, isGuess = false } = input === '-' ? await ofStream(stdin, from) : ofArgument(input, from);
  const inspection = inspect(bytes, { ...(as !== undefined && { as }), ...(customProposal !== undefined && { customProposalTypes: new Set(customProposal) }) });
  // Any word is base64: what then makes no sense is rather the name of a file that is not there.
  if (isGuess && !inspection.wellFormed) stderr.write(`note: there is no file ${shortened(input)}; read as ${encoding} text\n`);
  if (json) {
    const tree = depth === undefined ? inspection.tree : pruned(inspection.tree, depth);
    stdout.write(`${JSON.stringify({ version: 1, encoding, ...inspection, tree }, undefined, 2)}\n`);
  } else {
    stdout.write(textView(inspection, bytes, { width: width ?? stdout.columns ?? 120, depth, full, paint: painter(stdout) }));
  }
  return inspection.wellFormed ? 0 : 1;
}

interface Given extends Octets {
  /** Whether they are text only for want of a file of that name. */
  readonly isGuess?: boolean;
}

async function ofStream(stdin: Terminal['stdin'], from: Encoding | undefined): Promise<Given> {
  if (stdin.isTTY === true) throw usage('no INPUT: name a file, give hexadecimal or base64 text, or pipe something in (--help shows how)');
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return understood('standard input', () => bytesOfFile(new Uint8Array(Buffer.concat(chunks)), from));
}

function ofArgument(input: string, from: Encoding | undefined): Given {
  if (input.trim() === '') throw usage('INPUT is empty: name a file, or give hexadecimal or base64 text (--help shows how)');
  const content = fileContent(input);
  if (content !== undefined) return understood(input, () => bytesOfFile(content, from));
  const shown = shortened(input);
  if (from === 'raw') throw usage(`there is no file ${shown}`);
  return { ...understood(`no file ${shown}, and as text`, () => bytesOfText(input, from)), isGuess: from === undefined };
}

const shortened = (input: string): string => (input.length > 40 ? `${input.slice(0, 40)}...` : input);

/** The content of the file of this name, or undefined when there is none. */
function fileContent(path: string): Uint8Array | undefined {
  try {
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    // Text too long for a file name is none.
    if ((cause as NodeJS.ErrnoException).code === 'ENAMETOOLONG') return undefined;
    throw usage(`cannot read ${path}: ${reasonOf(cause)}`, cause);
  }
}

function understood(source: string, read: () => Octets): Octets {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw usage(`${source}: ${error.message}`, error);
    throw error;
  }
}

/** The tree without what is more than `depth` levels below its root. */
const pruned = (field: Field, depth: number): Field => ({ ...field, children: depth === 0 ? undefined : field.children?.map((child) => pruned(child, depth - 1)) });

const styles = { heading: 'bold', offset: 'dim', type: 'cyan', value: 'green', note: 'dim', fault: 'red' } as const satisfies Record<Style, string>;

/** Colours on a terminal, unless NO_COLOR says otherwise. */
function painter(stream: Terminal['stdout']): (style: Style, text: string) => string {
  return (style, shown) => (shown === '' ? '' : styleText(styles[style], shown, { stream: stream as NodeJS.WriteStream }));
}

const usage = (message: string, cause?: unknown): CommandError => new CommandError(message, { exitCode: 2, cause });

function typeName(asked: string): TypeName {
  const plain = (name: string) => name.toLowerCase().replace(/[-_]/g, '');
  const type = typeNames.find((name) => plain(name) === plain(asked));
  if (type === undefined) throw new InvalidArgumentError(`It is none of ${typeNames.join(', ')}.`);
  return type;
}

function wholeNumber(given: string): number {
  if (!/^\d{1,6}$/.test(given)) throw new InvalidArgumentError('It is not a whole number.');
  return Number(given);
}

function proposalType(given: string, previous: readonly number[] = []): number[] {
  const number = Number(given);
  if (given === '' || !Number.isInteger(number) || number < 0 || number > 0xffff) throw new InvalidArgumentError('It is not a number from 0 to 65535 (0x is understood).');
  return [...previous, number];
}

/** Names in lines of at most `width` columns. */
function wrapped(names: readonly string[], width: number): string {
  const lines = [''];
  for (const name of names) {
    if (lines.at(-1)!.length + name.length + 2 > width) lines.push('');
    lines.push(`${lines.pop()!}${name}, `);
  }
  return lines.map((line) => `  ${line.trim()}`).join('\n').replace(/,$/, '');
}
