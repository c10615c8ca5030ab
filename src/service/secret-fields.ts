/** The fields of requests and answers that hold secrets in the clear. */

const secretFields = ['initPriv', 'encryptionPriv', 'signaturePriv', 'pskSecret', 'plaintext', 'exportedSecret', 'stateAuthSecret', 'epochAuthenticator'] as const;

type Fields = Readonly<Record<string, unknown>>;

/** Wipes the secrets in a request that was worked on or in an answer that was encoded, or that nobody waits for any more. */
export function wipeSecrets(message: unknown): void {
  if (typeof message !== 'object' || message === null) return;
  const { psks } = message as { readonly psks?: readonly Fields[] };
  for (const fields of [message as Fields, ...(psks ?? [])]) {
    for (const name of secretFields) {
      const value = fields[name];
      if (value instanceof Uint8Array) value.fill(0);
    }
  }
}
