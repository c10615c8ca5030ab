/** Script files as commands take them: those named, or else those that the project carries. */
import { fileURLToPath } from 'node:url';
import { loadScripts, ScriptError, type Script } from '../runner/script.ts';
import { CommandError } from './command-error.ts';

const carriedScripts = fileURLToPath(new URL('../runner/scripts', import.meta.url));

/**
 * @param warn told what nobody reads in them
 * @throws CommandError (2)
 */
export function readScripts(paths: readonly string[], warn: (warning: string) => void = () => {}): readonly Script[] {
  try {
    const { scripts, warnings } = loadScripts(paths.length === 0 ? [carriedScripts] : paths);
    for (const { file, path, message } of warnings) warn(`${file}: ${path}: ${message}`);
    return scripts;
  } catch (error) {
    throw error instanceof ScriptError ? new CommandError(error.message, { exitCode: 2, cause: error }) : error;
  }
}
