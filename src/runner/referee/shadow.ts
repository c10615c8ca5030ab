/**
 * A shadow: our engine in the place of a member whose private keys the interface hands out, following its group from
 * outside. Its states are the engine's, so that what a shadow refuses is what the engine refuses; only what the member itself
 * has sent, which the engine will not take back in, is taken in here from the layers below.
 */
import { copyOf, sameBytes } from '../../mls/bytes.ts';
import { makeProposalRef } from '../../mls/crypto/labelled.ts';
import type { CipherSuite, HPKEPrivateKey } from '../../mls/crypto/provider.ts';
import { openPrivateMessage } from '../../mls/epoch/private-message.ts';
import { checkMembershipTag, openPublicMessage } from '../../mls/epoch/public-message.ts';
import { authenticatedContentBytes, verifyFramedContent, type SignedContent } from '../../mls/epoch/sign-content.ts';
import { MLSError, usage } from '../../mls/errors.ts';
import { supportedExtensions } from '../../mls/group/capabilities.ts';
import { joinByWelcome } from '../../mls/group/join.ts';
import { bundleOf, type KeyPackageBundle } from '../../mls/group/key-package.ts';
import { defaultLimits, type Limits } from '../../mls/group/limits.ts';
import { processCommit } from '../../mls/group/process-commit.ts';
import { validateProposal } from '../../mls/group/proposal-validation.ts';
import { withPending } from '../../mls/group/propose.ts';
import { receive } from '../../mls/group/receive.ts';
import { ownLeaf, type GroupState, type PskStore, type Settings } from '../../mls/group/state.ts';
import type { Succession } from '../../mls/group/succession.ts';
import type { FramedContent, MLSMessage, PrivateMessage, PublicMessage } from '../../mls/wire/framing.ts';
import type { Welcome } from '../../mls/wire/group-info.ts';
import type { KeyPackage } from '../../mls/wire/leaf-node.ts';
import { refereePolicy } from './policy.ts';

/** No script comes near them: what a shadow refuses must break a rule, not a bound of ours. */
const limits: Limits = { ...defaultLimits, forwardSteps: 1 << 16, outOfOrderKeys: 1 << 16 };

export interface SettingsInput {
  readonly suite: CipherSuite;
  /** In seconds since the Unix epoch. */
  readonly time: bigint;
  readonly psks: PskStore;
  /** Extension types that the shadowed member says it supports. */
  readonly extensions?: readonly number[];
}

/** How the engine is set up as a referee: as strict as the RFC and as patient as the service. */
export const refereeSettings = ({ suite, time, psks, extensions = [] }: SettingsInput): Settings => ({
  suite,
  policy: refereePolicy(time),
  limits,
  psks,
  handshakeAs: 'private',
  grease: false,
  // R-10-10 binds the maker, and no rule tells a receiver to refuse: the service takes such KeyPackages too.
  acceptUnlistedGrease: true,
  supportedExtensions: [...supportedExtensions, ...extensions],
  customProposals: [],
  padding: () => 0,
  allowDataWithPendingProposals: true,
  onAccepted: () => {},
});

export interface GivenKeys {
  readonly initPriv: Uint8Array;
  readonly encryptionPriv: Uint8Array;
}

/**
 * A KeyPackage with the private keys that an implementation gave with it.
 * @throws MLSError `misuse` when they are not those of the KeyPackage
 */
export async function bundleFrom(suite: CipherSuite, keyPackage: KeyPackage, { initPriv, encryptionPriv }: GivenKeys): Promise<KeyPackageBundle> {
  const [initKey, encryptionKey, signatureKey] = await Promise.all([
    privateKey(suite, initPriv, keyPackage.initKey),
    privateKey(suite, encryptionPriv, keyPackage.leafNode.encryptionKey),
    // A shadow signs nothing, so any key will do.
    suite.generateSignatureKey(),
  ]);
  return bundleOf(suite, keyPackage, { initKey, encryptionKey, signatureKey });
}

/** Raw, or as TLS encodes an opaque<V>: implementations differ. */
async function privateKey(suite: CipherSuite, given: Uint8Array, publicKey: Uint8Array): Promise<HPKEPrivateKey> {
  const lengthOctets = given.length - suite.nsk;
  for (const bytes of lengthOctets === 1 || lengthOctets === 2 ? [given, given.subarray(lengthOctets)] : [given]) {
    const key = await suite.importHPKEKey(copyOf(bytes)).catch(() => undefined);
    if (key !== undefined && sameBytes(key.publicKey, publicKey)) return key;
  }
  throw new MLSError('misuse', `a private key of ${given.length} bytes does not go with the KeyPackage`);
}

export interface Joining {
  readonly settings: Settings;
  readonly welcome: Welcome;
  readonly bundle: KeyPackageBundle;
  readonly ratchetTree: Uint8Array | undefined;
  readonly succession: Succession | undefined;
}

/** The member's first state. @throws MLSError when the Welcome breaks a rule */
export async function joinShadow({ settings, welcome, bundle, ratchetTree, succession }: Joining): Promise<GroupState> {
  const { leafNode } = bundle.keyPackage;
  const own = { ...settings, supportedExtensions: [...settings.supportedExtensions, ...leafNode.capabilities.extensions] };
  const { state } = await joinByWelcome({ settings: own, welcome, bundles: [bundle], ratchetTree, succession, isMemberOf: () => false });
  return state;
}

/** A message opened, nothing of it verified and no key used up. */
export interface Opened {
  readonly signed: SignedContent;
  readonly confirmationTag: Uint8Array | undefined;
  consume(): void;
}

/** @param state needed for a PrivateMessage only. @throws MLSError when it does not open */
export function open(state: GroupState | undefined, message: Framed, encoded: Uint8Array): Opened {
  if (message.wireFormat === 'mls_public_message') return { ...openPublicMessage(message.publicMessage, encoded), consume: () => {} };
  usage(state !== undefined, 'only a member opens a PrivateMessage');
  return openPrivateMessage({
    suite: state.settings.suite,
    message: message.privateMessage,
    secretTree: state.secretTree,
    senderDataSecret: state.secrets.senderDataSecret,
    isMember: () => true,
  });
}

export type Framed = Extract<MLSMessage, { readonly publicMessage: PublicMessage } | { readonly privateMessage: PrivateMessage }>;

export const isFramed = (message: MLSMessage): message is Framed => message.wireFormat === 'mls_public_message' || message.wireFormat === 'mls_private_message';

export type Taken =
  | { readonly kind: 'application'; readonly data: Uint8Array; readonly authenticatedData: Uint8Array }
  /** The epoch goes on, with one more proposal. */
  | { readonly kind: 'proposal'; readonly state: GroupState }
  | { readonly kind: 'commit'; readonly state: GroupState }
  /** The shadowed member is out of the group. */
  | { readonly kind: 'removed' }
  /** From here on the member has keys that nobody told. */
  | { readonly kind: 'ended'; readonly by: string };

/**
 * Takes in a message of the state's epoch, whoever has sent it.
 * @throws MLSError with the rule that it breaks
 */
export async function take(state: GroupState, message: Framed, encoded: Uint8Array): Promise<Taken> {
  try {
    if (isOwn(state, open(state, message, encoded).signed.content)) return await takeOwn(state, message, encoded);
    return await receive(state, encoded);
  } catch (error) {
    // Its own Update was committed, whose keys it alone has.
    if (error instanceof MLSError && error.requirement === 'R-12.1.2-03') return { kind: 'ended', by: 'own Update' };
    throw error;
  }
}

const isOwn = (state: GroupState, { sender }: FramedContent): boolean => sender.senderType === 'member' && sender.leafIndex === state.ownLeafIndex;

/** What `receive` does, for a message of the own leaf. */
async function takeOwn(state: GroupState, message: Framed, encoded: Uint8Array): Promise<Taken> {
  const { suite } = state.settings;
  const opened = open(state, message, encoded);
  const { signed, confirmationTag } = opened;
  const groupContext = state.contextBytes;
  if (message.wireFormat === 'mls_public_message') {
    checkMembershipTag({ suite, signed, confirmationTag, membershipKey: state.secrets.membershipKey, groupContext, membershipTag: message.publicMessage.membershipTag });
  }
  const verified = await verifyFramedContent({ suite, publicKey: ownLeaf(state).signatureKey, signed, groupContext });
  opened.consume();

  const { content } = signed;
  const { sender, authenticatedData } = content;
  switch (content.contentType) {
    case 'application':
      return { kind: 'application', data: content.applicationData, authenticatedData };
    case 'proposal': {
      const { proposal } = content;
      await validateProposal(state, { proposal, sender });
      const reference = makeProposalRef(suite, authenticatedContentBytes(signed));
      return { kind: 'proposal', state: withPending(state, { proposal, sender, reference }) };
    }
    case 'commit':
      if (content.commit.path !== undefined) return { kind: 'ended', by: 'own path' };
      usage(confirmationTag !== undefined, 'a Commit without a confirmation tag');
      return processCommit(state, { signed: verified, commit: content.commit, confirmationTag, committer: { senderType: 'member', leafIndex: state.ownLeafIndex } });
  }
}
