/** What is inside of a Welcome: the GroupInfo, and where its sealing went wrong when it does not open. */
import { byteKey, empty } from '../../mls/bytes.ts';
import { decryptWithLabel } from '../../mls/crypto/labelled.ts';
import { memberSecret, welcomeKeyAndNonce, welcomeSecret } from '../../mls/epoch/key-schedule.ts';
import { pskSecret, type PreSharedKeyInput } from '../../mls/epoch/psk-secret.ts';
import { MLSError } from '../../mls/errors.ts';
import type { KeyPackageBundle } from '../../mls/group/key-package.ts';
import { findPsk } from '../../mls/group/psk.ts';
import type { Settings } from '../../mls/group/state.ts';
import type { Succession } from '../../mls/group/succession.ts';
import { sameBytes } from '../../mls/bytes.ts';
import { GroupInfo, GroupSecrets, type Welcome } from '../../mls/wire/group-info.ts';
import { decode } from '../../mls/wire/presentation-language.ts';
import type { CaseFile } from './case-file.ts';
import type { Message } from './findings.ts';

export interface WelcomeSight {
  readonly message: Message;
  readonly welcome: Welcome;
  readonly actor: string;
  readonly bundle: KeyPackageBundle;
  readonly settings: Settings;
  readonly succession: Succession | undefined;
}

/**
 * Notes the GroupInfo of a Welcome, valid or not. One that is sealed as it would be with other PSKs than the Welcome names is
 * objected to as such; whatever else is wrong is for the joiner's shadow to say.
 */
export async function lookInto(file: CaseFile, sight: WelcomeSight): Promise<void> {
  try {
    const secrets = await groupSecretsOf(sight);
    if (secrets === undefined) return;
    const psks = pskInputs(sight, secrets);
    if (psks === undefined) return;
    for (const [chosen, mistake] of sealings(psks)) {
      const bytes = opened(sight, secrets, chosen);
      if (bytes === undefined) continue;
      note(file, sight, bytes);
      if (mistake !== undefined) {
        file.objections.push({ message: sight.message, requirement: 'R-8.4-03', differs: 'psk_secret', says: mistake, by: sight.actor, recomputed: 'welcome_secret' });
      }
      return;
    }
  } catch (error) {
    if (!(error instanceof MLSError)) throw error;
  }
}

async function groupSecretsOf({ welcome, bundle, settings }: WelcomeSight): Promise<GroupSecrets | undefined> {
  const entry = welcome.secrets.find(({ newMember }) => sameBytes(newMember, bundle.reference));
  if (entry === undefined) return undefined;
  const { kemOutput, ciphertext } = entry.encryptedGroupSecrets;
  const plaintext = await decryptWithLabel(settings.suite, bundle.initKey, 'Welcome', welcome.encryptedGroupInfo, kemOutput, ciphertext);
  return plaintext && decode(GroupSecrets, plaintext, 'GroupSecrets');
}

/** The PSKs that the Welcome names, undefined when one is not known. */
function pskInputs({ settings, succession }: WelcomeSight, { psks }: GroupSecrets): PreSharedKeyInput[] | undefined {
  const inputs = psks.flatMap((id) => {
    const secret = findPsk(id, { store: settings.psks, groups: succession === undefined ? [] : [succession.from] });
    return secret === undefined ? [] : [{ id, psk: secret.expose() }];
  });
  return inputs.length === psks.length ? inputs : undefined;
}

function* sealings(psks: readonly PreSharedKeyInput[]): Generator<readonly [readonly PreSharedKeyInput[], string | undefined]> {
  yield [psks, undefined];
  if (psks.length > 0) yield [[], 'the Welcome is sealed as if there were no PSKs, but names some'];
  if (psks.length > 1) yield [psks.toReversed(), 'the Welcome is sealed with its PSKs in reverse order'];
}

function opened({ settings: { suite }, welcome }: WelcomeSight, { joinerSecret }: GroupSecrets, psks: readonly PreSharedKeyInput[]): Uint8Array | undefined {
  const { key, nonce } = welcomeKeyAndNonce(suite, welcomeSecret(suite, memberSecret(suite, joinerSecret, pskSecret(suite, psks))));
  return suite.open(key, nonce, empty, welcome.encryptedGroupInfo);
}

function note(file: CaseFile, { message, actor }: WelcomeSight, bytes: Uint8Array): void {
  if (file.groupInfos.has(byteKey(message.bytes))) return;
  file.sight(message, { seenBy: actor, kind: 'group_info', bytes });
  file.groupInfos.set(byteKey(message.bytes), decode(GroupInfo, bytes, 'GroupInfo'));
}
