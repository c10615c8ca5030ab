/** What signals do to a command that writes files: once to come to an end, once more to stop at once. */
import { constants } from 'node:os';

/** Not SIGHUP: to listen to it would undo `nohup`. */
const stopSignals = ['SIGINT', 'SIGTERM'] as const;

export interface Stopping {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** From here on signals do what they usually do. */
  end(): void;
}

export interface StoppingOptions {
  readonly say: (line: string) => void;
  /** What ends by itself after the first signal. */
  readonly first: string;
  /** What is left after the second. */
  readonly second: () => string;
}

/** Listens to signals until told otherwise. The second ends the program, with the exit code that shells give to its signal. */
export function stopOnSignals({ say, first, second }: StoppingOptions): Stopping {
  const stopping = new AbortController();
  const stop = (signal: NodeJS.Signals): void => {
    if (!stopping.signal.aborted) {
      say(first);
      return stopping.abort();
    }
    say(second());
    exitOn(signal);
  };
  for (const signal of stopSignals) process.on(signal, stop);
  return {
    signal: stopping.signal,
    end: () => {
      for (const signal of stopSignals) process.off(signal, stop);
    },
  };
}

/** For a program that does nothing but write files: ends it as a signal does, but with what is to be done at its exit. */
export function exitOnSignals(): void {
  for (const signal of stopSignals) process.on(signal, exitOn);
}

const exitOn = (signal: NodeJS.Signals): never => process.exit(128 + constants.signals[signal]);
