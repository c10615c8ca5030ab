/** Clients and groups for new vectors: the engine itself, with a fixed clock and all randomness from the provider. */
import { hex, utf8 } from '../mls/bytes.ts';
import type { CryptoProvider } from '../mls/crypto/provider.ts';
import { createClient, type Client } from '../mls/group/client.ts';
import type { KeyPackageBundle } from '../mls/group/key-package.ts';
import { vectorPolicy } from './vector-policy.ts';

/** 2025-01-01: what is made must not depend on the day it is made on. */
const fixedNow = 1_735_689_600n;

export async function sampleClient(provider: CryptoProvider, options: { readonly suite: number; readonly handshakeAs: 'public' | 'private' }): Promise<Client> {
  return createClient({
    crypto: provider,
    cipherSuite: options.suite,
    credential: utf8(`client ${hex(provider.cipherSuite(options.suite).random(4))}`),
    policy: vectorPolicy(fixedNow),
    handshakeAs: options.handshakeAs,
  });
}

/** A KeyPackage that never expires, so that the vectors do not. */
export const sampleKeyPackage = (client: Client): Promise<KeyPackageBundle> => client.createKeyPackage({ lifetime: { notBefore: 0n, notAfter: 2n ** 64n - 1n } });
