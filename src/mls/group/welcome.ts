/** Making a Welcome (RFC 9420 §12.4.1, §12.4.3.1). Joining by one is in join.ts. */
import { empty } from '../bytes.ts';
import { encryptWithLabel, makeKeyPackageRef } from '../crypto/labelled.ts';
import type { CipherSuite } from '../crypto/provider.ts';
import { welcomeKeyAndNonce, wipe } from '../epoch/key-schedule.ts';
import { mapInFlight, pause } from '../slices.ts';
import { commonAncestor, type LeafIndex, type NodeIndex } from '../tree/tree-math.ts';
import { MLSMessage } from '../wire/framing.ts';
import { GroupSecrets } from '../wire/group-info.ts';
import { KeyPackage } from '../wire/leaf-node.ts';
import { encode } from '../wire/presentation-language.ts';
import type { PreSharedKeyID } from '../wire/pre-shared-key.ts';
import { mls10 } from '../wire/registries.ts';
import type { AddedMember } from './proposal-list.ts';

export interface WelcomeContents {
  /** Encoded. */
  readonly groupInfo: Uint8Array;
  readonly added: readonly AddedMember[];
  readonly committer: LeafIndex;
  readonly joinerSecret: Uint8Array;
  readonly welcomeSecret: Uint8Array;
  /** The path secrets of the Commit by node; empty when it has no path. */
  readonly pathSecrets: ReadonlyMap<NodeIndex, Uint8Array>;
  /** In the order of the Commit's proposals (R-8.4-01, R-12.4.1-14). */
  readonly psks: readonly PreSharedKeyID[];
}

/** One Welcome for all added members (R-12.4.1-15), as an encoded MLSMessage. */
export async function makeWelcome(suite: CipherSuite, from: WelcomeContents): Promise<Uint8Array> {
  await pause();
  const { key, nonce } = welcomeKeyAndNonce(suite, from.welcomeSecret);
  using used = new DisposableStack();
  used.defer(() => wipe(key, nonce));
  const encryptedGroupInfo = suite.seal(key, nonce, empty, from.groupInfo);
  await pause();
  const secrets = await mapInFlight(from.added, async ({ keyPackage, leafIndex }) => {
    // With a path, each joiner gets the secret of the lowest node above both it and the committer (R-12.4.1-12).
    const pathSecret = from.pathSecrets.get(commonAncestor(leafIndex, from.committer));
    const plaintext = encode(GroupSecrets, { joinerSecret: from.joinerSecret, pathSecret: pathSecret && { pathSecret }, psks: from.psks });
    const encryptedGroupSecrets = await encryptWithLabel(suite, keyPackage.initKey, 'Welcome', encryptedGroupInfo, plaintext).finally(() => wipe(plaintext));
    return { newMember: makeKeyPackageRef(suite, encode(KeyPackage, keyPackage)), encryptedGroupSecrets };
  });
  await pause();
  return encode(MLSMessage, { version: mls10, wireFormat: 'mls_welcome', welcome: { cipherSuite: suite.id, secrets, encryptedGroupInfo } });
}
