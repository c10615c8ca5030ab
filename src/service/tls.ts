/** The server's credentials: plain, TLS, or TLS with client certificates. */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { ServerCredentials } from '@grpc/grpc-js';
import type { TLSFiles } from './options.ts';
import { SetupError } from './setup-error.ts';

/** @throws SetupError for files that cannot be read or are no certificate and its key */
export function serverCredentials(tls: TLSFiles | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const cert = read(tls.certificate);
  const key = read(tls.key);
  const authorities = tls.clientAuthorities === undefined ? null : read(tls.clientAuthorities);
  try {
    // gRPC would report these only at the first connection.
    createSecureContext({ cert, key, ...(authorities === null ? {} : { ca: authorities }) });
  } catch (cause) {
    throw new SetupError(`${tls.certificate} and ${tls.key} are no certificate and its key: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  return ServerCredentials.createSsl(authorities, [{ private_key: key, cert_chain: cert }], authorities !== null);
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new SetupError(`cannot read ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
