/** The engine's clients as the service sets them up. */
import { byteKey } from '../mls/bytes.ts';
import type { HPKEPrivateKey, SignaturePrivateKey } from '../mls/crypto/provider.ts';
import { MLSError, within } from '../mls/errors.ts';
import { createClient, type Client } from '../mls/group/client.ts';
import type { KeyPackageBundle } from '../mls/group/key-package.ts';
import { Secret } from '../mls/secret.ts';
import type { Policy } from '../mls/policy.ts';
import type { Person } from './entries.ts';
import type { ServiceLog } from './log.ts';
import type { ServiceOptions } from './options.ts';
import { servicePolicy } from './policy.ts';

export type ClientOptions = Pick<ServiceOptions, 'crypto' | 'suites' | 'grease' | 'acceptUnlistedGrease' | 'maxLifetime' | 'limits'>;

/** Makes clients for the people that the service plays. */
export class Clients {
  readonly #options: ClientOptions;
  readonly #policy: Policy;
  readonly #log: ServiceLog;

  constructor(options: ClientOptions, log: ServiceLog) {
    this.#options = options;
    this.#policy = servicePolicy(options.maxLifetime);
    this.#log = log;
  }

  /** @throws MLSError `unsupported` for a suite that is not offered */
  requireSuite(id: number): void {
    const { suites } = this.#options;
    if (!suites.includes(id)) throw new MLSError('unsupported', `cipher suite ${id} is not offered here, only ${suites.join(', ')}`);
  }

  /** @throws MLSError `unsupported` for a suite that is not offered */
  newPerson(cipherSuite: number, identity: Uint8Array): Person {
    this.requireSuite(cipherSuite);
    return { cipherSuite, identity: identity.slice(), psks: new Map() };
  }

  /** A client for a person: with a signature key of its own, or with that of the KeyPackage it joins with. */
  async client(person: Person, bundle?: KeyPackageBundle): Promise<Client> {
    const { crypto, grease, acceptUnlistedGrease, limits } = this.#options;
    this.requireSuite(person.cipherSuite);
    const client = await createClient({
      crypto,
      cipherSuite: person.cipherSuite,
      credential: person.identity,
      ...(bundle && { signatureKey: bundle.signatureKey }),
      policy: this.#policy,
      grease,
      accept: acceptUnlistedGrease ? ['unlisted-grease'] : [],
      onAccepted: ({ requirement, detail }) => this.#log.notice(requirement, `${requirement}: ${detail}; accepted`),
      limits: { ...limits.engine, messageBytes: limits.maxMessageBytes },
      // Peers send while a proposal is pending, against R-12.4-04: the rpc warns instead.
      allowDataWithPendingProposals: true,
    });
    if (bundle !== undefined) client.addKeyPackage(bundle.keyPackage, { ...bundle, initKey: await copyOf(bundle.initKey, client) });
    for (const { pskId, psk } of person.psks.values()) client.storePsk(pskId, psk.expose());
    return client;
  }

  signatureKey(cipherSuite: number): Promise<SignaturePrivateKey> {
    this.requireSuite(cipherSuite);
    return this.#options.crypto.cipherSuite(cipherSuite).generateSignatureKey();
  }

  cipherSuite(id: number) {
    this.requireSuite(id);
    return this.#options.crypto.cipherSuite(id);
  }

  /** The person who also has that PSK. @throws MLSError `limit` when there are too many */
  withPsk<P extends Person>(person: P, pskId: Uint8Array, psk: Uint8Array): P {
    const key = byteKey(pskId);
    const { maxPsks } = this.#options.limits;
    within(person.psks.size < maxPsks || person.psks.has(key), `--max-psks allows ${maxPsks} external PSKs, and so many are stored`);
    return { ...person, psks: new Map([...person.psks, [key, { pskId: pskId.slice(), psk: new Secret(psk.slice()) }]]) };
  }
}

/** A client deletes the init key of a KeyPackage that it has joined with; the entry's own lasts until the join has taken effect. */
async function copyOf(key: HPKEPrivateKey, { suite }: Client): Promise<HPKEPrivateKey> {
  const raw = key.serialize();
  try {
    return await suite.importHPKEKey(raw);
  } finally {
    raw.fill(0);
  }
}
