/** The program in place of the one in the image, and whether somebody serves. */
import { chmodSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { projectRoot } from '../support/data.ts';

export const program = join(projectRoot, 'src/cli/main.ts');

/** Puts the command `mls-interop` of this checkout into `folder`; gives its path. */
export function installCommand(folder: string): string {
  const path = join(folder, 'mls-interop');
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Whether somebody listens there. */
export function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('close', () => socket.destroy()).end();
  });
}
