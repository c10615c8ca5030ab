/** The engine's clients as the service sets them up. */
import { byteKey } from '../mls/bytes.ts';
import type { SignaturePrivateKey } from '../mls/crypto/provider.ts';
import { MLSError, within } from '../mls/errors.ts';
import { createClient, type Client } from '../mls/group/client.ts';
import type { KeyPackageBundle } from '../mls/group/key-package.ts';
import { allOrNone, Secret } from '../mls/secret.ts';
import type { Policy } from '../mls/policy.ts';
import type { Changes, Person } from './entries.ts';
import type { ServiceLog } from './log.ts';
import type { ServiceOptions } from './options.ts';
import { servicePolicy } from './policy.ts';

export type ClientOptions = Pick<ServiceOptions, 'crypto' | 'suites' | 'grease' | 'acceptUnlistedGrease' | 'maxLifetime' | 'limits'>;

export interface ClientFor {
  /** Wipes, unless the call succeeds, what the client is given: copies, and a signature key of its own. */
  readonly undo?: DisposableStack;
  /** The KeyPackage that it joins with. */
  readonly bundle?: KeyPackageBundle;
  /** Default: that of `bundle`, or else a fresh one. */
  readonly signatureKey?: SignaturePrivateKey | undefined;
}

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

  /** A client for a person, who has a KeyPackage, a signature key or neither. */
  async client(person: Person, { undo, bundle, signatureKey = bundle?.signatureKey }: ClientFor = {}): Promise<Client> {
    const { crypto, grease, acceptUnlistedGrease, limits } = this.#options;
    this.requireSuite(person.cipherSuite);
    using made = new DisposableStack();
    const client = await createClient({
      crypto,
      cipherSuite: person.cipherSuite,
      credential: person.identity,
      ...(signatureKey && { signatureKey }),
      policy: this.#policy,
      grease,
      accept: acceptUnlistedGrease ? ['unlisted-grease'] : [],
      onAccepted: ({ requirement, detail }) => this.#log.notice(requirement, `${requirement}: ${detail}; accepted`),
      limits: { ...limits.engine, messageBytes: limits.maxMessageBytes },
      // Peers send while a proposal is pending, against R-12.4-04: the rpc warns instead.
      allowDataWithPendingProposals: true,
    });
    made.defer(() => client.dispose());
    if (signatureKey === undefined) made.use(client.signatureKey);
    if (bundle !== undefined) client.addKeyPackage(bundle.keyPackage, { ...bundle, ...(await copiesOf(bundle, client)) });
    for (const { pskId, psk } of person.psks.values()) client.storePsk(pskId, psk.expose());
    const kept = made.move();
    undo?.use(kept);
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

  /** The person who also has that PSK, in the place of one with the same id. @throws MLSError `limit` when there are too many */
  withPsk<P extends Person>(changes: Changes, person: P, { pskId, pskSecret }: { readonly pskId: Uint8Array; readonly pskSecret: Uint8Array }): P {
    const key = byteKey(pskId);
    const { maxPsks } = this.#options.limits;
    within(person.psks.size < maxPsks || person.psks.has(key), `--max-psks allows ${maxPsks} external PSKs, and so many are stored`);
    const psk = changes.undo.use(new Secret(pskSecret.slice()));
    changes.afterwards(() => person.psks.get(key)?.psk.dispose());
    return { ...person, psks: new Map([...person.psks, [key, { pskId: pskId.slice(), psk }]]) };
  }
}

/** The group that a client joins takes the private keys over, and wipes them with itself; the entry's own last until the join has taken effect. */
async function copiesOf({ initKey, encryptionKey }: KeyPackageBundle, { suite }: Client): Promise<Pick<KeyPackageBundle, 'initKey' | 'encryptionKey'>> {
  const raw = [initKey.serialize(), encryptionKey.serialize()];
  try {
    const [init, encryption] = await allOrNone(raw.map((key) => suite.importHPKEKey(key)));
    return { initKey: init!, encryptionKey: encryption! };
  } finally {
    for (const key of raw) key.fill(0);
  }
}
