/** A client: one identity and signature key, its KeyPackages and pre-shared keys, and the ways into a group. */
import { byteKey, copyOf, empty, utf8 } from '../bytes.ts';
import type { CipherSuite, CryptoProvider, SignaturePrivateKey } from '../crypto/provider.ts';
import { MLSError, usage } from '../errors.ts';
import type { Policy } from '../policy.ts';
import { Secret } from '../secret.ts';
import type { Credential } from '../wire/credential.ts';
import type { Extension } from '../wire/extension.ts';
import type { MLSMessage } from '../wire/framing.ts';
import type { KeyPackage, Lifetime } from '../wire/leaf-node.ts';
import { extensionTypes, mls10 } from '../wire/registries.ts';
import { greaseExtension, greaseValue, greasedCapabilities, supportedExtensions, trueCapabilities } from './capabilities.ts';
import { createGroupState } from './create-group.ts';
import type { CreatedCommit } from './create-commit.ts';
import { restoreGroup } from './encode-group.ts';
import { joinByExternalCommit } from './external-commit.ts';
import { proposeFromOutside } from './external-proposals.ts';
import { Group, type Committed } from './group.ts';
import type { TreePlace } from './group-info.ts';
import { discardJoined, joinByWelcome, type Joined } from './join.ts';
import { bundleOf, isLastResort, makeKeyPackage, type KeyPackageBundle } from './key-package.ts';
import { creatorLifetime, keyPackageLifetime } from './lifetime.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { decodeKeyPackages } from './proposals.ts';
import { resumptionPskOf } from './psk.ts';
import { decodeMessage } from './receive.ts';
import type { CustomProposalType, GroupState, PskStore, Settings } from './state.ts';
import { createFromGroup } from './subgroup.ts';
import type { Succession } from './succession.ts';

export interface ClientOptions {
  readonly crypto: CryptoProvider;
  /** Suite number of all groups of this client, 1 to 7. */
  readonly cipherSuite: number;
  /** Text or bytes stand for a basic credential with that identity. */
  readonly credential: Credential | string | Uint8Array;
  /** Default: a fresh key. An x509 credential needs the key it certifies. */
  readonly signatureKey?: SignaturePrivateKey;
  /** What the RFC leaves to the application; there is no default. */
  readonly policy: Policy;
  /** How Proposals and Commits travel. Default: private (R-6-02). */
  readonly handshakeAs?: 'public' | 'private';
  /** Whether unknown numbers are mixed into what is sent (§13.5). Default: true. */
  readonly grease?: boolean;
  /**
   * Deviations of others to put up with. Default: none. One is always put up with and only told to `onAccepted`: a KeyPackage
   * whose leaf does not list its own cipher suite (R-7.3-06), since the KeyPackage names it.
   */
  readonly accept?: readonly 'unlisted-grease'[];
  /** Called for each deviation put up with. */
  readonly onAccepted?: Settings['onAccepted'];
  readonly limits?: Partial<Limits>;
  /** Seconds that a KeyPackage is valid, from an hour ago on by the policy's clock. Default: 84 days, or the policy's maximum if that is less. */
  readonly keyPackageLifetime?: bigint;
  /** Extension types beyond the RFC's that the application handles. */
  readonly extensions?: readonly number[];
  /** Extensions of the own leaf, such as application_id. */
  readonly leafExtensions?: readonly Extension[];
  readonly customProposals?: readonly CustomProposalType[];
  /**
   * Zero bytes to append to an encrypted content (§15.1), by its length in bytes: of the data of an application message, of
   * the FramedContent of a Proposal or Commit. Default: none.
   */
  readonly padding?: (contentLength: number) => number;
  /** Lets application data be sent while a proposal is pending, against R-12.4-04. Default: false. */
  readonly allowDataWithPendingProposals?: boolean;
}

/** A client with a signature key of its own. */
export async function createClient(options: ClientOptions): Promise<Client> {
  const suite = options.crypto.cipherSuite(options.cipherSuite);
  return new Client(options, suite, options.signatureKey ?? (await suite.generateSignatureKey()));
}

export interface KeyPackageOptions {
  readonly lifetime?: Lifetime;
  /** Marks it as one that may serve several joins (R-16.8-02). */
  readonly lastResort?: boolean;
  readonly extensions?: readonly Extension[];
}

export interface JoinOptions {
  /** The tree, when it does not travel in the message: the body of a ratchet_tree extension. */
  readonly ratchetTree?: Uint8Array | undefined;
  readonly handshakeAs?: 'public' | 'private';
}

export class Client {
  readonly suite: CipherSuite;
  readonly credential: Credential;
  readonly signatureKey: SignaturePrivateKey;
  readonly #options: ClientOptions;
  readonly #settings: Settings;
  /** KeyPackages that wait for a Welcome, by reference. */
  readonly #bundles = new Map<string, KeyPackageBundle>();
  readonly #externalPsks = new Map<string, Secret>();
  readonly #resumptionPsks = new Map<string, Secret>();
  /**
   * The confirmation tags of the epochs that were entered by Welcome, each the MAC of one epoch's secret and history. A second
   * entry would begin the ratchets of the same leaf anew (R-9.1-04): a last-resort KeyPackage opens its Welcomes again and again.
   */
  readonly #entered = new Set<string>();
  /** The groups this client is in, by `byteKey` of the id: what identifies the way it came in. */
  readonly #memberships = new Map<string, symbol>();

  /** Use `createClient`. */
  constructor(options: ClientOptions, suite: CipherSuite, signatureKey: SignaturePrivateKey) {
    const { credential } = options;
    this.#options = options;
    this.suite = suite;
    this.signatureKey = signatureKey;
    this.credential = typeof credential === 'string' ? basic(utf8(credential)) : credential instanceof Uint8Array ? basic(copyOf(credential)) : credential;
    const psks: PskStore = {
      external: (pskId) => this.#externalPsks.get(byteKey(pskId)),
      resumption: (groupId, epoch) => this.#resumptionPsks.get(resumptionKey(groupId, epoch)),
    };
    this.#settings = {
      suite,
      policy: options.policy,
      limits: { ...defaultLimits, ...options.limits },
      psks,
      handshakeAs: options.handshakeAs ?? 'private',
      grease: options.grease ?? true,
      acceptUnlistedGrease: options.accept?.includes('unlisted-grease') ?? false,
      onAccepted: options.onAccepted ?? (() => {}),
      supportedExtensions: [...supportedExtensions, ...(options.extensions ?? [])],
      customProposals: options.customProposals ?? [],
      padding: options.padding ?? (() => 0),
      allowDataWithPendingProposals: options.allowDataWithPendingProposals ?? false,
    };
  }

  /** Wipes the PSKs that are kept here and the private keys of KeyPackages that no Welcome has used; groups and signature key stay. */
  dispose(): void {
    for (const psks of [this.#externalPsks, this.#resumptionPsks]) {
      for (const psk of psks.values()) psk.dispose();
      psks.clear();
    }
    for (const { reference } of [...this.#bundles.values()]) this.forgetKeyPackage(reference);
  }

  /** Makes the value of an external PSK known (§8.4); it is copied. */
  storePsk(pskId: Uint8Array, psk: Uint8Array): void {
    this.forgetPsk(pskId);
    this.#externalPsks.set(byteKey(pskId), new Secret(copyOf(psk)));
  }

  /** Wipes the value of an external PSK. */
  forgetPsk(pskId: Uint8Array): void {
    this.#externalPsks.get(byteKey(pskId))?.dispose();
    this.#externalPsks.delete(byteKey(pskId));
  }

  /** Keeps the resumption PSK of a group's epoch for use in other groups (R-8.4-04). */
  keepResumptionPsk(group: Group, epoch = group.epoch): void {
    const psk = resumptionPskOf(group.state, epoch);
    usage(psk !== undefined, `the resumption PSK of epoch ${epoch} is not kept`);
    const key = resumptionKey(group.groupId, epoch);
    this.#resumptionPsks.get(key)?.dispose();
    this.#resumptionPsks.set(key, new Secret(psk.expose().slice()));
  }

  /**
   * A KeyPackage to publish; its private keys wait here for a Welcome.
   * @returns the KeyPackage, also as an encoded MLSMessage
   */
  async createKeyPackage(options: KeyPackageOptions = {}): Promise<KeyPackageBundle> {
    const bundle = await this.#makeBundle(options);
    this.#bundles.set(byteKey(bundle.reference), bundle);
    return bundle;
  }

  /** Wipes the private keys of a KeyPackage that no Welcome will use any more. */
  forgetKeyPackage(reference: Uint8Array): void {
    const bundle = this.#bundles.get(byteKey(reference));
    this.#bundles.delete(byteKey(reference));
    bundle?.initKey.dispose();
    bundle?.encryptionKey.dispose();
  }

  /**
   * Takes in a KeyPackage that was made elsewhere, with its private keys. Which Welcomes were used with it elsewhere is not
   * known here: joining with one of those again would use the keys of its epoch a second time (R-9.1-04).
   */
  addKeyPackage(keyPackage: KeyPackage, keys: Pick<KeyPackageBundle, 'initKey' | 'encryptionKey' | 'signatureKey'>): KeyPackageBundle {
    const bundle = bundleOf(this.suite, keyPackage, keys);
    this.#bundles.set(byteKey(bundle.reference), bundle);
    return bundle;
  }

  /**
   * Creates a group of which this client is the only member (§11).
   * @param options.groupId default: Nh random bytes
   * @param options.lifetime of the creator's leaf
   */
  async createGroup(options: { readonly groupId?: Uint8Array; readonly extensions?: readonly Extension[]; readonly handshakeAs?: 'public' | 'private'; readonly lifetime?: Lifetime } = {}): Promise<Group> {
    const groupId = (options.groupId && copyOf(options.groupId)) ?? this.suite.random(this.suite.nh);
    this.#mustNotBeIn(byteKey(groupId));
    const settings = this.#settingsFor(options.handshakeAs);
    const bundle = await this.#makeBundle({ lifetime: options.lifetime ?? creatorLifetime(this.#options) });
    return this.#enter(await createGroupState({ settings, groupId, extensions: options.extensions ?? [], bundle }));
  }

  /**
   * Joins by a Welcome (§12.4.3.1).
   * @param options.successorOf the reinitialized group that the new one succeeds
   * @param options.branchOf the group that the new one branches from
   */
  async join(welcome: Uint8Array, options: JoinOptions & { readonly successorOf?: Group; readonly branchOf?: Group } = {}): Promise<Group> {
    const ratchetTree = options.ratchetTree && copyOf(options.ratchetTree);
    const message = await this.#decode(welcome, 'mls_welcome');
    const succession = successionOf(options);
    const suspended = options.successorOf && byteKey(options.successorOf.groupId);
    const joined = await joinByWelcome({
      settings: this.#settingsFor(options.handshakeAs),
      welcome: message.welcome,
      bundles: [...this.#bundles.values()],
      ratchetTree,
      succession,
      isMemberOf: (groupId) => byteKey(groupId) !== suspended && this.#memberships.has(byteKey(groupId)),
    });
    try {
      this.#useUp(joined, suspended);
    } catch (error) {
      discardJoined(joined);
      throw error;
    }
    return this.#enter(joined.state, suspended);
  }

  /** Uses up a KeyPackage for a group that may be entered; one that may not costs nothing. Other joins may have been faster. */
  #useUp({ state, bundle }: Joined, replaced: string | undefined): void {
    const key = byteKey(state.groupContext.groupId);
    if (key !== replaced) this.#mustNotBeIn(key);
    const tag = byteKey(state.confirmationTag);
    usage(!this.#entered.has(tag), 'this client has entered this epoch by Welcome before: it would use the same keys again', 'R-9.1-04');
    if (!isLastResort(bundle.keyPackage)) {
      usage(this.#bundles.delete(byteKey(bundle.reference)), 'this KeyPackage was used by another join', 'R-10-01');
      bundle.initKey.dispose();
    }
    this.#entered.add(tag);
  }

  /**
   * Joins by an external Commit (§12.4.3.2).
   * @param groupInfo an encoded MLSMessage with a GroupInfo that has external_pub
   * @param options.resync whether the leaf this client has in the group is removed by the same Commit
   * @param options.externalPsks ids of stored external PSKs to inject, in this order
   */
  async joinByExternalCommit(groupInfo: Uint8Array, options: JoinOptions & { readonly resync?: boolean; readonly externalPsks?: readonly Uint8Array[]; readonly authenticatedData?: Uint8Array } = {}): Promise<{ readonly group: Group; readonly commit: Uint8Array }> {
    const authenticatedData = copyOf(options.authenticatedData ?? empty);
    const ratchetTree = options.ratchetTree && copyOf(options.ratchetTree);
    const message = await this.#decode(groupInfo, 'mls_group_info');
    const { state, commit } = await joinByExternalCommit({
      settings: this.#settingsFor(options.handshakeAs),
      groupInfo: message.groupInfo,
      ratchetTree,
      leaf: this.#leafTemplate(),
      signatureKey: this.signatureKey,
      resync: options.resync ?? false,
      externalPsks: options.externalPsks ?? [],
      authenticatedData,
    });
    // A former self in the group gives way: to a resync, or after an external Commit that lost its race.
    return { group: this.#enter(state, byteKey(state.groupContext.groupId)), commit };
  }

  /** Asks a group to add this client (§12.1.8): a proposal by a new member. The KeyPackage in it waits for the Welcome. */
  async proposeJoin(groupInfo: Uint8Array, options: KeyPackageOptions = {}): Promise<{ readonly message: Uint8Array; readonly bundle: KeyPackageBundle }> {
    const { groupContext } = (await this.#decode(groupInfo, 'mls_group_info')).groupInfo;
    const bundle = await this.createKeyPackage(options);
    const message = await proposeFromOutside({
      suite: this.suite,
      signatureKey: this.signatureKey,
      sender: { senderType: 'new_member_proposal' },
      groupContext,
      proposal: { proposalType: 'add', keyPackage: bundle.keyPackage },
      authenticatedData: empty,
    });
    return { message, bundle };
  }

  /**
   * Creates the successor of a reinitialized group (§11.2) with the parameters of its ReInit.
   * @param options.keyPackages of all other members, as encoded MLSMessages
   */
  createSuccessor(old: Group, options: NewGroupOptions): Promise<Committed> {
    const { reinit } = old;
    usage(reinit !== undefined, 'the group was not reinitialized', 'R-12.4.3.1-22');
    usage(reinit.version === mls10 && reinit.cipherSuite === this.suite.id, `the successor has cipher suite ${reinit.cipherSuite}, this client ${this.suite.id}`, 'R-11.2-01');
    return this.#createFrom({ usage: 'reinit', from: old.state }, { ...options, groupId: reinit.groupId, extensions: reinit.extensions });
  }

  /** Creates a subgroup of a group's members (§11.3). @param options.keyPackages of its other members, as encoded MLSMessages */
  createBranch(old: Group, options: NewGroupOptions & { readonly groupId?: Uint8Array; readonly extensions?: readonly Extension[] }): Promise<Committed> {
    return this.#createFrom({ usage: 'branch', from: old.state }, { groupId: this.suite.random(this.suite.nh), extensions: [], ...options });
  }

  /**
   * The group that `Group.encode` stored, for a client that is not in it. It has to be encoded and stored again before it
   * sends anything.
   * @throws MLSError `malformed` for bytes that are no stored group
   */
  async restore(stored: Uint8Array): Promise<Group> {
    return this.#enter(await restoreGroup(this.#settings, stored));
  }

  async #createFrom(succession: Succession, options: NewGroupOptions & { readonly groupId: Uint8Array; readonly extensions: readonly Extension[] }): Promise<Committed> {
    const created: CreatedCommit = await createFromGroup({
      settings: this.#settingsFor(options.handshakeAs),
      succession,
      groupId: options.groupId,
      extensions: options.extensions,
      bundle: await this.#makeBundle({ lifetime: options.lifetime ?? creatorLifetime(this.#options) }),
      keyPackages: await decodeKeyPackages(options.keyPackages),
      forcePath: options.forcePath ?? false,
      ratchetTree: options.ratchetTree ?? 'inside',
    });
    const { state, commit, welcome, ratchetTree } = created;
    const replaced = succession.usage === 'reinit' ? byteKey(succession.from.groupContext.groupId) : undefined;
    return { group: this.#enter(state, replaced), commit, welcome, ratchetTree };
  }

  /** @param replaced the id, if any, of a group of this client that the new one takes the place of */
  #enter(state: GroupState, replaced?: string): Group {
    const key = byteKey(state.groupContext.groupId);
    if (key !== replaced && this.#memberships.has(key)) {
      new Group(state).dispose();
      this.#mustNotBeIn(key);
    }
    const membership = Symbol('membership');
    this.#memberships.set(key, membership);
    return new Group(state, () => {
      if (this.#memberships.get(key) === membership) this.#memberships.delete(key);
    });
  }

  #mustNotBeIn(key: string): void {
    usage(!this.#memberships.has(key), 'this client is in a group with that id; a group that is over is left by `dispose`', 'R-12.4.3-05');
  }

  #settingsFor(handshakeAs: 'public' | 'private' | undefined): Settings {
    return handshakeAs === undefined ? this.#settings : { ...this.#settings, handshakeAs };
  }

  #leafTemplate(): { readonly signatureKey: Uint8Array; readonly credential: Credential; readonly capabilities: KeyPackage['leafNode']['capabilities']; readonly extensions: readonly Extension[] } {
    const { crypto, extensions = [], customProposals = [], leafExtensions = [] } = this.#options;
    const capabilities = trueCapabilities({
      cipherSuites: crypto.cipherSuiteIds,
      extensions: [...supportedExtensions, ...extensions],
      proposals: customProposals.map(({ type }) => type),
    });
    const own = { signatureKey: this.signatureKey.publicKey, credential: this.credential };
    if (!this.#settings.grease) return { ...own, capabilities, extensions: leafExtensions };
    // A GREASE extension of the leaf is listed in its capabilities (R-13.5-04).
    const { random } = this.suite;
    const type = greaseValue(random);
    return { ...own, capabilities: greasedCapabilities(capabilities, random, type), extensions: [...leafExtensions, greaseExtension(random, type)] };
  }

  async #makeBundle(options: KeyPackageOptions): Promise<KeyPackageBundle> {
    const { signatureKey: _, extensions: leafExtensions, ...leaf } = this.#leafTemplate();
    const extensions = [...(options.extensions ?? [])];
    if (options.lastResort === true) extensions.push({ extensionType: extensionTypes.last_resort, extensionData: empty });
    const grease = leafExtensions.at(-1);
    // The GREASE of the KeyPackage is the type that its leaf lists (R-10-10).
    if (this.#settings.grease && grease !== undefined) extensions.push(greaseExtension(this.suite.random, grease.extensionType));
    return makeKeyPackage(this.suite, { ...leaf, signatureKey: this.signatureKey, lifetime: options.lifetime ?? keyPackageLifetime(this.#options), leafExtensions, extensions });
  }

  async #decode<W extends MLSMessage['wireFormat']>(bytes: Uint8Array, wireFormat: W): Promise<Extract<MLSMessage, { wireFormat: W }>> {
    const { message } = await decodeMessage(bytes, this.#settings);
    if (message.wireFormat !== wireFormat) throw new MLSError('misuse', `expected ${wireFormat}, got ${message.wireFormat}`);
    return message as Extract<MLSMessage, { wireFormat: W }>;
  }
}

export interface NewGroupOptions {
  readonly keyPackages: readonly Uint8Array[];
  readonly forcePath?: boolean;
  readonly ratchetTree?: TreePlace;
  readonly handshakeAs?: 'public' | 'private';
  /** Of the creator's leaf. */
  readonly lifetime?: Lifetime;
}

const basic = (identity: Uint8Array): Credential => ({ credentialType: 'basic', identity });

const resumptionKey = (groupId: Uint8Array, epoch: bigint): string => `${epoch}:${byteKey(groupId)}`;

function successionOf({ successorOf, branchOf }: { readonly successorOf?: Group; readonly branchOf?: Group }): Succession | undefined {
  usage(successorOf === undefined || branchOf === undefined, 'a group is either a successor or a branch');
  if (successorOf !== undefined) return { usage: 'reinit', from: successorOf.state };
  return branchOf && { usage: 'branch', from: branchOf.state };
}
