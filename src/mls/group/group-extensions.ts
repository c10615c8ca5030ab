/** The extensions of a GroupContext and of a GroupInfo that the engine acts upon (RFC 9420 §11.1, §12.1.8.1, §12.4.3). */
import { byteKey, sameBytes } from '../bytes.ts';
import type { CipherSuite } from '../crypto/provider.ts';
import { MLSError, violation } from '../errors.ts';
import type { Policy } from '../policy.ts';
import type { RequirementId } from '../requirements.ts';
import { noRepeatedExtension, validateCredential, validateSignatureKey } from '../tree/leaf-node-validation.ts';
import { Credential } from '../wire/credential.ts';
import { ExternalPub, ExternalSender, ExternalSenders, RequiredCapabilities, type Extension } from '../wire/extension.ts';
import type { GroupContext } from '../wire/group-info.ts';
import { decode, encode, type Codec } from '../wire/presentation-language.ts';
import { extensionTypes } from '../wire/registries.ts';
import { RatchetTreeNodes } from '../wire/tree-node.ts';

interface Bodies {
  readonly required_capabilities: RequiredCapabilities;
  readonly external_senders: readonly ExternalSender[];
  readonly external_pub: ExternalPub;
  readonly ratchet_tree: RatchetTreeNodes;
}
type KnownExtension = keyof Bodies;

const bodies: { readonly [N in KnownExtension]: { readonly codec: Codec<Bodies[N]>; readonly rule: RequirementId } } = {
  required_capabilities: { codec: RequiredCapabilities, rule: 'R-11.1-01' },
  external_senders: { codec: ExternalSenders, rule: 'R-12.1.8.1-01' },
  external_pub: { codec: ExternalPub, rule: 'R-12.4.3.2-01' },
  ratchet_tree: { codec: RatchetTreeNodes, rule: 'R-12.4.3.3-04' },
};

/** The body of an extension, or undefined when the list does not have it. @throws MLSError `invalid` for a body that does not decode */
export function extensionBody<N extends KnownExtension>(extensions: readonly Extension[], name: N): Bodies[N] | undefined {
  const extension = extensions.find(({ extensionType }) => extensionType === extensionTypes[name]);
  if (extension === undefined) return undefined;
  try {
    return decode(bodies[name].codec, extension.extensionData, name);
  } catch (cause) {
    // A body whose own rule says how it must parse is reported by that rule; the codec's is kept as the cause.
    if (cause instanceof MLSError && name !== 'ratchet_tree') throw violation(bodies[name].rule, cause.message, cause);
    throw cause;
  }
}

/** An extension of a known type. */
export const knownExtension = <N extends KnownExtension>(name: N, body: Bodies[N]): Extension => ({
  extensionType: extensionTypes[name],
  extensionData: encode(bodies[name].codec, body),
});

const nothingRequired: RequiredCapabilities = { extensionTypes: [], proposalTypes: [], credentialTypes: [] };

/** What the group requires of its members' capabilities; three empty lists without the extension. */
export const requiredCapabilities = (extensions: readonly Extension[]): RequiredCapabilities => extensionBody(extensions, 'required_capabilities') ?? nothingRequired;

/** The group's external senders, or undefined when it has no such extension (R-12.1.8-01). */
export const externalSenders = (extensions: readonly Extension[]): readonly ExternalSender[] | undefined => extensionBody(extensions, 'external_senders');

export interface GroupExtensionsCheck {
  readonly extensions: readonly Extension[];
  /** The external senders that were checked before. */
  readonly known: readonly ExternalSender[];
  readonly policy: Policy;
  readonly groupContext: GroupContext | undefined;
}

/**
 * Checks a GroupContext's extensions by themselves: no type twice, known bodies decode, new external senders are
 * acceptable (R-5.3.1-07).
 */
export async function validateGroupExtensions(suite: CipherSuite, check: GroupExtensionsCheck): Promise<void> {
  noRepeatedExtension(check.extensions, 'GroupContext');
  requiredCapabilities(check.extensions);
  const senderKey = (sender: ExternalSender) => byteKey(encode(ExternalSender, sender));
  const known = new Set(check.known.map(senderKey));
  for (const sender of externalSenders(check.extensions) ?? []) {
    if (known.has(senderKey(sender))) continue;
    validateSignatureKey(suite, sender.signatureKey);
    const { credential, signatureKey } = sender;
    await validateCredential(suite, { credential, signatureKey, leafNode: undefined, groupContext: check.groupContext }, { policy: check.policy, rule: 'R-5.3.1-07' });
  }
}

export const sameCredential = (a: Credential, b: Credential): boolean => sameBytes(encode(Credential, a), encode(Credential, b));
