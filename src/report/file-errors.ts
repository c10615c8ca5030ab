/** What the file system says, in words for a user. */

/** A reason in words for what the file system says most often. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const words: { readonly [code: string]: string } = {
    ENOENT: 'no such file or folder',
    EISDIR: 'is a folder',
    ENOTDIR: 'a part of the path is no folder',
    EEXIST: 'is there already, and no folder',
    EACCES: 'permission denied',
    ENOSPC: 'no space left on the disk',
    EDQUOT: 'the disk quota is used up',
  };
  return (code === undefined ? undefined : words[code]) ?? message;
}
