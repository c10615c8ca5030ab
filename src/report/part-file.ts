/**
 * Files that take the name that was asked for when they are whole: what is there before stays until then, and nobody reads half of one.
 * What is not whole when the program ends is removed, also when it is made to end at once.
 */
import { closeSync, openSync, renameSync, rmSync, statSync } from 'node:fs';

export interface PartFile {
  /** To be written to, and to be read from. */
  readonly fd: number;
  /** Closes it, and gives it its name. @throws Error of the file system */
  finish(): void;
  /** Closes and removes it. */
  discard(): void;
}

/**
 * Opens `FILE.part`; what is there and is no regular file, such as /dev/stdout, is written to as it is.
 * @throws Error of the file system
 */
export function openPart(file: string): PartFile {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) return openInPlace(file);
  const path = `${file}.part`;
  const fd = openSync(path, 'w+');
  const kept = removeAtExit(path);
  return {
    fd,
    finish() {
      closeSync(fd);
      renameSync(path, file);
      kept();
    },
    discard() {
      closeSync(fd);
      rmSync(path, { force: true });
      kept();
    },
  };
}

/** A folder is none of it: opening it says so. */
function openInPlace(file: string): PartFile {
  const fd = openSync(file, 'w');
  const close = (): void => closeSync(fd);
  return { fd, finish: close, discard: close };
}

const unfinished = new Set<string>();

/** Has a file or folder removed when the program ends. @returns what calls that off */
export function removeAtExit(path: string): () => void {
  if (unfinished.size === 0) process.on('exit', removeAll);
  unfinished.add(path);
  return () => {
    unfinished.delete(path);
    if (unfinished.size === 0) process.off('exit', removeAll);
  };
}

function removeAll(): void {
  for (const path of unfinished) rmSync(path, { recursive: true, force: true });
}
