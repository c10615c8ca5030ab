/** The IANA registries of RFC 9420 §17, and GREASE (§13.5). All are open: unknown numbers are kept as they are. */

/** ProtocolVersion mls10. */
export const mls10 = 1;

/** §17.3. Where each may stand: application_id in a LeafNode, 2 and 4 in a GroupInfo, 3 and 5 in a GroupContext. */
export const extensionTypes = {
  application_id: 1,
  ratchet_tree: 2,
  required_capabilities: 3,
  external_pub: 4,
  external_senders: 5,
  /** draft-ietf-mls-extensions; marks a KeyPackage that may be used more than once (R-16.8-02). */
  last_resort: 0x000a,
} as const;

/** §17.4. */
export const proposalTypes = {
  add: 1,
  update: 2,
  remove: 3,
  psk: 4,
  reinit: 5,
  external_init: 6,
  group_context_extensions: 7,
} as const;

/** §17.5. */
export const credentialTypes = { basic: 1, x509: 2 } as const;

/** Types that every client supports and never lists (§7.2, R-7.2-02, R-7.2-03). */
export const isDefaultExtensionType = (type: number): boolean => type >= 1 && type <= 5;
export const isDefaultProposalType = (type: number): boolean => type >= 1 && type <= 7;

/** The numbers that are sent to keep receivers tolerant of unknown ones (§13.5, R-13.5-09). */
export const greaseValues: readonly number[] = Array.from({ length: 15 }, (_, i) => 0x0a0a + i * 0x1010);
