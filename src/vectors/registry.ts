/** All types of test vectors, and which of them a file holds. */
import { cryptoBasics } from './crypto-basics.ts';
import { deserialization } from './deserialization.ts';
import { keySchedule } from './key-schedule.ts';
import { messageProtection } from './message-protection.ts';
import { messages } from './messages.ts';
import { passiveClient } from './passive-client.ts';
import { pskSecretVectors } from './psk-secret.ts';
import { secretTree } from './secret-tree.ts';
import { transcriptHashes } from './transcript-hashes.ts';
import { treeMath } from './tree-math.ts';
import { treeOperations } from './tree-operations.ts';
import { treeValidation } from './tree-validation.ts';
import { treekem } from './treekem.ts';
import { welcome } from './welcome.ts';
import type { VectorType } from './vector-type.ts';

export const vectorTypes: readonly VectorType[] = [
  treeMath,
  cryptoBasics,
  secretTree,
  messageProtection,
  keySchedule,
  pskSecretVectors,
  transcriptHashes,
  welcome,
  treeOperations,
  treeValidation,
  treekem,
  messages,
  passiveClient,
  deserialization,
];

/** The type of the cases in a parsed file, by the fields of the first one; undefined for anything that is no vector file. */
export function recognise(json: unknown): VectorType | undefined {
  const first: unknown = Array.isArray(json) ? json[0] : undefined;
  if (typeof first !== 'object' || first === null) return undefined;
  return vectorTypes.find(({ fields }) => fields.every((field) => field in first));
}
