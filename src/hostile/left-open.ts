/** Why RFC 9420 does not have a receiver refuse some violations: what it asks is asked of the sender, or of the application. */

/** Each reads on from `RFC 9420 leaves that open: `. */
export const leftOpen = {
  bytesBehind: 'it says how objects are encoded, and not that bytes behind one are refused',
  version: 'its structs fix the version as mls10, and no step has a receiver compare it',
  foreignGroup: 'no step of §6.3, §12.1 or §12.4.2 compares the group_id; which group a message is for is settled before',
  unusedKey: 'no step has a receiver look at a public key that it does not use itself',
  unlisted: '§10 binds who makes the KeyPackage, and §10.1 has nobody check its extensions',
  twiceOneType: '§13.4 binds who makes the list, and no step has a receiver check it',
  parameters: '§7.3 wants a leaf compatible with the parameters of the group, and names the required capabilities alone',
  credential: '§5.3.1 has the Authentication Service validate credentials, and no rpc sets its rules',
  ciphertexts: '§7.6 says how many ciphertexts there are, and no step has a receiver count those that are not for it',
  unmergedOrder: '§7.1 has the list sorted, and no step of §12.4.3.1 has a joiner check the order',
  externalSenders: 'no step has a joiner look into external_senders',
  pskNonce: '§12.1.4 calls a PreSharedKey proposal invalid for it, and no step of §12.4.3.1 has a joiner check it',
  branchWithoutPsk: 'without the PSK nothing in the Welcome tells a joiner that it is one of a branch',
  acceptable: '§12.2 has the application say whose identifiers are acceptable, and no rpc tells it a rule',
  sameClient: '§12.2 has the application say who is the same client, and no rpc tells it a rule',
  referenced: '§12.4.3.2 binds the joiner, and §12.2 does not ask how a proposal is named',
  pathForExtensions: '§12.4.2 has a receiver look for the path where there is an Update, a Remove or no proposal',
  ratchetLimit: '§15.3 says SHOULD of a limit, and leaves it to the application',
} as const;
