/**
 * What shows each requirement of RFC 9420. Generated from the inventory, the tests and the engine's checks by
 * test/support/generate-requirement-evidence.ts; do not edit.
 */
export interface RequirementEvidence {
  /** Of RFC 9420. */
  readonly section: string;
  readonly area: string;
  /** Whether input can violate it. */
  readonly negative: boolean;
  /** The ids that the engine refuses its violations with, in src/hostile or in a test; empty when nothing violates it. */
  readonly reportedAs: readonly string[];
  /** File and title of each test that names the id. */
  readonly tests: readonly (readonly [file: string, title: string])[];
  /** Official vector files that a violation would fail. */
  readonly vectors: readonly string[];
  /** Source files that refuse something with this id. */
  readonly checks: readonly string[];
}

export const requirementEvidence: Readonly<Record<string, RequirementEvidence>> = {
  'R-2-01': {
    section: '2', area: 'security', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-2-01: keys and secrets are in no message, and neither printing nor JSON nor the group shows them'],
    ],
    vectors: [],
    checks: [],
  },
  'R-2.1-01': {
    section: '2.1', area: 'codec', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-2.1-01: integers are big-endian, and a struct is its fields one after the other'],
    ],
    vectors: ['messages'],
    checks: [],
  },
  'R-2.1-02': {
    section: '2.1', area: 'codec', negative: true, reportedAs: ['R-2.1-02'],
    tests: [
      ['src/hostile/violations/encodings.ts', 'nothing'],
      ['src/hostile/violations/encodings.ts', 'a byte after ${what}'],
      ['src/hostile/violations/encodings.ts', 'a byte after a ratchet_tree'],
      ['src/hostile/violations/welcomes.ts', 'a byte after the GroupInfo'],
      ['src/hostile/violations/welcomes.ts', 'a byte after the GroupSecrets'],
      ['test/requirements/codec.test.ts', 'R-2.1-02: an error about a byte too many says where the message should have ended'],
      ['test/mls/wire/round-trip.test.ts', 'does not decode with a byte after the end'],
      ['test/service/calls.test.ts', '%s'],
    ],
    vectors: [],
    checks: ['src/mls/wire/presentation-language.ts'],
  },
  'R-2.1-03': {
    section: '2.1', area: 'codec', negative: true, reportedAs: ['R-2.1-03'],
    tests: [
      ['src/hostile/violations/encodings.ts', 'a Commit whose list of proposals ends inside a proposal'],
      ['test/requirements/codec.test.ts', 'R-2.1-03: an error about an element of a vector gives its index'],
      ['test/requirements/codec.test.ts', 'R-2.1-04: any prefix of a Commit message is malformed, and the group is unchanged'],
      ['test/mls/wire/round-trip.test.ts', 'does not decode when cut short anywhere'],
    ],
    vectors: [],
    checks: ['src/mls/wire/cursor.ts'],
  },
  'R-2.1-04': {
    section: '2.1', area: 'codec', negative: true, reportedAs: ['R-2.1-04', 'R-2.1.2-07'],
    tests: [
      ['src/hostile/violations/encodings.ts', '${what} that ends in its first four bytes'],
      ['src/hostile/violations/encodings.ts', '${what} without its last byte'],
      ['test/requirements/codec.test.ts', 'R-2.1-04: any prefix of a Commit message is malformed, and the group is unchanged'],
      ['test/requirements/mutations.test.ts', 'R-2.1-04, R-6.1-12: %s'],
      ['test/mls/wire/round-trip.test.ts', 'does not decode when cut short anywhere'],
      ['test/mls/wire/round-trip.test.ts', 'vector lengths'],
    ],
    vectors: [],
    checks: ['src/mls/wire/cursor.ts'],
  },
  'R-2.1-05': {
    section: '2.1', area: 'codec', negative: true, reportedAs: ['R-2.1-05'],
    tests: [
      ['src/hostile/violations/encodings.ts', 'node type ${type}'],
    ],
    vectors: [],
    checks: ['src/mls/wire/presentation-language.ts'],
  },
  'R-2.1-06': {
    section: '2.1', area: 'codec', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-2.1-06, R-7.2-07: unknown numbers in capabilities decode and come back as they were'],
    ],
    vectors: [],
    checks: [],
  },
  'R-2.1.1-01': {
    section: '2.1.1', area: 'codec', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-2.1.1-01: an absent value is one octet 0, a present one an octet 1 and the value'],
    ],
    vectors: ['messages'],
    checks: [],
  },
  'R-2.1.1-02': {
    section: '2.1.1', area: 'codec', negative: true, reportedAs: ['R-2.1.1-02'],
    tests: [
      ['src/hostile/violations/encodings.ts', 'presence octet ${octet} of an UpdatePath'],
      ['src/hostile/violations/encodings.ts', 'presence octet ${octet} of a path secret'],
      ['src/hostile/violations/encodings.ts', 'presence octet 2 of a tree node'],
      ['test/mls/wire/round-trip.test.ts', 'a presence octet of %s is refused'],
    ],
    vectors: [],
    checks: ['src/mls/wire/presentation-language.ts'],
  },
  'R-2.1.2-01': {
    section: '2.1.2', area: 'codec', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-2.1.2-01: the length counts bytes, not elements'],
    ],
    vectors: ['messages'],
    checks: [],
  },
  'R-2.1.2-02': {
    section: '2.1.2', area: 'codec', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-2.1.2-02, R-2.1.2-03: %i bytes have the header %s'],
    ],
    vectors: ['deserialization'],
    checks: [],
  },
  'R-2.1.2-03': {
    section: '2.1.2', area: 'codec', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-2.1.2-02, R-2.1.2-03: %i bytes have the header %s'],
    ],
    vectors: [],
    checks: [],
  },
  'R-2.1.2-04': {
    section: '2.1.2', area: 'codec', negative: true, reportedAs: ['R-2.1.2-04'],
    tests: [
      ['src/hostile/violations/encodings.ts', '${what} with a length that takes more bytes than it needs'],
      ['src/hostile/violations/encodings.ts', 'application data with a length that takes more bytes than it needs, encrypted as it is'],
      ['src/hostile/violations/encodings.ts', 'a Commit whose list of proposals has a length that takes more bytes than it needs, signed as it is'],
      ['test/mls/wire/round-trip.test.ts', 'vector lengths'],
      ['test/mls/wire/round-trip.test.ts', 'header %s is refused with %s'],
    ],
    vectors: [],
    checks: ['src/mls/wire/cursor.ts'],
  },
  'R-2.1.2-05': {
    section: '2.1.2', area: 'codec', negative: true, reportedAs: ['R-2.1.2-05'],
    tests: [
      ['src/hostile/violations/encodings.ts', '${what} with a header of 0xc0'],
      ['src/hostile/violations/encodings.ts', '${what} with a header of 0xff'],
      ['test/mls/wire/round-trip.test.ts', 'vector lengths'],
    ],
    vectors: [],
    checks: ['src/mls/wire/cursor.ts'],
  },
  'R-2.1.2-06': {
    section: '2.1.2', area: 'codec', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-2.1.2-06: the largest length decodes, and what is longer is refused by the encoder'],
    ],
    vectors: [],
    checks: ['src/mls/crypto/labelled.ts', 'src/mls/wire/cursor.ts'],
  },
  'R-2.1.2-07': {
    section: '2.1.2', area: 'codec', negative: true, reportedAs: ['R-2.1.2-07'],
    tests: [
      ['src/hostile/violations/encodings.ts', '${what} with a vector of 2^30 - 1 bytes'],
      ['src/hostile/violations/encodings.ts', 'application data that says it is longer than its ciphertext'],
      ['test/requirements/codec.test.ts', 'R-2.1-04: any prefix of a Commit message is malformed, and the group is unchanged'],
      ['test/mls/epoch/message-protection.test.ts', 'is malformed when its content is not what content_type says'],
      ['test/mls/wire/round-trip.test.ts', 'does not decode when cut short anywhere'],
      ['test/mls/wire/round-trip.test.ts', 'vector lengths'],
    ],
    vectors: [],
    checks: ['src/mls/wire/cursor.ts'],
  },
  'R-2.1.2-08': {
    section: '2.1.2', area: 'codec', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-2.1.2-08: a vector beyond what the caller accepts is no parse failure but a limit, which is named'],
    ],
    vectors: [],
    checks: [],
  },
  'R-3.2-01': {
    section: '3.2', area: 'treekem', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-3.2-02': {
    section: '3.2', area: 'security', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-3.2-03': {
    section: '3.2', area: 'commit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-3.2-03, R-14-03, R-14-05: goes on with its Commit only when it knows that it is accepted, and can follow another instead'],
    ],
    vectors: [],
    checks: [],
  },
  'R-3.4-01': {
    section: '3.4', area: 'psk', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-3.4-01: of an earlier epoch work in any later Commit, whatever came between'],
    ],
    vectors: [],
    checks: [],
  },
  'R-4.1-01': {
    section: '4.1', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-4.1-01, R-4.1.1-01: a tree has 2^d leaves at one depth, and indices count the blank ones'],
    ],
    vectors: ['tree-math'],
    checks: [],
  },
  'R-4.1.1-01': {
    section: '4.1.1', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-4.1-01, R-4.1.1-01: a tree has 2^d leaves at one depth, and indices count the blank ones'],
    ],
    vectors: [],
    checks: [],
  },
  'R-4.1.1-02': {
    section: '4.1.1', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-4.1.1-02, R-4.1.1-03, R-4.1.1-04: the tree of the figure resolves at the top to X, B, Y, H'],
    ],
    vectors: ['tree-validation'],
    checks: [],
  },
  'R-4.1.1-03': {
    section: '4.1.1', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-4.1.1-02, R-4.1.1-03, R-4.1.1-04: the tree of the figure resolves at the top to X, B, Y, H'],
    ],
    vectors: ['tree-validation'],
    checks: [],
  },
  'R-4.1.1-04': {
    section: '4.1.1', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-4.1.1-02, R-4.1.1-03, R-4.1.1-04: the tree of the figure resolves at the top to X, B, Y, H'],
    ],
    vectors: [],
    checks: [],
  },
  'R-4.1.2-01': {
    section: '4.1.2', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-4.1.2-01: the direct path goes from the parent to the root, the copath stands beside it'],
    ],
    vectors: [],
    checks: [],
  },
  'R-4.1.2-02': {
    section: '4.1.2', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-4.1.2-02, R-4.1.2-03: an ancestor is left out for an empty resolution beside it, not for a blank node'],
    ],
    vectors: ['treekem'],
    checks: [],
  },
  'R-4.1.2-03': {
    section: '4.1.2', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-4.1.2-02, R-4.1.2-03: an ancestor is left out for an empty resolution beside it, not for a blank node'],
    ],
    vectors: [],
    checks: [],
  },
  'R-4.2-01': {
    section: '4.2', area: 'treekem', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-4.2-01, R-4.2-02, R-7.5-09, R-7.5-10: members have keys of their own ancestors only, and gaps do not stop them'],
    ],
    vectors: [],
    checks: [],
  },
  'R-4.2-02': {
    section: '4.2', area: 'treekem', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-4.2-01, R-4.2-02, R-7.5-09, R-7.5-10: members have keys of their own ancestors only, and gaps do not stop them'],
    ],
    vectors: ['treekem'],
    checks: [],
  },
  'R-5.1-01': {
    section: '5.1', area: 'crypto', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-5.1-01: a sealed text of $name is the ciphertext with the tag behind it'],
    ],
    vectors: [],
    checks: [],
  },
  'R-5.1-02': {
    section: '5.1', area: 'crypto', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-5.1-02: DeriveKeyPair of suite %i gives the key of RFC 9180'],
      ['test/requirements/positive-crypto.test.ts', 'R-5.1-02: for P-521 the candidate loses all but the last bit of its first byte'],
    ],
    vectors: [],
    checks: [],
  },
  'R-5.1.1-01': {
    section: '5.1.1', area: 'crypto', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-5.1.1-01, R-5.1.1-02: the public keys of suite $id are the strings of their curves'],
    ],
    vectors: [],
    checks: [],
  },
  'R-5.1.1-02': {
    section: '5.1.1', area: 'crypto', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-5.1.1-01, R-5.1.1-02: the public keys of suite $id are the strings of their curves'],
    ],
    vectors: [],
    checks: [],
  },
  'R-5.1.1-03': {
    section: '5.1.1', area: 'crypto', negative: true, reportedAs: ['R-5.1.1-03'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'a compressed point as signature_key'],
      ['src/hostile/violations/key-packages.ts', 'a point cut short as signature_key'],
    ],
    vectors: [],
    checks: ['src/mls/tree/leaf-node-validation.ts'],
  },
  'R-5.1.1-04': {
    section: '5.1.1', area: 'crypto', negative: true, reportedAs: ['R-5.1.1-04'],
    tests: [
      ['src/hostile/violations/external-joins.ts', 'a GroupInfo with an external_pub of zeros'],
      ['src/hostile/violations/update-paths.ts', 'a path key of wrong length'],
      ['src/hostile/violations/update-paths.ts', 'an empty path key'],
      ['src/hostile/violations/update-paths.ts', 'a path leaf key of wrong length'],
      ['src/hostile/violations/update-paths.ts', 'a kem_output of zeros'],
      ['src/hostile/violations/update-paths.ts', 'a kem_output of wrong length'],
      ['test/requirements/key-package.test.ts', 'R-5.1.1-04: nobody encrypts to a key whose DH result is zero'],
      ['test/requirements/update-path.test.ts', 'R-5.1.1-04: a member with a key of low order stops who must encrypt to it, and can be removed'],
      ['test/mls/crypto/points.test.ts', 'a table of the file'],
    ],
    vectors: [],
    checks: ['src/mls/crypto/dhkem.ts', 'src/mls/group/proposal-validation.ts', 'src/mls/tree/leaf-node-validation.ts', 'src/mls/tree/tree-validation.ts', 'src/mls/tree/treekem.ts'],
  },
  'R-5.1.2-01': {
    section: '5.1.2', area: 'crypto', negative: true, reportedAs: ['R-5.1.2-01'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'a signature_key of another scheme'],
      ['test/mls/crypto/certificate.test.ts', 'a certificate with %s may stand in a chain but not at its head'],
    ],
    vectors: [],
    checks: ['src/mls/crypto/certificate.ts', 'src/mls/tree/leaf-node-validation.ts'],
  },
  'R-5.1.2-02': {
    section: '5.1.2', area: 'crypto', negative: true, reportedAs: ['R-5.1.2-02'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'an ECDSA signature as r followed by s'],
      ['src/hostile/violations/private-messages.ts', 'with an empty signature inside'],
      ['src/hostile/violations/public-messages.ts', 'with a right membership_tag around no signature'],
      ['test/mls/crypto/labelled.test.ts', '%i is refused by R-5.1.2-02 when it is encoded as none of its scheme, and does not verify when it is and is wrong'],
    ],
    vectors: [],
    checks: ['src/mls/crypto/labelled.ts'],
  },
  'R-5.1.2-03': {
    section: '5.1.2', area: 'crypto', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-5.1.2-03, R-5.1.2-05: a signature is made over label and content, and under a label of an extension holds under no other'],
    ],
    vectors: ['crypto-basics'],
    checks: [],
  },
  'R-5.1.2-04': {
    section: '5.1.2', area: 'crypto', negative: true, reportedAs: ['R-12.4.2-06'],
    tests: [
      ['src/hostile/violations/update-paths.ts', 'a path leaf with the signature of the forger\'s KeyPackage'],
      ['test/mls/crypto/crypto-basics.test.ts', 'in suite %i'],
    ],
    vectors: [],
    checks: [],
  },
  'R-5.1.2-05': {
    section: '5.1.2', area: 'extension', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-5.1.2-03, R-5.1.2-05: a signature is made over label and content, and under a label of an extension holds under no other'],
      ['test/requirements/positive-crypto.test.ts', 'R-5.1.3-01, R-5.1.2-05: what is encrypted with a label opens by HPKE with label and context as info and no aad'],
    ],
    vectors: [],
    checks: [],
  },
  'R-5.1.3-01': {
    section: '5.1.3', area: 'crypto', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-5.1.3-01, R-5.1.2-05: what is encrypted with a label opens by HPKE with label and context as info and no aad'],
    ],
    vectors: ['crypto-basics'],
    checks: [],
  },
  'R-5.1.3-02': {
    section: '5.1.3', area: 'crypto', negative: true, reportedAs: ['R-7.6-04', 'R-12.4.3.1-04'],
    tests: [
      ['src/hostile/violations/update-paths.ts', 'a path secret encrypted under the label "Welcome"'],
      ['src/hostile/violations/welcomes.ts', 'GroupSecrets encrypted under another label'],
      ['test/mls/crypto/crypto-basics.test.ts', 'in suite %i'],
    ],
    vectors: [],
    checks: [],
  },
  'R-5.2-01': {
    section: '5.2', area: 'crypto', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-5.2-01, R-5.2-02: a KeyPackageRef is the hash of label and bare KeyPackage'],
    ],
    vectors: ['crypto-basics'],
    checks: [],
  },
  'R-5.2-02': {
    section: '5.2', area: 'key-package', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-5.2-01, R-5.2-02: a KeyPackageRef is the hash of label and bare KeyPackage'],
    ],
    vectors: ['welcome'],
    checks: [],
  },
  'R-5.2-03': {
    section: '5.2', area: 'proposal', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-5.2-03: a ProposalRef is the hash over the framed proposal, and differs with the carrier'],
    ],
    vectors: ['passive-client-random'],
    checks: [],
  },
  'R-5.3-01': {
    section: '5.3', area: 'credential', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-5.3-01, R-17.5-01: a basic credential is type 1 and an identity, an x509 one type 2 and a list of certificates'],
    ],
    vectors: [],
    checks: [],
  },
  'R-5.3-02': {
    section: '5.3', area: 'credential', negative: true, reportedAs: ['R-5.3-02'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'an x509 chain without certificates'],
      ['src/hostile/violations/key-packages.ts', 'something at entry 0 of an x509 chain that is no certificate'],
      ['src/hostile/violations/welcomes.ts', 'a tree with an x509 leaf that has no certificate'],
      ['test/mls/crypto/certificate.test.ts', 'is refused with %s'],
    ],
    vectors: [],
    checks: ['src/mls/crypto/certificate.ts', 'src/mls/tree/leaf-node-validation.ts'],
  },
  'R-5.3-03': {
    section: '5.3', area: 'credential', negative: true, reportedAs: ['R-5.3-03'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'a certificate for another key'],
      ['test/requirements/key-package.test.ts', 'R-5.3-03: an x509 leaf whose certificate is for its own key is accepted'],
      ['test/mls/group/credentials.test.ts', 'R-5.3-03: a certificate of another key is refused'],
    ],
    vectors: [],
    checks: ['src/mls/tree/leaf-node-validation.ts'],
  },
  'R-5.3-04': {
    section: '5.3', area: 'credential', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-5.3-04: a chain need not have the certificate of its issuer'],
    ],
    vectors: [],
    checks: [],
  },
  'R-5.3-05': {
    section: '5.3', area: 'credential', negative: true, reportedAs: ['R-5.3-05'],
    tests: [
      ['src/hostile/violations/encodings.ts', 'a KeyPackage with a credential of unknown type 0xf001'],
    ],
    vectors: [],
    checks: ['src/mls/wire/credential.ts'],
  },
  'R-5.3.1-01': {
    section: '5.3.1', area: 'credential', negative: true, reportedAs: ['R-5.3.1-05'],
    tests: [
      ['test/requirements/proposals.test.ts', 'R-5.3.1-01, R-5.3.1-05: an Update that switches to an unacceptable identity'],
    ],
    vectors: [],
    checks: [],
  },
  'R-5.3.1-02': {
    section: '5.3.1', area: 'credential', negative: true, reportedAs: ['R-5.3.1-02'],
    tests: [
      ['test/requirements/key-package.test.ts', 'R-5.3.1-02: a local request to add a client whose credential is refused'],
    ],
    vectors: [],
    checks: ['src/mls/group/key-package.ts'],
  },
  'R-5.3.1-03': {
    section: '5.3.1', area: 'credential', negative: true, reportedAs: ['R-5.3.1-03'],
    tests: [
      ['test/requirements/received-tree.test.ts', 'R-5.3.1-03: a tree with one unacceptable credential'],
    ],
    vectors: [],
    checks: ['src/mls/tree/tree-validation.ts'],
  },
  'R-5.3.1-04': {
    section: '5.3.1', area: 'credential', negative: true, reportedAs: ['R-5.3.1-04'],
    tests: [
      ['test/requirements/proposals.test.ts', 'R-5.3.1-04: an Add with an unacceptable credential'],
    ],
    vectors: [],
    checks: ['src/mls/group/key-package.ts'],
  },
  'R-5.3.1-05': {
    section: '5.3.1', area: 'credential', negative: true, reportedAs: ['R-5.3.1-05'],
    tests: [
      ['test/requirements/proposals.test.ts', 'R-5.3.1-01, R-5.3.1-05: an Update that switches to an unacceptable identity'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-validation.ts'],
  },
  'R-5.3.1-06': {
    section: '5.3.1', area: 'credential', negative: true, reportedAs: ['R-5.3.1-06'],
    tests: [
      ['test/requirements/external-commit.test.ts', 'R-5.3.1-06: an external Commit with a credential that the application refuses is refused'],
      ['test/requirements/proposals.test.ts', 'R-5.3.1-06: a path that switches to an unacceptable identity'],
      ['test/requirements/positive-members.test.ts', 'R-5.3.2-01, R-7.5-03: a member whose credential has expired may still bring a new one, by Update or path'],
    ],
    vectors: [],
    checks: ['src/mls/group/create-commit.ts', 'src/mls/group/process-commit.ts', 'src/mls/group/proposal-validation.ts'],
  },
  'R-5.3.1-07': {
    section: '5.3.1', area: 'credential', negative: true, reportedAs: ['R-5.3.1-07'],
    tests: [
      ['test/requirements/proposals.test.ts', 'R-5.3.1-07: GroupContextExtensions %s an unacceptable external sender'],
      ['test/requirements/welcome.test.ts', 'R-5.3.1-07: a GroupContext with an external sender whom the joiner does not accept'],
    ],
    vectors: [],
    checks: ['src/mls/group/group-extensions.ts'],
  },
  'R-5.3.1-08': {
    section: '5.3.1', area: 'credential', negative: true, reportedAs: ['R-5.3.1-08'],
    tests: [
      ['test/requirements/proposals.test.ts', 'R-5.3.1-08: an Update or a path that presents a valid credential for somebody else'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-validation.ts'],
  },
  'R-5.3.2-01': {
    section: '5.3.2', area: 'credential', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-5.3.2-01, R-7.5-03: a member whose credential has expired may still bring a new one, by Update or path'],
    ],
    vectors: [],
    checks: [],
  },
  'R-5.3.2-02': {
    section: '5.3.2', area: 'credential', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-5.3.3-03, R-5.3.2-02: a late message is its sender\'s in its own epoch, though somebody else stands at the leaf by now and the sender\'s credential has expired'],
    ],
    vectors: [],
    checks: [],
  },
  'R-5.3.3-01': {
    section: '5.3.3', area: 'extension', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-5.3.3-01, R-5.3.3-02: application_id identifies nobody: two members may have the same, and neither is taken for the other'],
    ],
    vectors: [],
    checks: [],
  },
  'R-5.3.3-02': {
    section: '5.3.3', area: 'extension', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-5.3.3-01, R-5.3.3-02: application_id identifies nobody: two members may have the same, and neither is taken for the other'],
    ],
    vectors: [],
    checks: [],
  },
  'R-5.3.3-03': {
    section: '5.3.3', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-5.3.3-03, R-5.3.2-02: a late message is its sender\'s in its own epoch, though somebody else stands at the leaf by now and the sender\'s credential has expired'],
    ],
    vectors: [],
    checks: [],
  },
  'R-6-01': {
    section: '6', area: 'framing', negative: true, reportedAs: ['R-6-01'],
    tests: [
      ['src/hostile/violations/public-messages.ts', 'application data in a PublicMessage'],
      ['test/mls/epoch/message-protection.test.ts', 'carries no application data (R-6-01)'],
    ],
    vectors: [],
    checks: ['src/mls/epoch/public-message.ts', 'src/mls/epoch/sign-content.ts'],
  },
  'R-6-02': {
    section: '6', area: 'framing', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-6-02, R-6-03: Proposals and Commits are private unless the client says that they are to be seen'],
    ],
    vectors: [],
    checks: [],
  },
  'R-6-03': {
    section: '6', area: 'framing', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-6-02, R-6-03: Proposals and Commits are private unless the client says that they are to be seen'],
    ],
    vectors: [],
    checks: [],
  },
  'R-6-04': {
    section: '6', area: 'framing', negative: true, reportedAs: ['R-6-04'],
    tests: [
      ['src/hostile/violations/encodings.ts', '${what} in an MLSMessage of version ${version}'],
    ],
    vectors: [],
    checks: ['src/mls/wire/framing.ts'],
  },
  'R-6-05': {
    section: '6', area: 'framing', negative: true, reportedAs: ['R-6-05'],
    tests: [
      ['src/hostile/violations/encodings.ts', '${what} in an MLSMessage of wire_format ${wireFormat}'],
      ['test/service/statuses.test.ts', '%s'],
    ],
    vectors: [],
    checks: ['src/mls/wire/framing.ts'],
  },
  'R-6-06': {
    section: '6', area: 'framing', negative: true, reportedAs: ['R-6-06'],
    tests: [
      ['src/hostile/violations/encodings.ts', 'a proposal of sender_type ${type}'],
      ['src/hostile/violations/encodings.ts', 'a Commit of sender_type ${type}'],
    ],
    vectors: [],
    checks: ['src/mls/wire/framing.ts'],
  },
  'R-6-07': {
    section: '6', area: 'framing', negative: true, reportedAs: ['R-6-07'],
    tests: [
      ['src/hostile/violations/encodings.ts', 'a proposal of content_type ${type}'],
      ['src/hostile/violations/encodings.ts', 'a Commit of content_type ${type}'],
      ['src/hostile/violations/encodings.ts', 'an application message of content_type ${type}'],
      ['test/requirements/codec.test.ts', 'R-6-07: an error about a field gives its path and the offset behind it'],
    ],
    vectors: [],
    checks: ['src/mls/wire/framing.ts'],
  },
  'R-6-08': {
    section: '6', area: 'framing', negative: true, reportedAs: ['R-6-08'],
    tests: [
      ['src/hostile/violations/outside-proposals.ts', 'an external sender\'s proposal for another group'],
      ['src/hostile/violations/private-messages.ts', 'of a foreign group'],
      ['src/hostile/violations/private-messages.ts', 'of a future epoch'],
      ['src/hostile/violations/public-messages.ts', 'of a foreign group'],
      ['test/mls/secrets/deletion-schedule.test.ts', 'a table of the file'],
      ['test/service/hostile.test.ts', 'a table of the file'],
    ],
    vectors: [],
    checks: ['src/mls/group/receive.ts'],
  },
  'R-6-09': {
    section: '6', area: 'framing', negative: true, reportedAs: ['R-6-09'],
    tests: [
      ['src/hostile/violations/public-messages.ts', 'from leaf ${leafIndex}, where no member stands'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-validation.ts', 'src/mls/group/receive.ts'],
  },
  'R-6-10': {
    section: '6', area: 'framing', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-6-10, R-12.1.8-03: whoever stands outside sends PublicMessages, whatever it prefers inside'],
      ['test/mls/epoch/message-protection.test.ts', 'is sent by members only (R-6.3.2-01, R-6-10)'],
    ],
    vectors: [],
    checks: ['src/mls/epoch/sign-content.ts'],
  },
  'R-6-11': {
    section: '6', area: 'framing', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-6-11: authenticated_data reaches the application as it was sent, of every kind of message, and only once it is authentic'],
    ],
    vectors: [],
    checks: [],
  },
  'R-6.1-01': {
    section: '6.1', area: 'framing', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-6.1-01, R-12.4.1-07, R-17.6-01: the signature is over version, wire format, content and the old GroupContext'],
      ['test/requirements/positive-messages.test.ts', 'R-6.3-02, R-6.1-01: the signature inside is over a FramedContent whose sender is the member of the sender data'],
      ['test/mls/epoch/message-protection.test.ts', 'signs for members and external committers over the GroupContext, and over its bytes alone (R-6.1-01, R-6.1-04)'],
    ],
    vectors: ['message-protection'],
    checks: ['src/mls/epoch/sign-content.ts'],
  },
  'R-6.1-02': {
    section: '6.1', area: 'framing', negative: true, reportedAs: ['R-6.1-02'],
    tests: [
      ['src/hostile/violations/outside-proposals.ts', 'an external proposal whose signature covers the GroupContext'],
      ['test/mls/epoch/message-protection.test.ts', 'signs for other senders without the GroupContext (R-6.1-02)'],
      ['test/mls/epoch/message-protection.test.ts', 'says so when a signature covers a GroupContext that it must not (R-6.1-04, R-6.1-02)'],
    ],
    vectors: [],
    checks: ['src/mls/epoch/sign-content.ts'],
  },
  'R-6.1-03': {
    section: '6.1', area: 'framing', negative: true, reportedAs: ['R-6.1-03'],
    tests: [
      ['src/hostile/violations/private-messages.ts', 'that was signed for a PublicMessage'],
      ['src/hostile/violations/public-messages.ts', 'that was signed for a PrivateMessage'],
      ['test/mls/epoch/message-protection.test.ts', 'binds the signature to the carrier (R-6.1-03)'],
    ],
    vectors: [],
    checks: ['src/mls/epoch/private-message.ts', 'src/mls/epoch/public-message.ts', 'src/mls/epoch/sign-content.ts'],
  },
  'R-6.1-04': {
    section: '6.1', area: 'framing', negative: true, reportedAs: ['R-6.1-04'],
    tests: [
      ['src/hostile/violations/private-messages.ts', 'signed over the previous epoch\'s GroupContext'],
      ['src/hostile/violations/public-messages.ts', 'signed over the previous epoch\'s GroupContext'],
      ['test/requirements/framing.test.ts', 'R-6.1-04: a message signed over the GroupContext of the epoch before its own is refused as that, in a kept epoch as in the current one'],
      ['test/mls/epoch/message-protection.test.ts', 'signs for members and external committers over the GroupContext, and over its bytes alone (R-6.1-01, R-6.1-04)'],
      ['test/mls/epoch/message-protection.test.ts', 'says so when a signature covers a GroupContext that it must not (R-6.1-04, R-6.1-02)'],
    ],
    vectors: [],
    checks: ['src/mls/epoch/sign-content.ts'],
  },
  'R-6.1-05': {
    section: '6.1', area: 'framing', negative: true, reportedAs: ['R-6.1-12'],
    tests: [
      ['src/hostile/violations/public-messages.ts', 'signed with another member\'s key'],
    ],
    vectors: [],
    checks: [],
  },
  'R-6.1-06': {
    section: '6.1', area: 'framing', negative: true, reportedAs: ['R-6.1-06'],
    tests: [
      ['src/hostile/violations/outside-proposals.ts', 'a sender_index past the list'],
      ['src/hostile/violations/outside-proposals.ts', 'an external proposal signed by another key than the entry\'s'],
      ['test/mls/epoch/message-protection.test.ts', 'refuses a wrong signature with the rule of its sender (R-6.1-12, R-6.1-06)'],
      ['test/mls/epoch/message-protection.test.ts', 'says so when a signature covers a GroupContext that it must not (R-6.1-04, R-6.1-02)'],
    ],
    vectors: [],
    checks: ['src/mls/group/receive.ts'],
  },
  'R-6.1-07': {
    section: '6.1', area: 'framing', negative: true, reportedAs: ['R-6.1-07'],
    tests: [
      ['src/hostile/violations/outside-proposals.ts', 'a Commit from an external sender'],
    ],
    vectors: [],
    checks: ['src/mls/group/receive.ts'],
  },
  'R-6.1-08': {
    section: '6.1', area: 'external-commit', negative: true, reportedAs: ['R-6.1-08'],
    tests: [
      ['src/hostile/violations/external-commits.ts', 'an external Commit signed by another key than the path leaf\'s'],
      ['src/hostile/violations/external-commits.ts', 'an external Commit with one signature bit flipped'],
    ],
    vectors: [],
    checks: ['src/mls/group/receive.ts'],
  },
  'R-6.1-09': {
    section: '6.1', area: 'external-commit', negative: true, reportedAs: ['R-6.1-09'],
    tests: [
      ['src/hostile/violations/outside-proposals.ts', 'a proposal with sender type new_member_commit'],
    ],
    vectors: [],
    checks: ['src/mls/group/receive.ts'],
  },
  'R-6.1-10': {
    section: '6.1', area: 'proposal', negative: true, reportedAs: ['R-6.1-10'],
    tests: [
      ['src/hostile/violations/outside-proposals.ts', 'a self-Add signed by a key that is not in its KeyPackage'],
    ],
    vectors: [],
    checks: ['src/mls/group/receive.ts'],
  },
  'R-6.1-11': {
    section: '6.1', area: 'proposal', negative: true, reportedAs: ['R-6.1-11'],
    tests: [
      ['src/hostile/violations/outside-proposals.ts', 'a Remove from a new member'],
      ['src/hostile/violations/outside-proposals.ts', 'a Commit with sender type new_member_proposal'],
    ],
    vectors: [],
    checks: ['src/mls/group/receive.ts'],
  },
  'R-6.1-12': {
    section: '6.1', area: 'framing', negative: true, reportedAs: ['R-6.1-12'],
    tests: [
      ['src/hostile/violations/public-messages.ts', 'with one signature bit flipped'],
      ['test/requirements/mutations.test.ts', 'R-2.1-04, R-6.1-12: %s'],
      ['test/mls/epoch/message-protection.test.ts', 'refuses a wrong signature with the rule of its sender (R-6.1-12, R-6.1-06)'],
      ['test/requirements/commit.test.ts', 'R-12.4.1-07: the engine signs a Commit that changes the signature key with the old one, and from then on the new key is in force'],
      ['test/mls/epoch/message-protection.test.ts', 'signs for members and external committers over the GroupContext, and over its bytes alone (R-6.1-01, R-6.1-04)'],
      ['test/mls/epoch/message-protection.test.ts', 'looks for no such mistake in what a newcomer has signed'],
      ['test/mls/epoch/message-protection.test.ts', 'with a wrong signature inside opens and is refused by its signature (R-6.3.1-10)'],
    ],
    vectors: [],
    checks: ['src/mls/epoch/sign-content.ts', 'src/mls/group/receive.ts'],
  },
  'R-6.1-13': {
    section: '6.1', area: 'framing', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-6.1-14, R-8.2-02, R-6.1-13, R-12.4.1-10: confirmation_tag and interim hash follow from the confirmed hash'],
      ['test/mls/epoch/message-protection.test.ts', 'has a confirmation tag exactly around a Commit (R-6.1-13)'],
    ],
    vectors: [],
    checks: ['src/mls/epoch/sign-content.ts'],
  },
  'R-6.1-14': {
    section: '6.1', area: 'commit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-6.1-14, R-8.2-02, R-6.1-13, R-12.4.1-10: confirmation_tag and interim hash follow from the confirmed hash'],
    ],
    vectors: ['transcript-hashes'],
    checks: [],
  },
  'R-6.2-01': {
    section: '6.2', area: 'message-protection', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-6.2-01: membership_tag is the MAC over what is signed and the authentication data, by the key of the old epoch'],
      ['test/mls/epoch/message-protection.test.ts', 'of a member is not made without the membership key (R-6.2-01)'],
    ],
    vectors: ['message-protection'],
    checks: ['src/mls/epoch/public-message.ts'],
  },
  'R-6.2-02': {
    section: '6.2', area: 'message-protection', negative: true, reportedAs: ['R-2.1-02'],
    tests: [
      ['src/hostile/violations/external-commits.ts', 'nothing'],
      ['src/hostile/violations/external-commits.ts', 'an external Commit with a membership_tag'],
    ],
    vectors: [],
    checks: [],
  },
  'R-6.2-03': {
    section: '6.2', area: 'message-protection', negative: true, reportedAs: ['R-6.2-04'],
    tests: [
      ['src/hostile/violations/public-messages.ts', 'a Commit whose confirmation_tag was swapped after the membership_tag was made'],
      ['test/mls/epoch/message-protection.test.ts', 'is refused when the confirmation tag was swapped after the membership tag was made (R-6.2-03)'],
    ],
    vectors: [],
    checks: [],
  },
  'R-6.2-04': {
    section: '6.2', area: 'message-protection', negative: true, reportedAs: ['R-6.2-04'],
    tests: [
      ['src/hostile/violations/public-messages.ts', 'whose membership_tag is altered'],
      ['src/hostile/violations/public-messages.ts', 'whose membership_tag is empty'],
      ['src/hostile/violations/public-messages.ts', 'whose membership_tag is all zero'],
      ['src/hostile/violations/public-messages.ts', 'whose membership_tag is cut short'],
      ['test/mls/epoch/message-protection.test.ts', 'is refused when its membership tag is wrong, empty, absent or all zero (R-6.2-04)'],
      ['test/requirements/positive-groups.test.ts', 'R-12.4.2-14, R-12.4.2-13, R-14-02: are told of their removal once it is verified, and can wipe what they had'],
      ['test/mls/epoch/message-protection.test.ts', 'is refused when the confirmation tag was swapped after the membership tag was made (R-6.2-03)'],
    ],
    vectors: [],
    checks: ['src/mls/epoch/public-message.ts'],
  },
  'R-6.2-05': {
    section: '6.2', area: 'message-protection', negative: true, reportedAs: ['R-6.1-12'],
    tests: [
      ['src/hostile/violations/public-messages.ts', 'with a right membership_tag around a signature of zeros'],
    ],
    vectors: [],
    checks: [],
  },
  'R-6.3-01': {
    section: '6.3', area: 'message-protection', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-6.3-01: a PrivateMessage has no sender outside encrypted_sender_data'],
    ],
    vectors: ['message-protection', 'messages'],
    checks: [],
  },
  'R-6.3-02': {
    section: '6.3', area: 'message-protection', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-6.3-02, R-6.1-01: the signature inside is over a FramedContent whose sender is the member of the sender data'],
    ],
    vectors: ['message-protection'],
    checks: [],
  },
  'R-6.3.1-01': {
    section: '6.3.1', area: 'message-protection', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-6.3.1-01, R-6.3.1-02, R-6.3.1-07, R-6.3.1-08, R-6.3.2-03, R-6.3.2-04, R-15.1-01: body, signature and zero padding stand behind a nonce with the guard that is sent'],
    ],
    vectors: ['message-protection'],
    checks: [],
  },
  'R-6.3.1-02': {
    section: '6.3.1', area: 'message-protection', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-6.3.1-01, R-6.3.1-02, R-6.3.1-07, R-6.3.1-08, R-6.3.2-03, R-6.3.2-04, R-15.1-01: body, signature and zero padding stand behind a nonce with the guard that is sent'],
    ],
    vectors: [],
    checks: [],
  },
  'R-6.3.1-03': {
    section: '6.3.1', area: 'message-protection', negative: true, reportedAs: ['R-6.3.1-03'],
    tests: [
      ['src/hostile/violations/private-messages.ts', 'whose padding ends in 0x01'],
      ['src/hostile/violations/private-messages.ts', 'whose padding begins with 0x80'],
      ['src/hostile/violations/private-messages.ts', 'whose padding is one byte'],
      ['test/requirements/framing.test.ts', 'R-6.3.1-03: zero padding of any length is accepted'],
      ['test/mls/epoch/message-protection.test.ts', 'is malformed when its padding %s (R-6.3.1-03)'],
    ],
    vectors: [],
    checks: ['src/mls/wire/framing.ts'],
  },
  'R-6.3.1-04': {
    section: '6.3.1', area: 'message-protection', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-6.3.1-04, R-9.1-03: handshake and application messages count from 0 apart, in every epoch anew'],
      ['test/mls/epoch/message-protection.test.ts', 'takes its key from the ratchet of its content (R-6.3.1-04), a new generation each'],
    ],
    vectors: ['message-protection'],
    checks: [],
  },
  'R-6.3.1-05': {
    section: '6.3.1', area: 'message-protection', negative: false, reportedAs: [],
    tests: [
      ['test/mls/group/encode-group.test.ts', 'R-6.3.1-05: sends no more than before when it could not be encoded'],
      ['test/mls/group/restart.test.ts', 'R-6.3.1-05: a member in processes that are killed at any time uses no key twice, and the others read all it sends'],
      ['test/mls/epoch/secret-tree.test.ts', 'reserves generations: the running tree sends those, a restored one only later ones'],
      ['test/mls/epoch/secret-tree.test.ts', 'sends nothing before it was encoded when told that the client stores its groups'],
      ['test/mls/group/encode-group.test.ts', 'continues where it was: receives, sends, commits'],
      ['test/mls/group/encode-group.test.ts', 'never uses a generation twice, whichever of the two goes on'],
    ],
    vectors: [],
    checks: ['src/mls/epoch/secret-tree.ts'],
  },
  'R-6.3.1-06': {
    section: '6.3.1', area: 'message-protection', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-6.3.1-06: every message has a reuse guard of its own'],
      ['test/mls/epoch/message-protection.test.ts', 'uses a fresh reuse guard: equal content under an equal key differs (R-6.3.1-06)'],
    ],
    vectors: [],
    checks: [],
  },
  'R-6.3.1-07': {
    section: '6.3.1', area: 'message-protection', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-6.3.1-01, R-6.3.1-02, R-6.3.1-07, R-6.3.1-08, R-6.3.2-03, R-6.3.2-04, R-15.1-01: body, signature and zero padding stand behind a nonce with the guard that is sent'],
    ],
    vectors: [],
    checks: [],
  },
  'R-6.3.1-08': {
    section: '6.3.1', area: 'message-protection', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-6.3.1-01, R-6.3.1-02, R-6.3.1-07, R-6.3.1-08, R-6.3.2-03, R-6.3.2-04, R-15.1-01: body, signature and zero padding stand behind a nonce with the guard that is sent'],
    ],
    vectors: ['message-protection'],
    checks: [],
  },
  'R-6.3.1-09': {
    section: '6.3.1', area: 'message-protection', negative: true, reportedAs: ['R-6.3.1-09'],
    tests: [
      ['src/hostile/violations/private-messages.ts', 'whose authenticated_data was altered'],
      ['src/hostile/violations/private-messages.ts', 'whose ciphertext was altered behind the sample'],
      ['test/requirements/framing.test.ts', 'whose ciphertext was altered'],
      ['test/requirements/framing.test.ts', 'R-9.2-07: a failed decryption consumes nothing'],
      ['test/requirements/positive-messages.test.ts', 'R-6-11: authenticated_data reaches the application as it was sent, of every kind of message, and only once it is authentic'],
      ['test/mls/epoch/message-protection.test.ts', 'opens once, and nothing is used up before it is consumed (R-9.1-05, R-9.2-07)'],
      ['test/mls/epoch/message-protection.test.ts', 'PrivateMessage'],
      ['test/mls/epoch/message-protection.test.ts', 'is refused when %s was changed, and opens unchanged afterwards'],
    ],
    vectors: [],
    checks: ['src/mls/epoch/private-message.ts'],
  },
  'R-6.3.1-10': {
    section: '6.3.1', area: 'message-protection', negative: true, reportedAs: ['R-6.3.1-10'],
    tests: [
      ['src/hostile/violations/private-messages.ts', 'with a bad signature inside'],
      ['src/hostile/violations/private-messages.ts', 'signed with another member\'s key'],
      ['test/mls/epoch/message-protection.test.ts', 'with a wrong signature inside opens and is refused by its signature (R-6.3.1-10)'],
      ['test/requirements/framing.test.ts', 'with a bad inner signature'],
      ['test/requirements/framing.test.ts', 'R-6.1-04: a message signed over the GroupContext of the epoch before its own is refused as that, in a kept epoch as in the current one'],
    ],
    vectors: [],
    checks: ['src/mls/group/receive.ts'],
  },
  'R-6.3.1-11': {
    section: '6.3.1', area: 'message-protection', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-6.3.1-11, R-15.2-01: what one key encrypts stays below the bounds of every AEAD, and no key encrypts twice'],
    ],
    vectors: [],
    checks: [],
  },
  'R-6.3.2-01': {
    section: '6.3.2', area: 'message-protection', negative: false, reportedAs: [],
    tests: [
      ['test/mls/epoch/message-protection.test.ts', 'is sent by members only (R-6.3.2-01, R-6-10)'],
    ],
    vectors: [],
    checks: ['src/mls/epoch/private-message.ts'],
  },
  'R-6.3.2-02': {
    section: '6.3.2', area: 'message-protection', negative: true, reportedAs: ['R-6.3.2-02'],
    tests: [
      ['src/hostile/violations/private-messages.ts', 'whose sender data has ${length} bytes'],
      ['test/mls/epoch/message-protection.test.ts', 'is refused when its sender data is not 12 bytes (R-6.3.2-02)'],
    ],
    vectors: [],
    checks: ['src/mls/epoch/private-message.ts'],
  },
  'R-6.3.2-03': {
    section: '6.3.2', area: 'message-protection', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-6.3.1-01, R-6.3.1-02, R-6.3.1-07, R-6.3.1-08, R-6.3.2-03, R-6.3.2-04, R-15.1-01: body, signature and zero padding stand behind a nonce with the guard that is sent'],
    ],
    vectors: ['secret-tree', 'message-protection'],
    checks: [],
  },
  'R-6.3.2-04': {
    section: '6.3.2', area: 'message-protection', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-6.3.1-01, R-6.3.1-02, R-6.3.1-07, R-6.3.1-08, R-6.3.2-03, R-6.3.2-04, R-15.1-01: body, signature and zero padding stand behind a nonce with the guard that is sent'],
    ],
    vectors: ['secret-tree', 'message-protection'],
    checks: [],
  },
  'R-6.3.2-05': {
    section: '6.3.2', area: 'message-protection', negative: true, reportedAs: ['R-6.3.2-05'],
    tests: [
      ['src/hostile/violations/private-messages.ts', 'whose ciphertext was altered in the sample'],
      ['src/hostile/violations/private-messages.ts', 'whose content_type was altered'],
      ['src/hostile/violations/private-messages.ts', 'whose epoch was altered to the one before'],
      ['test/requirements/framing.test.ts', 'whose content_type was altered'],
      ['test/mls/epoch/message-protection.test.ts', 'PrivateMessage'],
      ['test/mls/epoch/message-protection.test.ts', 'is refused when %s was changed, and opens unchanged afterwards'],
    ],
    vectors: [],
    checks: ['src/mls/epoch/private-message.ts'],
  },
  'R-6.3.2-06': {
    section: '6.3.2', area: 'message-protection', negative: true, reportedAs: ['R-6.3.2-06'],
    tests: [
      ['src/hostile/violations/private-messages.ts', 'whose sender is leaf ${leafIndex}, where no member stands'],
      ['test/mls/epoch/message-protection.test.ts', 'is refused when its leaf is blank or outside the tree, before any key is derived (trap 2, R-6.3.2-06)'],
      ['test/mls/epoch/secret-tree.test.ts', 'refuses a leaf outside the tree without taking memory for it (trap 2, R-6.3.2-06)'],
    ],
    vectors: [],
    checks: ['src/mls/epoch/private-message.ts', 'src/mls/epoch/secret-tree.ts'],
  },
  'R-7.1-01': {
    section: '7.1', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-7.1-01: a ParentNode is its key, its parent hash and the indices of its unmerged leaves'],
    ],
    vectors: ['tree-validation'],
    checks: [],
  },
  'R-7.1-02': {
    section: '7.1', area: 'tree', negative: true, reportedAs: ['R-7.1-02'],
    tests: [
      ['src/hostile/violations/ratchet-trees.ts', 'unmerged leaves out of order'],
      ['src/hostile/violations/ratchet-trees.ts', 'unmerged leaves twice'],
    ],
    vectors: [],
    checks: ['src/mls/tree/tree-validation.ts'],
  },
  'R-7.2-01': {
    section: '7.2', area: 'leaf-node', negative: true, reportedAs: ['R-7.2-01'],
    tests: [
      ['src/hostile/violations/encodings.ts', 'a KeyPackage with leaf_node_source ${source}'],
      ['src/hostile/violations/encodings.ts', 'an UpdatePath with leaf_node_source ${source}'],
    ],
    vectors: [],
    checks: ['src/mls/wire/leaf-node.ts'],
  },
  'R-7.2-02': {
    section: '7.2', area: 'leaf-node', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-7.2-02, R-7.2-03, R-7.2-04, R-13.4-01: list what the client supports and can do, without the default types'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.2-03': {
    section: '7.2', area: 'leaf-node', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-7.2-02, R-7.2-03, R-7.2-04, R-13.4-01: list what the client supports and can do, without the default types'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.2-04': {
    section: '7.2', area: 'leaf-node', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-7.2-02, R-7.2-03, R-7.2-04, R-13.4-01: list what the client supports and can do, without the default types'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.2-05': {
    section: '7.2', area: 'leaf-node', negative: true, reportedAs: ['R-7.2-05'],
    tests: [
      ['src/hostile/violations/external-commits.ts', 'an external Commit whose leaf has an extension that it does not list'],
      ['src/hostile/violations/key-packages.ts', 'an extension in an added leaf that its capabilities do not list'],
    ],
    vectors: [],
    checks: ['src/mls/tree/leaf-node-validation.ts'],
  },
  'R-7.2-06': {
    section: '7.2', area: 'leaf-node', negative: true, reportedAs: ['R-7.2-06'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'capabilities without the own credential type'],
    ],
    vectors: [],
    checks: ['src/mls/tree/leaf-node-validation.ts'],
  },
  'R-7.2-07': {
    section: '7.2', area: 'leaf-node', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-2.1-06, R-7.2-07: unknown numbers in capabilities decode and come back as they were'],
      ['test/requirements/positive-members.test.ts', 'R-7.2-07, R-10-11, R-13.4-02, R-13.5-10, R-13.5-11: unknown numbers and extensions that are listed are no reason to refuse, GREASE or not'],
      ['test/requirements/positive-members.test.ts', 'R-7.2-07: a leaf of another member may list what nobody knows, in a Commit too'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.2-08': {
    section: '7.2', area: 'leaf-node', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-7.2-08, R-13.5-01, R-13.5-02, R-13.5-03, R-10-12, R-12.4.3-03, R-13.5-09: GREASE is mixed in unless it is turned off, into its seven fields and no other'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.2-09': {
    section: '7.2', area: 'leaf-node', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-7.2-09: a lifetime is two numbers of seconds in eight bytes, not_before first'],
    ],
    vectors: ['messages'],
    checks: [],
  },
  'R-7.2-10': {
    section: '7.2', area: 'leaf-node', negative: true, reportedAs: ['R-7.2-10'],
    tests: [
      ['test/requirements/key-package.test.ts', 'R-7.2-10: a lifetime beyond the configured maximum'],
      ['test/requirements/traps.test.ts', 'trap 7: lifetimes are enforced, on both ends and in the total'],
    ],
    vectors: [],
    checks: ['src/mls/tree/leaf-node-validation.ts'],
  },
  'R-7.2-11': {
    section: '7.2', area: 'leaf-node', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-7.2-12': {
    section: '7.2', area: 'leaf-node', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.2-12: a leaf of a KeyPackage is signed without group and index'],
    ],
    vectors: ['tree-validation'],
    checks: [],
  },
  'R-7.2-13': {
    section: '7.2', area: 'leaf-node', negative: true, reportedAs: ['R-12.4.2-06', 'R-7.3-02'],
    tests: [
      ['src/hostile/violations/proposals.ts', 'an Update signed for another group'],
      ['src/hostile/violations/proposals.ts', 'an Update signed for another slot'],
      ['src/hostile/violations/update-paths.ts', 'a path leaf signed for another slot'],
      ['src/hostile/violations/update-paths.ts', 'a path leaf signed for another group'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.2-14': {
    section: '7.2', area: 'leaf-node', negative: true, reportedAs: ['R-7.3-02'],
    tests: [
      ['src/hostile/violations/ratchet-trees.ts', 'a leaf of the tree edited after signing'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.3-01': {
    section: '7.3', area: 'leaf-node', negative: true, reportedAs: ['R-7.3-02'],
    tests: [
      ['src/hostile/violations/ratchet-trees.ts', 'a badly signed leaf far from the joiner'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.3-02': {
    section: '7.3', area: 'leaf-node', negative: true, reportedAs: ['R-7.3-02'],
    tests: [
      ['src/hostile/violations/proposals.ts', 'an Update with a flipped signature bit'],
    ],
    vectors: [],
    checks: ['src/mls/tree/leaf-node.ts'],
  },
  'R-7.3-03': {
    section: '7.3', area: 'leaf-node', negative: true, reportedAs: ['R-7.3-03'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'an added leaf without an extension type that the group requires'],
    ],
    vectors: [],
    checks: ['src/mls/tree/leaf-node-validation.ts'],
  },
  'R-7.3-04': {
    section: '7.3', area: 'leaf-node', negative: true, reportedAs: ['R-7.3-04'],
    tests: [
      ['test/requirements/key-package.test.ts', 'R-7.3-04: an Add whose leaf lacks a required proposal type is refused'],
    ],
    vectors: [],
    checks: ['src/mls/tree/leaf-node-validation.ts'],
  },
  'R-7.3-05': {
    section: '7.3', area: 'leaf-node', negative: true, reportedAs: ['R-7.3-05'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'an added leaf without a credential type that the group requires'],
      ['test/requirements/positive-members.test.ts', 'R-11.1-02: what is required may be a default type that nobody lists, but no credential type'],
    ],
    vectors: [],
    checks: ['src/mls/tree/leaf-node-validation.ts'],
  },
  'R-7.3-06': {
    section: '7.3', area: 'leaf-node', negative: true, reportedAs: ['R-7.3-06'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'capabilities without the group\'s version'],
      ['src/hostile/violations/proposals.ts', 'an Update whose capabilities drop the group\'s suite'],
    ],
    vectors: [],
    checks: ['src/mls/group/key-package.ts', 'src/mls/group/proposal-validation.ts', 'src/mls/tree/leaf-node-validation.ts'],
  },
  'R-7.3-07': {
    section: '7.3', area: 'leaf-node', negative: true, reportedAs: ['R-7.3-07'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'an x509 client beside one that lists basic only'],
      ['test/requirements/key-package.test.ts', 'R-7.3-07: an x509 path leaf in a group with a member that lists only basic is refused'],
    ],
    vectors: [],
    checks: ['src/mls/tree/leaf-node-validation.ts'],
  },
  'R-7.3-08': {
    section: '7.3', area: 'leaf-node', negative: true, reportedAs: ['R-7.3-08'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'a client that lists basic only beside an x509 client'],
    ],
    vectors: [],
    checks: ['src/mls/tree/leaf-node-validation.ts'],
  },
  'R-7.3-09': {
    section: '7.3', area: 'leaf-node', negative: true, reportedAs: ['R-7.3-09'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'a KeyPackage that has expired'],
      ['src/hostile/violations/key-packages.ts', 'a KeyPackage that is not yet valid'],
      ['test/requirements/key-package.test.ts', 'R-7.3-09: a local request to add an expired KeyPackage is refused'],
    ],
    vectors: [],
    checks: ['src/mls/group/key-package.ts', 'src/mls/tree/leaf-node-validation.ts'],
  },
  'R-7.3-10': {
    section: '7.3', area: 'leaf-node', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/key-package.test.ts', 'R-7.3-10: a lifetime that is over, or has not begun'],
      ['test/requirements/positive-members.test.ts', 'R-7.3-10: whether a member whose lifetime has ended may stand in a tree is for the policy to say'],
      ['test/requirements/traps.test.ts', 'trap 7: lifetimes are enforced, on both ends and in the total'],
    ],
    vectors: [],
    checks: ['src/mls/group/key-package.ts', 'src/mls/tree/leaf-node-validation.ts', 'src/mls/tree/tree-validation.ts'],
  },
  'R-7.3-11': {
    section: '7.3', area: 'proposal', negative: true, reportedAs: ['R-7.3-11'],
    tests: [
      ['src/hostile/violations/proposals.ts', 'an Update with a leaf of source key_package'],
      ['src/hostile/violations/proposals.ts', 'an Update with a leaf of source commit'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-validation.ts'],
  },
  'R-7.3-12': {
    section: '7.3', area: 'proposal', negative: true, reportedAs: ['R-7.3-12'],
    tests: [
      ['src/hostile/violations/proposals.ts', 'an Update that keeps the old encryption_key'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-validation.ts'],
  },
  'R-7.3-13': {
    section: '7.3', area: 'leaf-node', negative: true, reportedAs: ['R-7.3-13'],
    tests: [
      ['src/hostile/violations/external-commits.ts', 'an external Commit with another member\'s signature key'],
      ['src/hostile/violations/key-packages.ts', 'a KeyPackage with another member\'s signature_key'],
      ['src/hostile/violations/proposal-lists.ts', 'two Adds with one signature key'],
    ],
    vectors: [],
    checks: ['src/mls/tree/leaf-node-validation.ts'],
  },
  'R-7.3-14': {
    section: '7.3', area: 'leaf-node', negative: true, reportedAs: ['R-7.3-14'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'a KeyPackage with another member\'s encryption_key'],
      ['src/hostile/violations/key-packages.ts', 'two KeyPackages with one encryption_key'],
      ['test/requirements/traps.test.ts', 'trap 9: two Adds that share an encryption key are not committed'],
    ],
    vectors: [],
    checks: ['src/mls/tree/leaf-node-validation.ts'],
  },
  'R-7.4-01': {
    section: '7.4', area: 'treekem', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.4-01, R-7.5-06: a path replaces its nodes, without unmerged leaves, and blanks those that filtering leaves out'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.4-02': {
    section: '7.4', area: 'treekem', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.4-02, R-7.5-01: the leaf key is new and follows from no path secret; the leaf is of source commit and signs its parent hash'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.4-03': {
    section: '7.4', area: 'treekem', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.4-03, R-7.4-04, R-12.4.1-04: path secrets follow one from the other, keys from each, commit_secret from the last'],
    ],
    vectors: ['treekem'],
    checks: [],
  },
  'R-7.4-04': {
    section: '7.4', area: 'treekem', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.4-03, R-7.4-04, R-12.4.1-04: path secrets follow one from the other, keys from each, commit_secret from the last'],
    ],
    vectors: ['treekem'],
    checks: [],
  },
  'R-7.5-01': {
    section: '7.5', area: 'treekem', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.4-02, R-7.5-01: the leaf key is new and follows from no path secret; the leaf is of source commit and signs its parent hash'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.5-02': {
    section: '7.5', area: 'treekem', negative: true, reportedAs: ['R-7.5-02'],
    tests: [
      ['src/hostile/violations/update-paths.ts', 'a path leaf that lacks what required_capabilities require'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-list.ts'],
  },
  'R-7.5-03': {
    section: '7.5', area: 'treekem', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-5.3.2-01, R-7.5-03: a member whose credential has expired may still bring a new one, by Update or path'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.5-04': {
    section: '7.5', area: 'treekem', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.5-04, R-17.7-01: each path secret is encrypted once to each node of the resolution, in its order, under UpdatePathNode'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.5-05': {
    section: '7.5', area: 'treekem', negative: true, reportedAs: ['R-7.6-01'],
    tests: [
      ['src/hostile/violations/update-paths.ts', 'a ciphertext for a leaf that the same Commit adds'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.5-06': {
    section: '7.5', area: 'treekem', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.4-01, R-7.5-06: a path replaces its nodes, without unmerged leaves, and blanks those that filtering leaves out'],
      ['test/requirements/update-path.test.ts', 'R-7.5-06: merging a path gives each node its new key and no unmerged leaves, and blanks what is not filtered'],
    ],
    vectors: ['treekem'],
    checks: [],
  },
  'R-7.5-07': {
    section: '7.5', area: 'treekem', negative: true, reportedAs: ['R-7.5-07'],
    tests: [
      ['src/hostile/violations/update-paths.ts', 'an UpdatePath with one node too few'],
      ['src/hostile/violations/update-paths.ts', 'an UpdatePath with one node too many'],
      ['src/hostile/violations/update-paths.ts', 'an UpdatePath with no nodes'],
      ['src/hostile/violations/update-paths.ts', 'an UpdatePath without the node whose copath holds only leaves that the same Commit adds'],
    ],
    vectors: [],
    checks: ['src/mls/tree/treekem.ts'],
  },
  'R-7.5-08': {
    section: '7.5', area: 'parent-hash', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.9-01, R-7.9-02, R-7.9-03, R-7.9.1-01, R-7.5-08: after a path each node has the parent hash of the one above it, the topmost an empty one'],
    ],
    vectors: ['treekem'],
    checks: [],
  },
  'R-7.5-09': {
    section: '7.5', area: 'treekem', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-4.2-01, R-4.2-02, R-7.5-09, R-7.5-10: members have keys of their own ancestors only, and gaps do not stop them'],
    ],
    vectors: ['treekem'],
    checks: ['src/mls/tree/treekem.ts'],
  },
  'R-7.5-10': {
    section: '7.5', area: 'treekem', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-4.2-01, R-4.2-02, R-7.5-09, R-7.5-10: members have keys of their own ancestors only, and gaps do not stop them'],
    ],
    vectors: ['treekem'],
    checks: [],
  },
  'R-7.5-11': {
    section: '7.5', area: 'treekem', negative: true, reportedAs: ['R-7.5-11'],
    tests: [
      ['src/hostile/violations/private-messages.ts', 'whose path secret does not match its public key'],
      ['src/hostile/violations/update-paths.ts', 'a path secret that does not match its public key'],
      ['src/hostile/violations/update-paths.ts', 'a path secret that matches at its own node and not above'],
    ],
    vectors: [],
    checks: ['src/mls/tree/treekem.ts'],
  },
  'R-7.5-12': {
    section: '7.5', area: 'treekem', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.5-12, R-7.5-13: a receiver learns the keys of the common ancestors only, and wipes the secrets they came from'],
    ],
    vectors: ['treekem'],
    checks: [],
  },
  'R-7.5-13': {
    section: '7.5', area: 'treekem', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.5-12, R-7.5-13: a receiver learns the keys of the common ancestors only, and wipes the secrets they came from'],
      ['test/requirements/positive-path.test.ts', 'R-16.6-02, R-7.5-13: keys that a Commit replaced are wiped once the group before it is given up'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.5-14': {
    section: '7.5', area: 'treekem', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.5-14, R-12.4.1-04: a lone member sets a path of no nodes with an empty parent hash, and enters a new epoch'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.6-01': {
    section: '7.6', area: 'treekem', negative: true, reportedAs: ['R-7.6-01'],
    tests: [
      ['src/hostile/violations/update-paths.ts', 'a node with one ciphertext too many'],
      ['src/hostile/violations/update-paths.ts', 'a node with no ciphertext'],
      ['src/hostile/violations/update-paths.ts', 'the lowest node with no ciphertext'],
    ],
    vectors: [],
    checks: ['src/mls/tree/treekem.ts'],
  },
  'R-7.6-02': {
    section: '7.6', area: 'treekem', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/update-path.test.ts', 'R-7.6-02: a filtered node whose copath holds only just-added leaves stays in the path with no ciphertext'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.6-03': {
    section: '7.6', area: 'treekem', negative: true, reportedAs: ['R-7.9.2-07'],
    tests: [
      ['src/hostile/violations/update-paths.ts', 'two nodes of the path swapped'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.6-04': {
    section: '7.6', area: 'treekem', negative: true, reportedAs: ['R-7.6-04'],
    tests: [
      ['src/hostile/violations/update-paths.ts', 'path secrets encrypted under the old GroupContext'],
      ['src/hostile/violations/update-paths.ts', 'path secrets encrypted under a GroupContext with another transcript hash'],
    ],
    vectors: [],
    checks: ['src/mls/tree/treekem.ts'],
  },
  'R-7.7-01': {
    section: '7.7', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-7.7-01, R-C-02, R-12.1.1-02: a full tree grows by a blank root and as many blanks as it has nodes and one, the new leaf first among them'],
    ],
    vectors: ['tree-operations'],
    checks: [],
  },
  'R-7.7-02': {
    section: '7.7', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-7.7-02, R-C-02, R-12.1.3-02, R-12.1.3-03: a Remove blanks leaf and ancestors, and a right half without a member goes, to (N - 1) / 2 nodes'],
      ['test/requirements/positive-tree.test.ts', 'R-7.7-02: the right half goes although the root is not blank'],
    ],
    vectors: ['tree-operations'],
    checks: [],
  },
  'R-7.8-01': {
    section: '7.8', area: 'tree-hash', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.8-01, R-7.8-02, R-7.8-03, R-7.8-04: tree hashes are over index or children and the node, blank ones too'],
    ],
    vectors: ['tree-validation'],
    checks: [],
  },
  'R-7.8-02': {
    section: '7.8', area: 'tree-hash', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.8-01, R-7.8-02, R-7.8-03, R-7.8-04: tree hashes are over index or children and the node, blank ones too'],
    ],
    vectors: ['tree-validation'],
    checks: [],
  },
  'R-7.8-03': {
    section: '7.8', area: 'tree-hash', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.8-01, R-7.8-02, R-7.8-03, R-7.8-04: tree hashes are over index or children and the node, blank ones too'],
    ],
    vectors: ['tree-validation'],
    checks: [],
  },
  'R-7.8-04': {
    section: '7.8', area: 'tree-hash', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.8-01, R-7.8-02, R-7.8-03, R-7.8-04: tree hashes are over index or children and the node, blank ones too'],
    ],
    vectors: ['tree-validation'],
    checks: [],
  },
  'R-7.8-05': {
    section: '7.8', area: 'tree-hash', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.8-05: the GroupContext has the hash of the root'],
    ],
    vectors: ['tree-operations'],
    checks: [],
  },
  'R-7.9-01': {
    section: '7.9', area: 'parent-hash', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.9-01, R-7.9-02, R-7.9-03, R-7.9.1-01, R-7.5-08: after a path each node has the parent hash of the one above it, the topmost an empty one'],
    ],
    vectors: ['tree-validation'],
    checks: [],
  },
  'R-7.9-02': {
    section: '7.9', area: 'parent-hash', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.9-01, R-7.9-02, R-7.9-03, R-7.9.1-01, R-7.5-08: after a path each node has the parent hash of the one above it, the topmost an empty one'],
      ['test/requirements/positive-path.test.ts', 'R-7.9-02, R-7.9.1-01: the topmost node of a filtered path has an empty parent hash below the root, and a link jumps over blanks'],
      ['test/requirements/received-tree.test.ts', 'R-7.9-02: at the root, and at the topmost filtered node below it, the parent_hash input is empty'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.9-03': {
    section: '7.9', area: 'parent-hash', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.9-01, R-7.9-02, R-7.9-03, R-7.9.1-01, R-7.5-08: after a path each node has the parent hash of the one above it, the topmost an empty one'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.9-04': {
    section: '7.9', area: 'parent-hash', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.9-04, R-7.9-05, R-7.9.2-06: links that others have overtaken and leaves that came later are no fault to a joiner'],
      ['test/requirements/received-tree.test.ts', 'R-7.9-04: the original sibling tree hash leaves out the unmerged leaves, and every mention of them'],
    ],
    vectors: ['tree-validation'],
    checks: [],
  },
  'R-7.9-05': {
    section: '7.9', area: 'parent-hash', negative: false, reportedAs: ['R-7.9.2-01'],
    tests: [
      ['src/hostile/violations/ratchet-trees.ts', 'a parent_hash over the sibling as it is and not as it was'],
      ['test/requirements/positive-path.test.ts', 'R-7.9-04, R-7.9-05, R-7.9.2-06: links that others have overtaken and leaves that came later are no fault to a joiner'],
    ],
    vectors: ['tree-validation'],
    checks: [],
  },
  'R-7.9-06': {
    section: '7.9', area: 'parent-hash', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.9-06: the sibling hashes of a Commit cover the leaves that it adds'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.9.1-01': {
    section: '7.9.1', area: 'parent-hash', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.9-01, R-7.9-02, R-7.9-03, R-7.9.1-01, R-7.5-08: after a path each node has the parent hash of the one above it, the topmost an empty one'],
      ['test/requirements/positive-path.test.ts', 'R-7.9-02, R-7.9.1-01: the topmost node of a filtered path has an empty parent hash below the root, and a link jumps over blanks'],
    ],
    vectors: ['tree-validation'],
    checks: [],
  },
  'R-7.9.2-01': {
    section: '7.9.2', area: 'parent-hash', negative: true, reportedAs: ['R-7.9.2-01'],
    tests: [
      ['src/hostile/violations/ratchet-trees.ts', 'a parent whose parent_hash was changed'],
    ],
    vectors: [],
    checks: ['src/mls/tree/parent-hash.ts'],
  },
  'R-7.9.2-02': {
    section: '7.9.2', area: 'parent-hash', negative: true, reportedAs: ['R-7.9.2-02'],
    tests: [
      ['src/hostile/violations/ratchet-trees.ts', 'a node between a parent and the one below it that was not there when the parent was set'],
    ],
    vectors: [],
    checks: ['src/mls/tree/parent-hash.ts'],
  },
  'R-7.9.2-03': {
    section: '7.9.2', area: 'parent-hash', negative: true, reportedAs: ['R-7.9.2-03'],
    tests: [
      ['src/hostile/violations/ratchet-trees.ts', 'parents that link to each other and to no leaf'],
    ],
    vectors: [],
    checks: ['src/mls/tree/parent-hash.ts'],
  },
  'R-7.9.2-04': {
    section: '7.9.2', area: 'parent-hash', negative: true, reportedAs: ['R-7.9.2-04'],
    tests: [
      ['src/hostile/violations/ratchet-trees.ts', 'a parent whose key an attacker replaced'],
    ],
    vectors: [],
    checks: ['src/mls/tree/parent-hash.ts'],
  },
  'R-7.9.2-05': {
    section: '7.9.2', area: 'parent-hash', negative: true, reportedAs: ['R-7.9.2-05'],
    tests: [
      ['test/requirements/received-tree.test.ts', 'R-7.9.2-05: a parent that two nodes below it link to is refused'],
    ],
    vectors: [],
    checks: ['src/mls/tree/parent-hash.ts'],
  },
  'R-7.9.2-06': {
    section: '7.9.2', area: 'parent-hash', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.9-04, R-7.9-05, R-7.9.2-06: links that others have overtaken and leaves that came later are no fault to a joiner'],
    ],
    vectors: [],
    checks: [],
  },
  'R-7.9.2-07': {
    section: '7.9.2', area: 'parent-hash', negative: true, reportedAs: ['R-7.9.2-07'],
    tests: [
      ['src/hostile/violations/private-messages.ts', 'whose path leaf has a wrong parent_hash'],
      ['src/hostile/violations/update-paths.ts', 'a well signed path leaf with a wrong parent_hash'],
      ['src/hostile/violations/update-paths.ts', 'a well signed path leaf with an empty parent_hash'],
    ],
    vectors: [],
    checks: ['src/mls/tree/treekem.ts'],
  },
  'R-8-01': {
    section: '8', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8-01, R-8-02: ExpandWithLabel is HKDF-Expand over length, label and context'],
    ],
    vectors: ['crypto-basics'],
    checks: [],
  },
  'R-8-02': {
    section: '8', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8-01, R-8-02: ExpandWithLabel is HKDF-Expand over length, label and context'],
    ],
    vectors: ['crypto-basics'],
    checks: [],
  },
  'R-8-03': {
    section: '8', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8-03, R-8-04, R-8-06, R-8-07, R-12.4.1-06, R-8.4-05, R-8.4-06, R-8.4-07, R-12.4.1-08: joiner_secret, psk_secret and epoch_secret lead to the secrets of the epoch'],
    ],
    vectors: ['key-schedule'],
    checks: [],
  },
  'R-8-04': {
    section: '8', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8-03, R-8-04, R-8-06, R-8-07, R-12.4.1-06, R-8.4-05, R-8.4-06, R-8.4-07, R-12.4.1-08: joiner_secret, psk_secret and epoch_secret lead to the secrets of the epoch'],
    ],
    vectors: ['key-schedule'],
    checks: [],
  },
  'R-8-05': {
    section: '8', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8-05, R-12.4.1-13, R-12.4.3.1-07, R-12.4.3.1-20: the Welcome has joiner_secret, and its GroupInfo opens under a key of welcome_secret'],
    ],
    vectors: ['key-schedule', 'welcome'],
    checks: [],
  },
  'R-8-06': {
    section: '8', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8-03, R-8-04, R-8-06, R-8-07, R-12.4.1-06, R-8.4-05, R-8.4-06, R-8.4-07, R-12.4.1-08: joiner_secret, psk_secret and epoch_secret lead to the secrets of the epoch'],
    ],
    vectors: ['key-schedule'],
    checks: [],
  },
  'R-8-07': {
    section: '8', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8.2-01, R-8.2-03, R-8.1-01, R-8-07: the GroupContext has the transcript of the Commit as it was sent'],
      ['test/requirements/positive-crypto.test.ts', 'R-8-03, R-8-04, R-8-06, R-8-07, R-12.4.1-06, R-8.4-05, R-8.4-06, R-8.4-07, R-12.4.1-08: joiner_secret, psk_secret and epoch_secret lead to the secrets of the epoch'],
    ],
    vectors: ['passive-client-random'],
    checks: [],
  },
  'R-8-08': {
    section: '8', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8-08, R-8-09: every secret of the epoch comes from epoch_secret by its label'],
    ],
    vectors: ['key-schedule'],
    checks: [],
  },
  'R-8-09': {
    section: '8', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8-08, R-8-09: every secret of the epoch comes from epoch_secret by its label'],
    ],
    vectors: ['key-schedule'],
    checks: [],
  },
  'R-8-10': {
    section: '8', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8-10, R-8.3-01: the external key pair is derived from external_secret, and an external init runs over it'],
    ],
    vectors: ['key-schedule'],
    checks: [],
  },
  'R-8.1-01': {
    section: '8.1', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-8.1-01: a GroupContext has its fields in the order of the RFC'],
      ['test/requirements/positive-crypto.test.ts', 'R-8.2-01, R-8.2-03, R-8.1-01, R-8-07: the GroupContext has the transcript of the Commit as it was sent'],
    ],
    vectors: ['key-schedule'],
    checks: [],
  },
  'R-8.1-02': {
    section: '8.1', area: 'key-schedule', negative: false, reportedAs: ['R-8.1-02'],
    tests: [
      ['src/hostile/violations/welcomes.ts', 'a GroupContext of another version'],
      ['test/requirements/external-commit.test.ts', 'R-8.1-02: a client of another suite does not join by external Commit'],
      ['test/requirements/positive-crypto.test.ts', 'R-8.1-02, R-8.1-03, R-8.1-04: the epoch is one more, the tree hash new, and group id, version and suite are as they were'],
    ],
    vectors: [],
    checks: ['src/mls/group/external-commit.ts', 'src/mls/group/group-info.ts'],
  },
  'R-8.1-03': {
    section: '8.1', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8.1-02, R-8.1-03, R-8.1-04: the epoch is one more, the tree hash new, and group id, version and suite are as they were'],
    ],
    vectors: ['passive-client-handling-commit'],
    checks: [],
  },
  'R-8.1-04': {
    section: '8.1', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8.1-02, R-8.1-03, R-8.1-04: the epoch is one more, the tree hash new, and group id, version and suite are as they were'],
    ],
    vectors: ['passive-client-handling-commit'],
    checks: [],
  },
  'R-8.1-05': {
    section: '8.1', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-8.1-05, R-12.1.7-02: change by GroupContextExtensions only, which replaces all of them and keeps order and bytes'],
    ],
    vectors: [],
    checks: [],
  },
  'R-8.2-01': {
    section: '8.2', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8.2-01, R-8.2-03, R-8.1-01, R-8-07: the GroupContext has the transcript of the Commit as it was sent'],
    ],
    vectors: ['transcript-hashes'],
    checks: [],
  },
  'R-8.2-02': {
    section: '8.2', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-6.1-14, R-8.2-02, R-6.1-13, R-12.4.1-10: confirmation_tag and interim hash follow from the confirmed hash'],
    ],
    vectors: ['transcript-hashes'],
    checks: [],
  },
  'R-8.2-03': {
    section: '8.2', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8.2-01, R-8.2-03, R-8.1-01, R-8-07: the GroupContext has the transcript of the Commit as it was sent'],
      ['test/mls/epoch/key-schedule.test.ts', 'depend on the wire format that the Commit was sent in (R-8.2-03)'],
    ],
    vectors: ['passive-client-handling-commit'],
    checks: [],
  },
  'R-8.2-04': {
    section: '8.2', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-11-05, R-8.2-04: it has one leaf, epoch 0, the hash of that tree, an empty transcript and the extensions of its creator'],
      ['test/mls/epoch/key-schedule.test.ts', 'start from nothing at epoch 0 (R-8.2-04)'],
    ],
    vectors: [],
    checks: [],
  },
  'R-8.2-05': {
    section: '8.2', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8.2-05: the joiner has the same interim hash, from what its GroupInfo says'],
    ],
    vectors: ['passive-client-welcome'],
    checks: [],
  },
  'R-8.3-01': {
    section: '8.3', area: 'external-commit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8-10, R-8.3-01: the external key pair is derived from external_secret, and an external init runs over it'],
      ['test/mls/epoch/key-schedule.test.ts', 'gives joiner and members one init_secret (R-8.3-01, R-8.3-02)'],
    ],
    vectors: [],
    checks: [],
  },
  'R-8.3-02': {
    section: '8.3', area: 'external-commit', negative: true, reportedAs: ['R-8.3-02'],
    tests: [
      ['src/hostile/violations/external-commits.ts', 'a kem_output made for another epoch\'s external_pub'],
      ['src/hostile/violations/external-commits.ts', 'an external Commit with an altered confirmation_tag'],
      ['test/mls/epoch/key-schedule.test.ts', 'gives joiner and members one init_secret (R-8.3-01, R-8.3-02)'],
    ],
    vectors: [],
    checks: ['src/mls/group/process-commit.ts'],
  },
  'R-8.3-03': {
    section: '8.3', area: 'external-commit', negative: true, reportedAs: ['R-8.3-03'],
    tests: [
      ['src/hostile/violations/external-commits.ts', 'an external Commit with a kem_output of wrong length'],
      ['src/hostile/violations/external-commits.ts', 'an external Commit with a kem_output of zeros'],
      ['test/mls/epoch/key-schedule.test.ts', 'refuses a kem_output that cannot be decapsulated (R-8.3-03)'],
    ],
    vectors: [],
    checks: ['src/mls/epoch/key-schedule.ts'],
  },
  'R-8.4-01': {
    section: '8.4', area: 'psk', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8.4-01, R-12.4.1-14, R-8.4-02, R-12.1.4-02, R-8.4-03: PSKs have the order of the Commit in the Welcome, and fresh nonces of full length'],
    ],
    vectors: [],
    checks: [],
  },
  'R-8.4-02': {
    section: '8.4', area: 'psk', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8.4-01, R-12.4.1-14, R-8.4-02, R-12.1.4-02, R-8.4-03: PSKs have the order of the Commit in the Welcome, and fresh nonces of full length'],
    ],
    vectors: [],
    checks: [],
  },
  'R-8.4-03': {
    section: '8.4', area: 'psk', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8.4-01, R-12.4.1-14, R-8.4-02, R-12.1.4-02, R-8.4-03: PSKs have the order of the Commit in the Welcome, and fresh nonces of full length'],
      ['test/mls/epoch/key-schedule.test.ts', 'depends on the order of the PSKs and leaves them alone (R-8.4-03)'],
    ],
    vectors: ['passive-client-welcome', 'passive-client-handling-commit'],
    checks: [],
  },
  'R-8.4-04': {
    section: '8.4', area: 'psk', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-8.4-04: of another group work for all who were in it, and for nobody else'],
    ],
    vectors: [],
    checks: [],
  },
  'R-8.4-05': {
    section: '8.4', area: 'psk', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8-03, R-8-04, R-8-06, R-8-07, R-12.4.1-06, R-8.4-05, R-8.4-06, R-8.4-07, R-12.4.1-08: joiner_secret, psk_secret and epoch_secret lead to the secrets of the epoch'],
    ],
    vectors: ['psk_secret'],
    checks: [],
  },
  'R-8.4-06': {
    section: '8.4', area: 'psk', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8-03, R-8-04, R-8-06, R-8-07, R-12.4.1-06, R-8.4-05, R-8.4-06, R-8.4-07, R-12.4.1-08: joiner_secret, psk_secret and epoch_secret lead to the secrets of the epoch'],
    ],
    vectors: ['psk_secret'],
    checks: [],
  },
  'R-8.4-07': {
    section: '8.4', area: 'psk', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8-03, R-8-04, R-8-06, R-8-07, R-12.4.1-06, R-8.4-05, R-8.4-06, R-8.4-07, R-12.4.1-08: joiner_secret, psk_secret and epoch_secret lead to the secrets of the epoch'],
      ['test/mls/epoch/key-schedule.test.ts', 'takes no more PSKs than PSKLabel counts (R-8.4-07)'],
    ],
    vectors: ['psk_secret'],
    checks: ['src/mls/epoch/psk-secret.ts'],
  },
  'R-8.4-08': {
    section: '8.4', area: 'psk', negative: true, reportedAs: ['R-8.4-08'],
    tests: [
      ['src/hostile/violations/encodings.ts', 'psktype ${type}'],
      ['src/hostile/violations/encodings.ts', 'resumption usage ${usage}'],
    ],
    vectors: [],
    checks: ['src/mls/wire/pre-shared-key.ts'],
  },
  'R-8.5-01': {
    section: '8.5', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8.5-01: the exporter is two steps from exporter_secret, over the hash of the context'],
      ['test/mls/epoch/key-schedule.test.ts', 'wipes the secret of an exporter label (R-8.5-01)'],
    ],
    vectors: ['key-schedule'],
    checks: [],
  },
  'R-8.5-02': {
    section: '8.5', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-8.5-03': {
    section: '8.5', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8.5-03: an exported value is another one in the next epoch'],
    ],
    vectors: [],
    checks: [],
  },
  'R-8.6-01': {
    section: '8.6', area: 'psk', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-8.6-01: are kept of so many epochs as the client says'],
    ],
    vectors: [],
    checks: [],
  },
  'R-8.7-01': {
    section: '8.7', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8.7-01: the epoch authenticator is the same at all members, and another one after a fork'],
    ],
    vectors: [],
    checks: [],
  },
  'R-9-01': {
    section: '9', area: 'secret-tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-9-01, R-9-02, R-9-03, R-9.1-01, R-9.1-02, R-9.1-03: the %s keys of leaf %i come down the tree and along the ratchet'],
    ],
    vectors: ['secret-tree'],
    checks: [],
  },
  'R-9-02': {
    section: '9', area: 'secret-tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-9-01, R-9-02, R-9-03, R-9.1-01, R-9.1-02, R-9.1-03: the %s keys of leaf %i come down the tree and along the ratchet'],
    ],
    vectors: ['secret-tree'],
    checks: [],
  },
  'R-9-03': {
    section: '9', area: 'secret-tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-9-01, R-9-02, R-9-03, R-9.1-01, R-9.1-02, R-9.1-03: the %s keys of leaf %i come down the tree and along the ratchet'],
    ],
    vectors: ['secret-tree'],
    checks: [],
  },
  'R-9.1-01': {
    section: '9.1', area: 'secret-tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-9-01, R-9-02, R-9-03, R-9.1-01, R-9.1-02, R-9.1-03: the %s keys of leaf %i come down the tree and along the ratchet'],
    ],
    vectors: ['crypto-basics'],
    checks: [],
  },
  'R-9.1-02': {
    section: '9.1', area: 'secret-tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-9-01, R-9-02, R-9-03, R-9.1-01, R-9.1-02, R-9.1-03: the %s keys of leaf %i come down the tree and along the ratchet'],
    ],
    vectors: ['secret-tree'],
    checks: [],
  },
  'R-9.1-03': {
    section: '9.1', area: 'secret-tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-9-01, R-9-02, R-9-03, R-9.1-01, R-9.1-02, R-9.1-03: the %s keys of leaf %i come down the tree and along the ratchet'],
      ['test/requirements/positive-messages.test.ts', 'R-6.3.1-04, R-9.1-03: handshake and application messages count from 0 apart, in every epoch anew'],
      ['test/mls/epoch/secret-tree.test.ts', 'counts generations from 0 in each ratchet and never gives one twice (R-9.1-03, R-9.1-04)'],
    ],
    vectors: [],
    checks: [],
  },
  'R-9.1-04': {
    section: '9.1', area: 'secret-tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-9.1-04: whatever becomes of a message, no generation is used for a second'],
      ['test/mls/epoch/secret-tree.test.ts', 'counts generations from 0 in each ratchet and never gives one twice (R-9.1-03, R-9.1-04)'],
      ['test/mls/epoch/secret-tree.test.ts', 'ends at 2^32 generations (R-9.1-04)'],
      ['test/mls/group/client.test.ts', 'R-9.1-04: of two joins with one Welcome at the same time only one succeeds'],
      ['test/mls/group/client.test.ts', 'R-9.1-04: an epoch that was left is not entered again by its Welcome (last resort: %s)'],
    ],
    vectors: [],
    checks: ['src/mls/epoch/hash-ratchet.ts', 'src/mls/group/client.ts'],
  },
  'R-9.1-05': {
    section: '9.1', area: 'secret-tree', negative: true, reportedAs: ['R-9.1-05'],
    tests: [
      ['src/hostile/violations/private-messages.ts', 'an application message that was opened before'],
      ['test/requirements/framing.test.ts', 'R-9.1-05: drops the keys of messages that are too late'],
      ['test/requirements/framing.test.ts', 'R-9.1-05, R-9.2-07: a private Commit that is refused after its signature held has used its key, and no other'],
      ['test/mls/epoch/message-protection.test.ts', 'opens once, and nothing is used up before it is consumed (R-9.1-05, R-9.2-07)'],
      ['test/mls/epoch/secret-tree.test.ts', 'opens generations in any order, each once (R-15.3-01, R-9.1-05)'],
      ['test/mls/group/restart.test.ts', 'a stale copy sends with keys that were used: others refuse it by R-9.1-05 in its epoch and by R-12.4.2-01 after it, and no nonce is the same'],
      ['test/requirements/framing.test.ts', 'R-9.2-07: a message of an earlier epoch is opened after the group has moved on'],
      ['test/requirements/positive-messages.test.ts', 'R-15.3-02, R-15.3-03: how many keys are kept and how many steps are taken is for the application to say'],
      ['test/requirements/traps.test.ts', 'trap 1: a skipped generation keeps its key and nonce and nothing from which later ones follow'],
      ['test/mls/epoch/secret-tree.test.ts', 'refuses the second of two copies that were looked up before either was consumed (trap 13)'],
      ['test/mls/epoch/secret-tree.test.ts', 'keeps so many skipped keys as it may and drops the oldest (R-15.3-02)'],
      ['test/service/abandoned.test.ts', 'a message that was opened in an abandoned call cannot be opened again: its key is gone'],
    ],
    vectors: [],
    checks: ['src/mls/epoch/hash-ratchet.ts'],
  },
  'R-9.2-01': {
    section: '9.2', area: 'secret-tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-9.2-01, R-9.2-05, R-9.2-06: the key of a message that was opened cannot be had again, by receiver or sender'],
    ],
    vectors: [],
    checks: [],
  },
  'R-9.2-02': {
    section: '9.2', area: 'secret-tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-9.2-02, R-15.3-01: keys of skipped generations stay until their message comes, in any order'],
    ],
    vectors: [],
    checks: [],
  },
  'R-9.2-03': {
    section: '9.2', area: 'secret-tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-9.2-03: what the epoch was made from is nowhere in a group'],
      ['test/mls/epoch/key-schedule.test.ts', 'wipes what it derives on the way and leaves alone what it was given (R-9.2-03)'],
    ],
    vectors: [],
    checks: [],
  },
  'R-9.2-04': {
    section: '9.2', area: 'secret-tree', negative: false, reportedAs: [],
    tests: [
      ['test/mls/epoch/secret-tree.test.ts', 'keeps no secret above a leaf of which a key was used, and all beside its path (R-9.2-04)'],
    ],
    vectors: [],
    checks: [],
  },
  'R-9.2-05': {
    section: '9.2', area: 'secret-tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-9.2-01, R-9.2-05, R-9.2-06: the key of a message that was opened cannot be had again, by receiver or sender'],
    ],
    vectors: [],
    checks: [],
  },
  'R-9.2-06': {
    section: '9.2', area: 'secret-tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-9.2-01, R-9.2-05, R-9.2-06: the key of a message that was opened cannot be had again, by receiver or sender'],
      ['test/mls/epoch/secret-tree.test.ts', 'keeps of a skipped generation its key and nonce, never the secret that later ones follow from (trap 1, R-9.2-06)'],
    ],
    vectors: [],
    checks: [],
  },
  'R-9.2-07': {
    section: '9.2', area: 'secret-tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/framing.test.ts', 'R-9.2-07: a failed decryption consumes nothing'],
      ['test/requirements/framing.test.ts', 'R-9.1-05, R-9.2-07: a private Commit that is refused after its signature held has used its key, and no other'],
      ['test/requirements/framing.test.ts', 'R-9.2-07: a message of an earlier epoch is opened after the group has moved on'],
      ['test/mls/epoch/message-protection.test.ts', 'opens once, and nothing is used up before it is consumed (R-9.1-05, R-9.2-07)'],
      ['test/mls/epoch/secret-tree.test.ts', 'changes nothing by a look-up, near or far, of a new sender or a known one (R-9.2-07)'],
    ],
    vectors: [],
    checks: [],
  },
  'R-10-01': {
    section: '10', area: 'key-package', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-10-01, R-16.8-02: a KeyPackage serves one join, unless it says that it is a last resort'],
    ],
    vectors: [],
    checks: ['src/mls/group/client.ts'],
  },
  'R-10-02': {
    section: '10', area: 'key-package', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-10-02, R-10-04: a client may have many, of any suite, each with keys of its own'],
    ],
    vectors: [],
    checks: [],
  },
  'R-10-03': {
    section: '10', area: 'key-package', negative: true, reportedAs: ['R-10-03'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'an init_key of another KEM'],
      ['src/hostile/violations/key-packages.ts', 'an init_key that is no point of the curve'],
      ['src/hostile/violations/key-packages.ts', 'an init_key of small order'],
      ['test/requirements/traps.test.ts', 'trap 5: an Add whose init_key nobody can encrypt to never becomes pending, so it blocks no Commit'],
    ],
    vectors: [],
    checks: ['src/mls/group/key-package.ts'],
  },
  'R-10-04': {
    section: '10', area: 'key-package', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-10-02, R-10-04: a client may have many, of any suite, each with keys of its own'],
    ],
    vectors: [],
    checks: [],
  },
  'R-10-05': {
    section: '10', area: 'key-package', negative: true, reportedAs: ['R-10-05'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'an encryption_key of another KEM'],
      ['test/mls/group/succession.test.ts', 'R-10-05: a branch takes no KeyPackage whose leaf nobody could encrypt to'],
    ],
    vectors: [],
    checks: ['src/mls/group/key-package.ts', 'src/mls/tree/leaf-node-validation.ts'],
  },
  'R-10-06': {
    section: '10', area: 'key-package', negative: true, reportedAs: ['R-10-06'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'a KeyPackage with a flipped signature bit'],
      ['test/requirements/mutations.test.ts', 'R-10-06: a KeyPackage that is to be added'],
      ['test/service/hostile.test.ts', 'a table of the file'],
    ],
    vectors: [],
    checks: ['src/mls/group/key-package.ts'],
  },
  'R-10-07': {
    section: '10', area: 'key-package', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-10-07, R-17.6-01: a KeyPackage is signed by its leaf under KeyPackageTBS, over all fields before the signature'],
    ],
    vectors: [],
    checks: [],
  },
  'R-10-08': {
    section: '10', area: 'key-package', negative: true, reportedAs: ['R-10-08'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'an MLSMessage mls10 around a KeyPackage of another version'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposals.ts'],
  },
  'R-10-09': {
    section: '10', area: 'key-package', negative: true, reportedAs: ['R-10-09'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'a KeyPackage with a leaf of source update'],
      ['src/hostile/violations/key-packages.ts', 'a KeyPackage with a leaf of source commit'],
    ],
    vectors: [],
    checks: ['src/mls/group/key-package.ts'],
  },
  'R-10-10': {
    section: '10', area: 'key-package', negative: true, reportedAs: ['R-10-10'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'a KeyPackage extension that the leaf does not list'],
      ['test/requirements/positive-members.test.ts', 'R-7.2-07, R-10-11, R-13.4-02, R-13.5-10, R-13.5-11: unknown numbers and extensions that are listed are no reason to refuse, GREASE or not'],
    ],
    vectors: [],
    checks: ['src/mls/group/key-package.ts'],
  },
  'R-10-11': {
    section: '10', area: 'key-package', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-7.2-07, R-10-11, R-13.4-02, R-13.5-10, R-13.5-11: unknown numbers and extensions that are listed are no reason to refuse, GREASE or not'],
    ],
    vectors: [],
    checks: [],
  },
  'R-10-12': {
    section: '10', area: 'key-package', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-7.2-08, R-13.5-01, R-13.5-02, R-13.5-03, R-10-12, R-12.4.3-03, R-13.5-09: GREASE is mixed in unless it is turned off, into its seven fields and no other'],
    ],
    vectors: [],
    checks: [],
  },
  'R-10.1-01': {
    section: '10.1', area: 'key-package', negative: true, reportedAs: ['R-10.1-04'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'a fault in a KeyPackage that a careless member overlooked'],
    ],
    vectors: [],
    checks: [],
  },
  'R-10.1-02': {
    section: '10.1', area: 'key-package', negative: true, reportedAs: ['R-10.1-02'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'a KeyPackage of another version'],
    ],
    vectors: [],
    checks: ['src/mls/group/key-package.ts'],
  },
  'R-10.1-03': {
    section: '10.1', area: 'key-package', negative: true, reportedAs: ['R-10.1-03'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'a KeyPackage of another suite than the group\'s'],
    ],
    vectors: [],
    checks: ['src/mls/group/key-package.ts'],
  },
  'R-10.1-04': {
    section: '10.1', area: 'key-package', negative: true, reportedAs: ['R-10.1-04'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'a good signature around a badly signed leaf'],
      ['src/hostile/violations/key-packages.ts', 'an added leaf edited after signing'],
    ],
    vectors: [],
    checks: ['src/mls/group/key-package.ts', 'src/mls/tree/leaf-node-validation.ts'],
  },
  'R-10.1-05': {
    section: '10.1', area: 'key-package', negative: true, reportedAs: ['R-10.1-05'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'a KeyPackage with init_key equal to encryption_key'],
    ],
    vectors: [],
    checks: ['src/mls/group/key-package.ts'],
  },
  'R-11-01': {
    section: '11', area: 'key-package', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-11-02': {
    section: '11', area: 'key-package', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-11-03': {
    section: '11', area: 'security', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-11-06, R-11-03: its secrets and its id are fresh, the id of Nh bytes'],
    ],
    vectors: [],
    checks: [],
  },
  'R-11-04': {
    section: '11', area: 'security', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-11-05': {
    section: '11', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-11-05, R-8.2-04: it has one leaf, epoch 0, the hash of that tree, an empty transcript and the extensions of its creator'],
    ],
    vectors: [],
    checks: [],
  },
  'R-11-06': {
    section: '11', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-11-06, R-11-03: its secrets and its id are fresh, the id of Nh bytes'],
    ],
    vectors: [],
    checks: [],
  },
  'R-11-07': {
    section: '11', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/commit.test.ts', 'R-11-07: at epoch 0 the confirmation_tag covers the empty confirmed hash and the interim hash is not empty'],
      ['test/requirements/positive-crypto.test.ts', 'R-11-07, R-11-08: confirmation_tag is over the empty transcript, in the GroupInfo too, and the interim hash over both'],
    ],
    vectors: [],
    checks: [],
  },
  'R-11-08': {
    section: '11', area: 'group-info', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-11-07, R-11-08: confirmation_tag is over the empty transcript, in the GroupInfo too, and the interim hash over both'],
    ],
    vectors: [],
    checks: [],
  },
  'R-11.1-01': {
    section: '11.1', area: 'extension', negative: true, reportedAs: ['R-11.1-01'],
    tests: [
      ['src/hostile/violations/encodings.ts', 'a required_capabilities body cut short'],
      ['src/hostile/violations/encodings.ts', 'a required_capabilities body with a byte after it'],
      ['src/hostile/violations/welcomes.ts', 'a GroupContext with a required_capabilities cut short'],
    ],
    vectors: [],
    checks: ['src/mls/group/group-extensions.ts'],
  },
  'R-11.1-02': {
    section: '11.1', area: 'extension', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-11.1-02: what is required may be a default type that nobody lists, but no credential type'],
    ],
    vectors: [],
    checks: [],
  },
  'R-11.2-01': {
    section: '11.2', area: 'reinit', negative: true, reportedAs: ['R-11.2-01'],
    tests: [
      ['src/hostile/violations/successors.ts', 'a successor with other extensions than the ReInit'],
      ['src/hostile/violations/successors.ts', 'a successor with another group id than the ReInit'],
      ['test/requirements/successor.test.ts', 'R-11.2-01: a successor in another suite than the ReInit is refused'],
      ['test/requirements/successor.test.ts', 'R-11.2-01, R-11.2-03: the engine\'s own successor and branch are joined'],
    ],
    vectors: [],
    checks: ['src/mls/group/client.ts', 'src/mls/group/succession.ts'],
  },
  'R-11.2-02': {
    section: '11.2', area: 'reinit', negative: true, reportedAs: ['R-11.2-02'],
    tests: [
      ['src/hostile/violations/successors.ts', 'a successor at epoch 0'],
      ['src/hostile/violations/successors.ts', 'a successor at epoch 2'],
    ],
    vectors: [],
    checks: ['src/mls/group/succession.ts'],
  },
  'R-11.2-03': {
    section: '11.2', area: 'reinit', negative: true, reportedAs: ['R-11.2-03'],
    tests: [
      ['src/hostile/violations/successors.ts', 'a successor that names the epoch before the Commit of the ReInit'],
      ['test/requirements/successor.test.ts', 'R-11.2-01, R-11.2-03: the engine\'s own successor and branch are joined'],
    ],
    vectors: [],
    checks: ['src/mls/group/succession.ts'],
  },
  'R-11.2-04': {
    section: '11.2', area: 'reinit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-11.2-04, R-12.4.1-16, R-12.4.1-17: one proposes a ReInit, another commits it, a third makes the successor of the same members'],
    ],
    vectors: [],
    checks: [],
  },
  'R-11.2-05': {
    section: '11.2', area: 'reinit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'of usage %s make no PSK of an ordinary Commit'],
    ],
    vectors: [],
    checks: [],
  },
  'R-11.2-06': {
    section: '11.2', area: 'reinit', negative: true, reportedAs: ['R-11.2-06'],
    tests: [
      ['src/hostile/violations/proposals.ts', 'a resumption PSK of usage reinit'],
      ['test/requirements/positive-groups.test.ts', 'of usage %s make no PSK of an ordinary Commit'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-validation.ts'],
  },
  'R-11.3-01': {
    section: '11.3', area: 'branch', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-11.3-01, R-11.3-02: a branch is made of new KeyPackages and the branch PSK of the group and its epoch'],
    ],
    vectors: [],
    checks: [],
  },
  'R-11.3-02': {
    section: '11.3', area: 'branch', negative: false, reportedAs: ['R-11.3-02'],
    tests: [
      ['src/hostile/violations/successors.ts', 'a branch that names no PSK'],
      ['test/requirements/positive-groups.test.ts', 'R-11.3-01, R-11.3-02: a branch is made of new KeyPackages and the branch PSK of the group and its epoch'],
    ],
    vectors: [],
    checks: ['src/mls/group/succession.ts'],
  },
  'R-11.3-03': {
    section: '11.3', area: 'branch', negative: true, reportedAs: ['R-11.3-03'],
    tests: [
      ['src/hostile/violations/successors.ts', 'a branch whose psk_nonce is empty'],
      ['src/hostile/violations/successors.ts', 'a branch whose psk_nonce has 16 bytes'],
      ['src/hostile/violations/successors.ts', 'a branch whose psk_nonce has a byte too many'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-validation.ts'],
  },
  'R-11.3-04': {
    section: '11.3', area: 'branch', negative: true, reportedAs: ['R-11.3-04'],
    tests: [
      ['src/hostile/violations/successors.ts', 'a branch in another suite'],
    ],
    vectors: [],
    checks: ['src/mls/group/succession.ts'],
  },
  'R-11.3-05': {
    section: '11.3', area: 'branch', negative: true, reportedAs: ['R-11.3-05'],
    tests: [
      ['src/hostile/violations/successors.ts', 'a branch at epoch 0'],
      ['src/hostile/violations/successors.ts', 'a branch at epoch 2'],
    ],
    vectors: [],
    checks: ['src/mls/group/succession.ts'],
  },
  'R-11.3-06': {
    section: '11.3', area: 'branch', negative: true, reportedAs: ['R-11.3-06'],
    tests: [
      ['src/hostile/violations/successors.ts', 'a branch with a stranger among old members'],
      ['src/hostile/violations/successors.ts', 'a branch with a stranger and nobody else'],
      ['test/requirements/successor.test.ts', 'R-11.3-06: a branch of some of the members is joined'],
    ],
    vectors: [],
    checks: ['src/mls/group/succession.ts'],
  },
  'R-11.3-07': {
    section: '11.3', area: 'branch', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'of usage %s make no PSK of an ordinary Commit'],
    ],
    vectors: [],
    checks: [],
  },
  'R-11.3-08': {
    section: '11.3', area: 'branch', negative: true, reportedAs: ['R-11.3-08'],
    tests: [
      ['src/hostile/violations/proposals.ts', 'a resumption PSK of usage branch'],
      ['test/requirements/positive-groups.test.ts', 'of usage %s make no PSK of an ordinary Commit'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-validation.ts'],
  },
  'R-12.1-01': {
    section: '12.1', area: 'proposal', negative: true, reportedAs: ['R-12.1-01'],
    tests: [
      ['src/hostile/violations/encodings.ts', 'a proposal of unknown type 0xf0a1'],
      ['src/hostile/violations/encodings.ts', 'a proposal of type 0'],
    ],
    vectors: [],
    checks: ['src/mls/wire/proposal.ts'],
  },
  'R-12.1-02': {
    section: '12.1', area: 'proposal', negative: true, reportedAs: ['R-6.1-12'],
    tests: [
      ['src/hostile/violations/proposals.ts', 'a proposal with a bad signature under a right membership_tag'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.1-03': {
    section: '12.1', area: 'proposal', negative: true, reportedAs: ['R-12.1-03'],
    tests: [
      ['src/hostile/violations/outside-proposals.ts', 'an external sender\'s proposal for the epoch before'],
      ['src/hostile/violations/outside-proposals.ts', 'an external sender\'s proposal for the next epoch'],
      ['src/hostile/violations/proposals.ts', 'a proposal of the epoch before'],
      ['src/hostile/violations/proposals.ts', 'a proposal of the next epoch'],
      ['src/hostile/violations/public-messages.ts', 'of an epoch far ahead'],
    ],
    vectors: [],
    checks: ['src/mls/group/receive.ts'],
  },
  'R-12.1-04': {
    section: '12.1', area: 'proposal', negative: true, reportedAs: ['R-12.2-20'],
    tests: [
      ['src/hostile/violations/proposals.ts', 'a ProposalRef from the epoch before'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.1.1-01': {
    section: '12.1.1', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-12.1.1-01, R-12.1.1-03, R-12.1.1-04: added members take the blank leaves from the left, as they are, unmerged at every ancestor that is not blank'],
    ],
    vectors: ['tree-operations'],
    checks: [],
  },
  'R-12.1.1-02': {
    section: '12.1.1', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-7.7-01, R-C-02, R-12.1.1-02: a full tree grows by a blank root and as many blanks as it has nodes and one, the new leaf first among them'],
    ],
    vectors: ['tree-operations'],
    checks: [],
  },
  'R-12.1.1-03': {
    section: '12.1.1', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-12.1.1-01, R-12.1.1-03, R-12.1.1-04: added members take the blank leaves from the left, as they are, unmerged at every ancestor that is not blank'],
      ['test/requirements/positive-tree.test.ts', 'R-12.1.1-03: an unmerged leaf gets its sorted place'],
    ],
    vectors: ['tree-operations'],
    checks: [],
  },
  'R-12.1.1-04': {
    section: '12.1.1', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-12.1.1-04: a member has exactly the leaf of the KeyPackage that added it'],
      ['test/requirements/positive-tree.test.ts', 'R-12.1.1-01, R-12.1.1-03, R-12.1.1-04: added members take the blank leaves from the left, as they are, unmerged at every ancestor that is not blank'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.1.2-01': {
    section: '12.1.2', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-12.1.2-01: an Update changes the leaf of its sender, not of whoever commits it'],
    ],
    vectors: ['tree-operations'],
    checks: [],
  },
  'R-12.1.2-02': {
    section: '12.1.2', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-12.1.2-02: an Update blanks every ancestor of its leaf, and no other node'],
    ],
    vectors: ['tree-operations'],
    checks: [],
  },
  'R-12.1.2-03': {
    section: '12.1.2', area: 'proposal', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.1.2-03: leaves the old key in force until it is committed, and the new one from then on'],
    ],
    vectors: [],
    checks: ['src/mls/group/process-commit.ts'],
  },
  'R-12.1.3-01': {
    section: '12.1.3', area: 'proposal', negative: true, reportedAs: ['R-12.1.3-01'],
    tests: [
      ['src/hostile/violations/external-commits.ts', 'an external Commit that removes a blank leaf'],
      ['src/hostile/violations/external-commits.ts', 'an external Commit that removes a leaf past the tree'],
      ['src/hostile/violations/proposals.ts', 'a Remove of a blank leaf'],
      ['src/hostile/violations/proposals.ts', 'a Remove past the tree'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-validation.ts'],
  },
  'R-12.1.3-02': {
    section: '12.1.3', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-7.7-02, R-C-02, R-12.1.3-02, R-12.1.3-03: a Remove blanks leaf and ancestors, and a right half without a member goes, to (N - 1) / 2 nodes'],
    ],
    vectors: ['tree-operations'],
    checks: [],
  },
  'R-12.1.3-03': {
    section: '12.1.3', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-7.7-02, R-C-02, R-12.1.3-02, R-12.1.3-03: a Remove blanks leaf and ancestors, and a right half without a member goes, to (N - 1) / 2 nodes'],
    ],
    vectors: ['tree-operations'],
    checks: [],
  },
  'R-12.1.4-01': {
    section: '12.1.4', area: 'psk', negative: true, reportedAs: ['R-12.1.4-01'],
    tests: [
      ['src/hostile/violations/proposals.ts', 'a PSK nonce of 16 bytes'],
      ['src/hostile/violations/proposals.ts', 'an empty PSK nonce'],
      ['src/hostile/violations/proposals.ts', 'a PSK nonce with a byte too many'],
      ['src/hostile/violations/welcomes.ts', 'a Welcome with a PSK nonce of 16 bytes'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-validation.ts'],
  },
  'R-12.1.4-02': {
    section: '12.1.4', area: 'psk', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8.4-01, R-12.4.1-14, R-8.4-02, R-12.1.4-02, R-8.4-03: PSKs have the order of the Commit in the Welcome, and fresh nonces of full length'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.1.5-01': {
    section: '12.1.5', area: 'reinit', negative: true, reportedAs: ['R-12.1.5-01'],
    tests: [
      ['src/hostile/violations/proposals.ts', 'a ReInit to version 0'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-validation.ts'],
  },
  'R-12.1.6-01': {
    section: '12.1.6', area: 'external-commit', negative: true, reportedAs: ['R-12.1.6-01'],
    tests: [
      ['src/hostile/violations/proposals.ts', 'an ExternalInit by a member'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-validation.ts', 'src/mls/group/propose.ts'],
  },
  'R-12.1.7-01': {
    section: '12.1.7', area: 'proposal-list', negative: true, reportedAs: ['R-12.1.7-01'],
    tests: [
      ['src/hostile/violations/proposal-lists.ts', 'GroupContextExtensions that require an extension type which a member lacks'],
      ['src/hostile/violations/proposal-lists.ts', 'GroupContextExtensions that require a proposal type which a member lacks'],
      ['src/hostile/violations/proposal-lists.ts', 'GroupContextExtensions that require a credential type which a member lacks'],
      ['test/requirements/proposal-list.test.ts', 'R-12.1.7-01: members that the same Commit removes do not count'],
      ['test/requirements/positive-path.test.ts', 'R-12.3-01, R-12.2-17: GroupContextExtensions count before the Adds of the same Commit, and for who stays or comes'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-list.ts'],
  },
  'R-12.1.7-02': {
    section: '12.1.7', area: 'proposal', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-8.1-05, R-12.1.7-02: change by GroupContextExtensions only, which replaces all of them and keeps order and bytes'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.1.8-01': {
    section: '12.1.8', area: 'proposal', negative: true, reportedAs: ['R-12.1.8-01'],
    tests: [
      ['src/hostile/violations/outside-proposals.ts', 'an external proposal in a group without external_senders'],
      ['test/service/statuses.test.ts', 'a signer that the group does not list'],
    ],
    vectors: [],
    checks: ['src/mls/group/receive.ts', 'src/service/rpcs/outsiders.ts'],
  },
  'R-12.1.8-02': {
    section: '12.1.8', area: 'proposal', negative: true, reportedAs: ['R-12.1.8-02'],
    tests: [
      ['test/requirements/proposals.test.ts', 'R-12.1.8-02: a self-Add by somebody whom the application refuses'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-validation.ts'],
  },
  'R-12.1.8-03': {
    section: '12.1.8', area: 'proposal', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-6-10, R-12.1.8-03: whoever stands outside sends PublicMessages, whatever it prefers inside'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.1.8-04': {
    section: '12.1.8', area: 'proposal', negative: true, reportedAs: ['R-12.1.8-04'],
    tests: [
      ['src/hostile/violations/outside-proposals.ts', 'an Update from an external sender'],
      ['src/hostile/violations/outside-proposals.ts', 'an ExternalInit from an external sender'],
      ['test/requirements/proposals.test.ts', 'R-12.1.8-04: %s of an external sender is accepted'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-validation.ts', 'src/mls/group/receive.ts'],
  },
  'R-12.1.8-05': {
    section: '12.1.8', area: 'registry', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-12.1.8.1-01': {
    section: '12.1.8.1', area: 'extension', negative: true, reportedAs: ['R-12.1.8.1-01'],
    tests: [
      ['src/hostile/violations/proposals.ts', 'an external_senders that does not parse'],
      ['src/hostile/violations/welcomes.ts', 'a GroupContext with an external_senders that does not parse'],
    ],
    vectors: [],
    checks: ['src/mls/group/group-extensions.ts'],
  },
  'R-12.1.8.1-02': {
    section: '12.1.8.1', area: 'proposal', negative: true, reportedAs: ['R-6.1-06'],
    tests: [
      ['src/hostile/violations/outside-proposals.ts', 'a proposal by an external sender that was dropped from the list since'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.2-01': {
    section: '12.2', area: 'proposal-list', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.2-01: does not send a Commit whose list is not valid, and stays as it is'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.2-02': {
    section: '12.2', area: 'proposal-list', negative: true, reportedAs: ['R-12.2-05'],
    tests: [
      ['src/hostile/violations/proposal-lists.ts', 'an Add and a Remove of the committer'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.2-03': {
    section: '12.2', area: 'proposal-list', negative: true, reportedAs: ['R-12.1.3-01'],
    tests: [
      ['src/hostile/violations/proposal-lists.ts', 'one invalid proposal among valid ones'],
      ['test/service/calls.test.ts', 'two Removes'],
      ['test/service/calls.test.ts', '%s'],
      ['test/service/calls.test.ts', 'each call makes one line in the log, with names, ids, sizes and times, and no contents'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.2-04': {
    section: '12.2', area: 'proposal-list', negative: true, reportedAs: ['R-12.2-04'],
    tests: [
      ['src/hostile/violations/proposal-lists.ts', 'the committer\'s own Update'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-list.ts', 'src/mls/group/propose.ts'],
  },
  'R-12.2-05': {
    section: '12.2', area: 'proposal-list', negative: true, reportedAs: ['R-12.2-05'],
    tests: [
      ['src/hostile/violations/private-messages.ts', 'that removes its committer'],
      ['src/hostile/violations/proposal-lists.ts', 'a Remove of the committer'],
      ['test/requirements/proposal-list.test.ts', 'R-12.2-05, R-12.2-09, R-12.2-13: the engine does not commit such a list itself'],
      ['test/requirements/proposal-list.test.ts', 'R-12.2-19: an Add by a member whom the application refuses'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-list.ts'],
  },
  'R-12.2-06': {
    section: '12.2', area: 'proposal-list', negative: true, reportedAs: ['R-12.2-06'],
    tests: [
      ['src/hostile/violations/proposal-lists.ts', 'two Removes of one leaf'],
      ['src/hostile/violations/proposal-lists.ts', 'an Update and then a Remove of one leaf'],
      ['src/hostile/violations/proposal-lists.ts', 'an Update and a Remove of one leaf, both by reference'],
      ['src/hostile/violations/proposal-lists.ts', 'two Updates of one leaf'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-list.ts'],
  },
  'R-12.2-07': {
    section: '12.2', area: 'proposal-list', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.2-07: of several proposals for a leaf keeps a Remove, or else the latest Update'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.2-08': {
    section: '12.2', area: 'proposal-list', negative: true, reportedAs: ['R-12.2-08'],
    tests: [
      ['src/hostile/violations/proposal-lists.ts', 'two Adds of one client'],
      ['src/hostile/violations/proposal-lists.ts', 'one Add twice'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-list.ts'],
  },
  'R-12.2-09': {
    section: '12.2', area: 'proposal-list', negative: true, reportedAs: ['R-12.2-09'],
    tests: [
      ['src/hostile/violations/proposal-lists.ts', 'an Add of a client already in the group'],
      ['test/requirements/proposal-list.test.ts', 'R-12.2-05, R-12.2-09, R-12.2-13: the engine does not commit such a list itself'],
      ['test/requirements/traps.test.ts', 'trap 8: Remove and re-Add of one client in one Commit is judged on the tree after the removal'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-list.ts'],
  },
  'R-12.2-10': {
    section: '12.2', area: 'proposal-list', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.2-10: a member may be removed and added again by one Commit, with the same signature key'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.2-11': {
    section: '12.2', area: 'proposal-list', negative: true, reportedAs: ['R-12.2-11'],
    tests: [
      ['src/hostile/violations/proposal-lists.ts', 'one PSK id and nonce twice'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-list.ts'],
  },
  'R-12.2-12': {
    section: '12.2', area: 'proposal-list', negative: true, reportedAs: ['R-12.2-12'],
    tests: [
      ['src/hostile/violations/proposal-lists.ts', 'two GroupContextExtensions'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-list.ts'],
  },
  'R-12.2-13': {
    section: '12.2', area: 'reinit', negative: true, reportedAs: ['R-12.2-13'],
    tests: [
      ['src/hostile/violations/proposal-lists.ts', 'ReInit and Add'],
      ['src/hostile/violations/proposal-lists.ts', 'Remove and ReInit'],
      ['src/hostile/violations/proposal-lists.ts', 'two ReInits'],
      ['test/requirements/proposal-list.test.ts', 'R-12.2-05, R-12.2-09, R-12.2-13: the engine does not commit such a list itself'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-list.ts'],
  },
  'R-12.2-14': {
    section: '12.2', area: 'reinit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.2-14: leaves a ReInit for later when there are other proposals'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.2-15': {
    section: '12.2', area: 'proposal-list', negative: true, reportedAs: ['R-12.2-15'],
    tests: [
      ['src/hostile/violations/proposal-lists.ts', 'an ExternalInit in a regular Commit'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-list.ts'],
  },
  'R-12.2-16': {
    section: '12.2', area: 'proposal-list', negative: true, reportedAs: ['R-13.2-01'],
    tests: [
      ['test/requirements/proposal-list.test.ts', 'R-12.2-16, R-13.2-01: a custom proposal that one member does not support'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.2-17': {
    section: '12.2', area: 'proposal-list', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-12.3-01, R-12.2-17: GroupContextExtensions count before the Adds of the same Commit, and for who stays or comes'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.2-18': {
    section: '12.2', area: 'proposal-list', negative: true, reportedAs: ['R-7.3-14'],
    tests: [
      ['src/hostile/violations/proposal-lists.ts', 'an Update and an Add that introduce one encryption_key'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.2-19': {
    section: '12.2', area: 'proposal-list', negative: true, reportedAs: ['R-12.2-19'],
    tests: [
      ['test/requirements/proposal-list.test.ts', 'R-12.2-19: an Add by a member whom the application refuses'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-validation.ts'],
  },
  'R-12.2-20': {
    section: '12.2', area: 'proposal-list', negative: true, reportedAs: ['R-12.2-20'],
    tests: [
      ['src/hostile/violations/private-messages.ts', 'with an unknown ProposalRef'],
      ['src/hostile/violations/proposal-lists.ts', 'an unknown ProposalRef'],
      ['src/hostile/violations/proposal-lists.ts', 'a ProposalRef of a proposal that was never sent'],
    ],
    vectors: [],
    checks: ['src/mls/group/process-commit.ts', 'src/mls/group/select-proposals.ts'],
  },
  'R-12.2-21': {
    section: '12.2', area: 'external-commit', negative: true, reportedAs: ['R-12.2-21'],
    tests: [
      ['src/hostile/violations/external-commits.ts', 'no ExternalInit'],
      ['src/hostile/violations/external-commits.ts', 'two ExternalInits'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-list.ts'],
  },
  'R-12.2-22': {
    section: '12.2', area: 'external-commit', negative: true, reportedAs: ['R-12.2-22'],
    tests: [
      ['src/hostile/violations/external-commits.ts', 'two Removes'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-list.ts'],
  },
  'R-12.2-23': {
    section: '12.2', area: 'external-commit', negative: true, reportedAs: ['R-12.2-23'],
    tests: [
      ['src/hostile/violations/external-commits.ts', 'a resync with the removed leaf\'s encryption_key'],
    ],
    vectors: [],
    checks: ['src/mls/group/process-commit.ts'],
  },
  'R-12.2-24': {
    section: '12.2', area: 'external-commit', negative: true, reportedAs: ['R-12.2-24'],
    tests: [
      ['src/hostile/violations/external-commits.ts', 'an external Commit that removes somebody else\'s leaf'],
    ],
    vectors: [],
    checks: ['src/mls/group/process-commit.ts'],
  },
  'R-12.2-25': {
    section: '12.2', area: 'external-commit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.2-25, R-12.4.3.2-06: an external Commit may bring PSKs, and everybody takes its init secret'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.2-26': {
    section: '12.2', area: 'external-commit', negative: true, reportedAs: ['R-12.2-26'],
    tests: [
      ['src/hostile/violations/external-commits.ts', 'an external Commit with an Add'],
      ['src/hostile/violations/external-commits.ts', 'an external Commit with GroupContextExtensions'],
      ['src/hostile/violations/external-commits.ts', 'an external Commit with an Update'],
      ['src/hostile/violations/external-commits.ts', 'an external Commit with a ReInit'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-list.ts'],
  },
  'R-12.3-01': {
    section: '12.3', area: 'proposal-list', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-12.3-01, R-12.3-03, R-12.3-04: Removes free leaves before Adds take them, wherever they stand in the list, and Adds keep their order'],
      ['test/requirements/positive-path.test.ts', 'R-12.3-01, R-12.2-17: GroupContextExtensions count before the Adds of the same Commit, and for who stays or comes'],
    ],
    vectors: ['passive-client-random'],
    checks: [],
  },
  'R-12.3-02': {
    section: '12.3', area: 'proposal-list', negative: true, reportedAs: ['R-12.3-02'],
    tests: [
      ['src/hostile/violations/proposal-lists.ts', 'an Add lacking what the same Commit starts to require'],
      ['test/requirements/positive-path.test.ts', 'R-12.3-01, R-12.2-17: GroupContextExtensions count before the Adds of the same Commit, and for who stays or comes'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-list.ts'],
  },
  'R-12.3-03': {
    section: '12.3', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-12.3-01, R-12.3-03, R-12.3-04: Removes free leaves before Adds take them, wherever they stand in the list, and Adds keep their order'],
    ],
    vectors: ['passive-client-random'],
    checks: [],
  },
  'R-12.3-04': {
    section: '12.3', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-12.3-01, R-12.3-03, R-12.3-04: Removes free leaves before Adds take them, wherever they stand in the list, and Adds keep their order'],
    ],
    vectors: ['passive-client-random'],
    checks: [],
  },
  'R-12.3-05': {
    section: '12.3', area: 'registry', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-12.4-01': {
    section: '12.4', area: 'commit', negative: true, reportedAs: ['R-12.4-01'],
    tests: [
      ['src/hostile/violations/encodings.ts', 'ProposalOrRef type ${type}'],
    ],
    vectors: [],
    checks: ['src/mls/wire/proposal.ts'],
  },
  'R-12.4-02': {
    section: '12.4', area: 'commit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.4-02: a proposal in a Commit is that of the committer by value, and that of its sender by reference'],
    ],
    vectors: ['passive-client-handling-commit'],
    checks: [],
  },
  'R-12.4-03': {
    section: '12.4', area: 'commit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.4-06, R-12.4-03: covers all valid proposals of the epoch, its own by reference too, but for an Update of its own'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4-04': {
    section: '12.4', area: 'commit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-12.4-04, R-15.2-02: application data waits until pending proposals are committed'],
      ['test/requirements/traps.test.ts', 'trap 5: a stored proposal that cannot be committed blocks nothing, and can be dropped'],
      ['test/service/peers-rules.test.ts', 'application data may be sent while a proposal is pending, with a notice in the log'],
    ],
    vectors: [],
    checks: ['src/mls/group/propose.ts', 'src/service/rpcs/epoch.ts'],
  },
  'R-12.4-05': {
    section: '12.4', area: 'commit', negative: true, reportedAs: ['R-12.2-06'],
    tests: [
      ['src/hostile/violations/proposal-lists.ts', 'a Remove and then an Update of one member'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4-06': {
    section: '12.4', area: 'commit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.4-06, R-12.4-03: covers all valid proposals of the epoch, its own by reference too, but for an Update of its own'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4-07': {
    section: '12.4', area: 'commit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.4-07, R-12.4-08: nobody refuses a Commit that leaves proposals out, and whoever sent one may send it again'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4-08': {
    section: '12.4', area: 'proposal', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.4-07, R-12.4-08: nobody refuses a Commit that leaves proposals out, and whoever sent one may send it again'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4-09': {
    section: '12.4', area: 'commit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'a Commit of these proposals has a path exactly when it needs one: %j'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4-10': {
    section: '12.4', area: 'commit', negative: true, reportedAs: ['R-12.4-10'],
    tests: [
      ['src/hostile/violations/private-messages.ts', 'that has no proposals and no path'],
      ['src/hostile/violations/proposal-lists.ts', 'without a path that has no proposals'],
      ['test/requirements/proposal-list.test.ts', 'R-12.4-12: a Commit with nothing but %s needs no path'],
    ],
    vectors: [],
    checks: ['src/mls/group/process-commit.ts'],
  },
  'R-12.4-11': {
    section: '12.4', area: 'commit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.4-11, R-12.4.1-01, R-12.4.1-02: Adds alone need no path and may have one; an Update by reference needs one'],
      ['test/requirements/positive-groups.test.ts', 'a Commit of these proposals has a path exactly when it needs one: %j'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4-12': {
    section: '12.4', area: 'commit', negative: true, reportedAs: ['R-12.4-12'],
    tests: [
      ['src/hostile/violations/proposal-lists.ts', 'without a path that has GroupContextExtensions'],
      ['src/hostile/violations/proposal-lists.ts', 'without a path that has a Remove'],
      ['src/hostile/violations/proposal-lists.ts', 'without a path that has an Add and a Remove'],
      ['test/requirements/proposal-list.test.ts', 'R-12.4-12: a Commit with nothing but %s needs no path'],
    ],
    vectors: [],
    checks: ['src/mls/group/process-commit.ts'],
  },
  'R-12.4-13': {
    section: '12.4', area: 'registry', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-12.4.1-01': {
    section: '12.4.1', area: 'commit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.4-11, R-12.4.1-01, R-12.4.1-02: Adds alone need no path and may have one; an Update by reference needs one'],
      ['test/requirements/positive-groups.test.ts', 'a Commit of these proposals has a path exactly when it needs one: %j'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.1-02': {
    section: '12.4.1', area: 'commit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.4-11, R-12.4.1-01, R-12.4.1-02: Adds alone need no path and may have one; an Update by reference needs one'],
      ['test/requirements/positive-groups.test.ts', 'a Commit of these proposals has a path exactly when it needs one: %j'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.1-03': {
    section: '12.4.1', area: 'external-commit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.4.1-03: who joins from outside takes the leftmost blank leaf, its own former one if that is the first, or a new one'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.1-04': {
    section: '12.4.1', area: 'treekem', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.4-03, R-7.4-04, R-12.4.1-04: path secrets follow one from the other, keys from each, commit_secret from the last'],
      ['test/requirements/positive-path.test.ts', 'R-7.5-14, R-12.4.1-04: a lone member sets a path of no nodes with an empty parent hash, and enters a new epoch'],
    ],
    vectors: ['treekem'],
    checks: [],
  },
  'R-12.4.1-05': {
    section: '12.4.1', area: 'treekem', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-12.4.1-05: path secrets are encrypted for the new epoch, tree and extensions, and the old transcript'],
    ],
    vectors: ['passive-client-handling-commit'],
    checks: [],
  },
  'R-12.4.1-06': {
    section: '12.4.1', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8-03, R-8-04, R-8-06, R-8-07, R-12.4.1-06, R-8.4-05, R-8.4-06, R-8.4-07, R-12.4.1-08: joiner_secret, psk_secret and epoch_secret lead to the secrets of the epoch'],
    ],
    vectors: ['passive-client-handling-commit'],
    checks: [],
  },
  'R-12.4.1-07': {
    section: '12.4.1', area: 'commit', negative: false, reportedAs: ['R-6.1-12'],
    tests: [
      ['src/hostile/violations/commits.ts', 'a Commit that changes the signature key, signed with the new one'],
      ['test/requirements/commit.test.ts', 'R-12.4.1-07: the engine signs a Commit that changes the signature key with the old one, and from then on the new key is in force'],
      ['test/requirements/positive-crypto.test.ts', 'R-6.1-01, R-12.4.1-07, R-17.6-01: the signature is over version, wire format, content and the old GroupContext'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.1-08': {
    section: '12.4.1', area: 'commit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8-03, R-8-04, R-8-06, R-8-07, R-12.4.1-06, R-8.4-05, R-8.4-06, R-8.4-07, R-12.4.1-08: joiner_secret, psk_secret and epoch_secret lead to the secrets of the epoch'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.1-09': {
    section: '12.4.1', area: 'message-protection', negative: true, reportedAs: ['R-6.2-04'],
    tests: [
      ['src/hostile/violations/commits.ts', 'a membership_tag made with the new epoch\'s key'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.1-10': {
    section: '12.4.1', area: 'group-info', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-6.1-14, R-8.2-02, R-6.1-13, R-12.4.1-10: confirmation_tag and interim hash follow from the confirmed hash'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.1-11': {
    section: '12.4.1', area: 'group-info', negative: false, reportedAs: ['R-12.4.3-06'],
    tests: [
      ['src/hostile/violations/welcomes.ts', 'a GroupInfo signed with the key that its signer had before'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.1-12': {
    section: '12.4.1', area: 'welcome', negative: true, reportedAs: ['R-12.4.1-12'],
    tests: [
      ['src/hostile/violations/welcomes.ts', 'the path secret of another node than the common ancestor'],
    ],
    vectors: [],
    checks: ['src/mls/tree/treekem.ts'],
  },
  'R-12.4.1-13': {
    section: '12.4.1', area: 'welcome', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8-05, R-12.4.1-13, R-12.4.3.1-07, R-12.4.3.1-20: the Welcome has joiner_secret, and its GroupInfo opens under a key of welcome_secret'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.1-14': {
    section: '12.4.1', area: 'welcome', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8.4-01, R-12.4.1-14, R-8.4-02, R-12.1.4-02, R-8.4-03: PSKs have the order of the Commit in the Welcome, and fresh nonces of full length'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.1-15': {
    section: '12.4.1', area: 'welcome', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.4.1-15: makes one Welcome for all whom it adds'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.1-16': {
    section: '12.4.1', area: 'reinit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-11.2-04, R-12.4.1-16, R-12.4.1-17: one proposes a ReInit, another commits it, a third makes the successor of the same members'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.1-17': {
    section: '12.4.1', area: 'reinit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-11.2-04, R-12.4.1-16, R-12.4.1-17: one proposes a ReInit, another commits it, a third makes the successor of the same members'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.2-01': {
    section: '12.4.2', area: 'commit', negative: true, reportedAs: ['R-12.4.2-01'],
    tests: [
      ['src/hostile/violations/commits.ts', 'a Commit for the epoch before'],
      ['src/hostile/violations/commits.ts', 'a Commit for the epoch after'],
      ['src/hostile/violations/public-messages.ts', 'of an epoch far ahead'],
      ['test/mls/group/restart.test.ts', 'a stale copy sends with keys that were used: others refuse it by R-9.1-05 in its epoch and by R-12.4.2-01 after it, and no nonce is the same'],
    ],
    vectors: [],
    checks: ['src/mls/group/receive.ts'],
  },
  'R-12.4.2-02': {
    section: '12.4.2', area: 'commit', negative: true, reportedAs: ['R-6.1-12'],
    tests: [
      ['src/hostile/violations/commits.ts', 'a Commit with a bad signature and a right membership_tag'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.2-03': {
    section: '12.4.2', area: 'psk', negative: true, reportedAs: ['R-12.4.2-03'],
    tests: [
      ['src/hostile/violations/commits.ts', 'an external PSK that the receiver lacks'],
      ['src/hostile/violations/external-commits.ts', 'an external Commit with a PSK that a member lacks'],
      ['test/mls/group/client.test.ts', 'R-12.4.2-03: a PSK that a committer does not have is its own fault, and the group goes on'],
      ['test/requirements/positive-groups.test.ts', 'R-8.4-04: of another group work for all who were in it, and for nobody else'],
    ],
    vectors: [],
    checks: ['src/mls/group/create-commit.ts', 'src/mls/group/external-commit.ts', 'src/mls/group/process-commit.ts'],
  },
  'R-12.4.2-04': {
    section: '12.4.2', area: 'commit', negative: true, reportedAs: ['R-12.4.2-04'],
    tests: [
      ['src/hostile/violations/private-messages.ts', 'without a path that names GroupContextExtensions by reference'],
      ['src/hostile/violations/proposal-lists.ts', 'without a path that names an Update by reference'],
      ['src/hostile/violations/proposal-lists.ts', 'without a path that names a Remove by reference'],
    ],
    vectors: [],
    checks: ['src/mls/group/process-commit.ts'],
  },
  'R-12.4.2-05': {
    section: '12.4.2', area: 'external-commit', negative: true, reportedAs: ['R-12.4.2-05'],
    tests: [
      ['src/hostile/violations/external-commits.ts', 'an external Commit whose leaf is signed for another leaf index'],
      ['src/hostile/violations/external-commits.ts', 'an external Commit whose leaf is signed for a place at the end, where a blank leaf is further left'],
    ],
    vectors: [],
    checks: ['src/mls/group/process-commit.ts', 'src/mls/tree/leaf-node-validation.ts'],
  },
  'R-12.4.2-06': {
    section: '12.4.2', area: 'commit', negative: true, reportedAs: ['R-12.4.2-06', 'R-12.4.2-05'],
    tests: [
      ['src/hostile/violations/external-commits.ts', 'an external Commit whose leaf is badly signed'],
      ['src/hostile/violations/external-commits.ts', 'an external Commit whose leaf has source key_package'],
      ['src/hostile/violations/private-messages.ts', 'whose path leaf is badly signed'],
      ['src/hostile/violations/update-paths.ts', 'a path leaf of source key_package'],
      ['src/hostile/violations/update-paths.ts', 'a path leaf of source update'],
      ['src/hostile/violations/update-paths.ts', 'a path leaf that is badly signed'],
      ['src/hostile/violations/update-paths.ts', 'a path leaf edited after it was signed'],
    ],
    vectors: [],
    checks: ['src/mls/group/process-commit.ts', 'src/mls/group/proposal-validation.ts', 'src/mls/tree/leaf-node-validation.ts'],
  },
  'R-12.4.2-07': {
    section: '12.4.2', area: 'commit', negative: true, reportedAs: ['R-12.4.2-07'],
    tests: [
      ['src/hostile/violations/update-paths.ts', 'a path that keeps the committer\'s leaf key'],
    ],
    vectors: [],
    checks: ['src/mls/group/process-commit.ts'],
  },
  'R-12.4.2-08': {
    section: '12.4.2', area: 'commit', negative: true, reportedAs: ['R-12.4.2-08'],
    tests: [
      ['src/hostile/violations/external-commits.ts', 'an external Commit with another member\'s encryption_key'],
      ['src/hostile/violations/private-messages.ts', 'whose path reuses another leaf\'s key'],
      ['src/hostile/violations/update-paths.ts', 'an UpdatePath that reuses another leaf\'s key'],
      ['src/hostile/violations/update-paths.ts', 'an UpdatePath that reuses the key of a parent outside the path'],
      ['src/hostile/violations/update-paths.ts', 'a path whose leaf has the key of a parent'],
    ],
    vectors: [],
    checks: ['src/mls/tree/treekem.ts'],
  },
  'R-12.4.2-09': {
    section: '12.4.2', area: 'commit', negative: true, reportedAs: ['R-12.4.2-09'],
    tests: [
      ['src/hostile/violations/commits.ts', 'an altered confirmation_tag'],
      ['src/hostile/violations/commits.ts', 'a PSK whose value is not what the receiver has'],
      ['src/hostile/violations/commits.ts', 'an empty confirmation_tag'],
      ['src/hostile/violations/private-messages.ts', 'with an altered confirmation_tag'],
      ['test/requirements/commit.test.ts', 'R-12.4.2-10: a Commit refused in every epoch leaves no trace in who follows the honest history'],
      ['test/requirements/framing.test.ts', 'R-9.1-05, R-9.2-07: a private Commit that is refused after its signature held has used its key, and no other'],
    ],
    vectors: [],
    checks: ['src/mls/group/process-commit.ts'],
  },
  'R-12.4.2-10': {
    section: '12.4.2', area: 'commit', negative: true, reportedAs: ['R-12.4.2-09', 'R-7.5-11'],
    tests: [
      ['src/hostile/violations/commits.ts', 'a Commit that is refused at its last check, after its proposals and its path'],
      ['src/hostile/violations/commits.ts', 'a Commit that is refused at its path, after its proposals'],
      ['test/requirements/commit.test.ts', 'R-12.4.2-10: a Commit refused in every epoch leaves no trace in who follows the honest history'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.2-11': {
    section: '12.4.2', area: 'reinit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/successor.test.ts', 'R-12.4.2-12: after a ReInit the group sends and takes nothing more'],
      ['test/mls/group/succession.test.ts', 'a ReInit by one member, committed by another, is finished by a third in another suite'],
      ['test/service/statuses.test.ts', 'a group that was reinitialized sends nothing any more'],
    ],
    vectors: [],
    checks: ['src/mls/group/create-commit.ts', 'src/mls/group/propose.ts', 'src/mls/group/receive.ts'],
  },
  'R-12.4.2-12': {
    section: '12.4.2', area: 'reinit', negative: true, reportedAs: ['R-12.4.2-12'],
    tests: [
      ['src/hostile/violations/successors.ts', 'a successor that names no PSK'],
      ['src/hostile/violations/successors.ts', 'a successor with a PSK of usage application instead'],
      ['test/requirements/successor.test.ts', 'R-12.4.2-12: after a ReInit the group sends and takes nothing more'],
    ],
    vectors: [],
    checks: ['src/mls/group/succession.ts'],
  },
  'R-12.4.2-13': {
    section: '12.4.2', area: 'commit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.4.2-14, R-12.4.2-13, R-14-02: are told of their removal once it is verified, and can wipe what they had'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.2-14': {
    section: '12.4.2', area: 'commit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.4.2-14, R-12.4.2-13, R-14-02: are told of their removal once it is verified, and can wipe what they had'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.3-01': {
    section: '12.4.3', area: 'group-info', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-12.4.3-01: a GroupInfo is context, extensions, tag, signer and signature'],
    ],
    vectors: ['welcome', 'messages'],
    checks: [],
  },
  'R-12.4.3-02': {
    section: '12.4.3', area: 'group-info', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-12.4.3-02, R-13.4-03: unknown extensions of a GroupInfo are passed over'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.3-03': {
    section: '12.4.3', area: 'group-info', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-7.2-08, R-13.5-01, R-13.5-02, R-13.5-03, R-10-12, R-12.4.3-03, R-13.5-09: GREASE is mixed in unless it is turned off, into its seven fields and no other'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.3-04': {
    section: '12.4.3', area: 'group-info', negative: true, reportedAs: ['R-12.4.3-04'],
    tests: [
      ['src/hostile/violations/external-joins.ts', 'a GroupInfo for an external join with an unknown extension in its GroupContext'],
      ['src/hostile/violations/welcomes.ts', 'a GroupContext with an extension that the joiner does not know'],
      ['test/requirements/positive-members.test.ts', 'R-13.5-12, R-13.5-13: GREASE that all members share by chance is support of nothing'],
      ['test/requirements/welcome.test.ts', 'of an unknown type'],
      ['test/requirements/welcome.test.ts', '%s is refused'],
    ],
    vectors: [],
    checks: ['src/mls/group/group-info.ts'],
  },
  'R-12.4.3-05': {
    section: '12.4.3', area: 'group-info', negative: true, reportedAs: ['R-12.4.3-05'],
    tests: [
      ['test/requirements/welcome.test.ts', 'R-12.4.3-05: a Welcome with the id of a group that the client is a member of is refused'],
      ['test/mls/group/client.test.ts', 'R-12.4.3-05: of two Welcomes into one group at the same time, the one that comes too late keeps its KeyPackage'],
      ['test/mls/group/client.test.ts', 'a former self that learns of its resync leaves the new membership alone'],
      ['test/mls/group/encode-group.test.ts', 'is not restored beside the live one, which would send with the same keys'],
    ],
    vectors: [],
    checks: ['src/mls/group/client.ts', 'src/mls/group/join.ts'],
  },
  'R-12.4.3-06': {
    section: '12.4.3', area: 'group-info', negative: true, reportedAs: ['R-12.4.3-06'],
    tests: [
      ['src/hostile/violations/external-joins.ts', 'a GroupInfo for an external join that names another signer'],
      ['src/hostile/violations/welcomes.ts', 'a GroupInfo with a bad signature'],
      ['src/hostile/violations/welcomes.ts', 'a GroupInfo with another member\'s index'],
    ],
    vectors: [],
    checks: ['src/mls/group/group-info.ts'],
  },
  'R-12.4.3.1-01': {
    section: '12.4.3.1', area: 'welcome', negative: true, reportedAs: ['R-12.4.3.1-01'],
    tests: [
      ['src/hostile/violations/welcomes.ts', 'no ratchet_tree and none supplied'],
    ],
    vectors: [],
    checks: ['src/mls/group/group-info.ts'],
  },
  'R-12.4.3.1-02': {
    section: '12.4.3.1', area: 'welcome', negative: true, reportedAs: ['R-12.4.3.1-02'],
    tests: [
      ['src/hostile/violations/welcomes.ts', 'no entry for the client'],
      ['test/requirements/welcome.test.ts', 'R-12.4.3.1-02: a KeyPackage serves one join only, unless it is a last resort'],
      ['test/requirements/positive-members.test.ts', 'R-10-01, R-16.8-02: a KeyPackage serves one join, unless it says that it is a last resort'],
    ],
    vectors: [],
    checks: ['src/mls/group/join.ts'],
  },
  'R-12.4.3.1-03': {
    section: '12.4.3.1', area: 'welcome', negative: true, reportedAs: ['R-12.4.3.1-03'],
    tests: [
      ['src/hostile/violations/welcomes.ts', 'a suite that is not the KeyPackage\'s'],
    ],
    vectors: [],
    checks: ['src/mls/group/join.ts'],
  },
  'R-12.4.3.1-04': {
    section: '12.4.3.1', area: 'welcome', negative: true, reportedAs: ['R-12.4.3.1-04'],
    tests: [
      ['src/hostile/violations/welcomes.ts', 'an encrypted_group_info that was swapped'],
      ['test/requirements/mutations.test.ts', 'R-12.4.3.1-04: a Welcome, and the KeyPackage still joins'],
    ],
    vectors: [],
    checks: ['src/mls/group/join.ts'],
  },
  'R-12.4.3.1-05': {
    section: '12.4.3.1', area: 'psk', negative: true, reportedAs: ['R-12.4.3.1-05'],
    tests: [
      ['src/hostile/violations/successors.ts', 'a successor that names a group nobody here knows'],
      ['src/hostile/violations/welcomes.ts', 'a PSK that the client lacks'],
      ['test/requirements/welcome.test.ts', 'R-12.4.3.1-05: external PSKs named in the GroupSecrets are mixed in, in their order'],
    ],
    vectors: [],
    checks: ['src/mls/group/join.ts'],
  },
  'R-12.4.3.1-06': {
    section: '12.4.3.1', area: 'psk', negative: true, reportedAs: ['R-12.4.3.1-06'],
    tests: [
      ['src/hostile/violations/successors.ts', 'a successor with two reinit PSKs'],
    ],
    vectors: [],
    checks: ['src/mls/group/join.ts'],
  },
  'R-12.4.3.1-07': {
    section: '12.4.3.1', area: 'welcome', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8-05, R-12.4.1-13, R-12.4.3.1-07, R-12.4.3.1-20: the Welcome has joiner_secret, and its GroupInfo opens under a key of welcome_secret'],
    ],
    vectors: ['welcome'],
    checks: [],
  },
  'R-12.4.3.1-08': {
    section: '12.4.3.1', area: 'welcome', negative: true, reportedAs: ['R-12.4.3.1-08'],
    tests: [
      ['src/hostile/violations/welcomes.ts', 'a GroupInfo whose signer is a blank leaf'],
      ['src/hostile/violations/welcomes.ts', 'a GroupInfo whose signer lies past the tree'],
    ],
    vectors: [],
    checks: ['src/mls/group/group-info.ts'],
  },
  'R-12.4.3.1-09': {
    section: '12.4.3.1', area: 'welcome', negative: true, reportedAs: ['R-12.4.3.1-09'],
    tests: [
      ['src/hostile/violations/welcomes.ts', 'another suite in the GroupContext'],
    ],
    vectors: [],
    checks: ['src/mls/group/join.ts'],
  },
  'R-12.4.3.1-10': {
    section: '12.4.3.1', area: 'tree-hash', negative: true, reportedAs: ['R-12.4.3.1-10'],
    tests: [
      ['src/hostile/violations/ratchet-trees.ts', 'a tree with one leaf exchanged, under the GroupContext of the honest one'],
    ],
    vectors: [],
    checks: ['src/mls/group/group-info.ts'],
  },
  'R-12.4.3.1-11': {
    section: '12.4.3.1', area: 'tree', negative: true, reportedAs: ['R-12.4.3.1-11'],
    tests: [
      ['src/hostile/violations/ratchet-trees.ts', 'a parent that lists a blank leaf'],
    ],
    vectors: [],
    checks: ['src/mls/tree/tree-validation.ts'],
  },
  'R-12.4.3.1-12': {
    section: '12.4.3.1', area: 'tree', negative: true, reportedAs: ['R-12.4.3.1-12'],
    tests: [
      ['src/hostile/violations/ratchet-trees.ts', 'a parent that lists a leaf outside its subtree'],
      ['src/hostile/violations/ratchet-trees.ts', 'a root that lists a leaf outside the tree'],
    ],
    vectors: [],
    checks: ['src/mls/tree/tree-validation.ts'],
  },
  'R-12.4.3.1-13': {
    section: '12.4.3.1', area: 'tree', negative: true, reportedAs: ['R-12.4.3.1-13'],
    tests: [
      ['src/hostile/violations/ratchet-trees.ts', 'a leaf that the upper parent lists and the lower one does not'],
    ],
    vectors: [],
    checks: ['src/mls/tree/tree-validation.ts'],
  },
  'R-12.4.3.1-14': {
    section: '12.4.3.1', area: 'tree', negative: true, reportedAs: ['R-12.4.3.1-14'],
    tests: [
      ['src/hostile/violations/ratchet-trees.ts', 'two parents with one key'],
      ['src/hostile/violations/ratchet-trees.ts', 'a parent and a leaf with one key, though the parent has unmerged leaves'],
    ],
    vectors: [],
    checks: ['src/mls/tree/tree-validation.ts'],
  },
  'R-12.4.3.1-15': {
    section: '12.4.3.1', area: 'welcome', negative: true, reportedAs: ['R-12.4.3.1-15'],
    tests: [
      ['src/hostile/violations/ratchet-trees.ts', 'a tree without the exact leaf of the target\'s KeyPackage'],
    ],
    vectors: [],
    checks: ['src/mls/group/join.ts'],
  },
  'R-12.4.3.1-16': {
    section: '12.4.3.1', area: 'welcome', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.4.3.1-16, R-12.4.3.1-19: a joiner has the keys that the path secret in its Welcome leads to, and without one that of its leaf'],
    ],
    vectors: ['treekem'],
    checks: [],
  },
  'R-12.4.3.1-17': {
    section: '12.4.3.1', area: 'welcome', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/welcome.test.ts', 'R-12.4.3.1-17: above the common ancestor one path step is taken per non-blank node'],
    ],
    vectors: ['treekem'],
    checks: [],
  },
  'R-12.4.3.1-18': {
    section: '12.4.3.1', area: 'welcome', negative: true, reportedAs: ['R-12.4.3.1-18'],
    tests: [
      ['src/hostile/violations/welcomes.ts', 'a wrong path_secret'],
    ],
    vectors: [],
    checks: ['src/mls/tree/treekem.ts'],
  },
  'R-12.4.3.1-19': {
    section: '12.4.3.1', area: 'welcome', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.4.3.1-16, R-12.4.3.1-19: a joiner has the keys that the path secret in its Welcome leads to, and without one that of its leaf'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.3.1-20': {
    section: '12.4.3.1', area: 'key-schedule', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-8-05, R-12.4.1-13, R-12.4.3.1-07, R-12.4.3.1-20: the Welcome has joiner_secret, and its GroupInfo opens under a key of welcome_secret'],
    ],
    vectors: ['passive-client-welcome'],
    checks: [],
  },
  'R-12.4.3.1-21': {
    section: '12.4.3.1', area: 'welcome', negative: true, reportedAs: ['R-12.4.3.1-21'],
    tests: [
      ['src/hostile/violations/welcomes.ts', 'an altered confirmation_tag in a well signed GroupInfo'],
    ],
    vectors: [],
    checks: ['src/mls/group/join.ts'],
  },
  'R-12.4.3.1-22': {
    section: '12.4.3.1', area: 'reinit', negative: true, reportedAs: ['R-12.4.3.1-22'],
    tests: [
      ['src/hostile/violations/successors.ts', 'a successor of a group that goes on'],
      ['test/requirements/successor.test.ts', 'R-12.4.3.1-22: a successor is refused of a group whose last Commit held no ReInit'],
    ],
    vectors: [],
    checks: ['src/mls/group/client.ts', 'src/mls/group/join.ts', 'src/mls/group/subgroup.ts', 'src/mls/group/succession.ts'],
  },
  'R-12.4.3.1-23': {
    section: '12.4.3.1', area: 'reinit', negative: true, reportedAs: ['R-12.4.3.1-23'],
    tests: [
      ['src/hostile/violations/successors.ts', 'a successor that leaves an old member out'],
    ],
    vectors: [],
    checks: ['src/mls/group/succession.ts'],
  },
  'R-12.4.3.2-01': {
    section: '12.4.3.2', area: 'external-commit', negative: true, reportedAs: ['R-12.4.3.2-01'],
    tests: [
      ['src/hostile/violations/external-joins.ts', 'a GroupInfo without external_pub'],
    ],
    vectors: [],
    checks: ['src/mls/group/external-commit.ts', 'src/mls/group/group-extensions.ts'],
  },
  'R-12.4.3.2-02': {
    section: '12.4.3.2', area: 'external-commit', negative: true, reportedAs: ['R-12.4.3.1-10', 'R-7.9.2-01', 'R-7.3-02', 'R-12.4.3-06'],
    tests: [
      ['src/hostile/violations/external-joins.ts', 'a GroupInfo with a tree in which one leaf was exchanged'],
      ['src/hostile/violations/external-joins.ts', 'a GroupInfo with a tampered parent key'],
      ['src/hostile/violations/external-joins.ts', 'a GroupInfo with a badly signed leaf'],
      ['src/hostile/violations/external-joins.ts', 'a GroupInfo with a bad signature'],
      ['test/requirements/mutations.test.ts', 'R-12.4.3.2-02: a GroupInfo, and nothing is joined'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.3.2-03': {
    section: '12.4.3.2', area: 'external-commit', negative: true, reportedAs: ['R-12.4.3.2-03'],
    tests: [
      ['src/hostile/violations/external-commits.ts', 'an external Commit without a path'],
    ],
    vectors: [],
    checks: ['src/mls/group/process-commit.ts', 'src/mls/group/receive.ts'],
  },
  'R-12.4.3.2-04': {
    section: '12.4.3.2', area: 'external-commit', negative: true, reportedAs: ['R-12.4.3.2-04'],
    tests: [
      ['src/hostile/violations/external-commits.ts', 'an external Commit that names a proposal of a member by reference'],
    ],
    vectors: [],
    checks: ['src/mls/group/process-commit.ts', 'src/mls/group/proposal-list.ts'],
  },
  'R-12.4.3.2-05': {
    section: '12.4.3.2', area: 'external-commit', negative: true, reportedAs: ['R-6.1-08'],
    tests: [
      ['src/hostile/violations/external-commits.ts', 'an external Commit signed by a member\'s key'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.3.2-06': {
    section: '12.4.3.2', area: 'external-commit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.2-25, R-12.4.3.2-06: an external Commit may bring PSKs, and everybody takes its init secret'],
    ],
    vectors: ['passive-client-random'],
    checks: [],
  },
  'R-12.4.3.2-07': {
    section: '12.4.3.2', area: 'external-commit', negative: true, reportedAs: ['R-12.2-15'],
    tests: [
      ['src/hostile/violations/proposal-lists.ts', 'an ExternalInit and a Remove, with sender type member'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.3.2-08': {
    section: '12.4.3.2', area: 'external-commit', negative: true, reportedAs: ['R-12.4.3.2-08'],
    tests: [
      ['src/hostile/violations/external-commits.ts', 'an external Commit made from the GroupInfo of the epoch before'],
    ],
    vectors: [],
    checks: ['src/mls/group/receive.ts'],
  },
  'R-12.4.3.2-09': {
    section: '12.4.3.2', area: 'external-commit', negative: true, reportedAs: ['R-12.4.3.2-09'],
    tests: [
      ['test/requirements/external-commit.test.ts', 'R-12.4.3.2-09: a policy that forbids %s is obeyed'],
    ],
    vectors: [],
    checks: ['src/mls/group/process-commit.ts'],
  },
  'R-12.4.3.3-01': {
    section: '12.4.3.3', area: 'extension', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-12.4.3.3-01: a ratchet tree is a vector of optional nodes, leaves of type 1 and parents of type 2'],
    ],
    vectors: ['tree-validation', 'messages'],
    checks: [],
  },
  'R-12.4.3.3-02': {
    section: '12.4.3.3', area: 'tree', negative: true, reportedAs: ['R-12.4.3.3-02'],
    tests: [
      ['src/hostile/violations/ratchet-trees.ts', 'a ratchet_tree with a parent where a leaf stands'],
      ['src/hostile/violations/ratchet-trees.ts', 'a ratchet_tree with a leaf where a parent stands'],
    ],
    vectors: [],
    checks: ['src/mls/tree/ratchet-tree.ts'],
  },
  'R-12.4.3.3-03': {
    section: '12.4.3.3', area: 'extension', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-12.4.3.3-03: blank nodes are sent up to the last that is not blank'],
    ],
    vectors: ['tree-operations'],
    checks: [],
  },
  'R-12.4.3.3-04': {
    section: '12.4.3.3', area: 'extension', negative: true, reportedAs: ['R-12.4.3.3-04'],
    tests: [
      ['src/hostile/violations/ratchet-trees.ts', 'a ratchet_tree with a blank last entry'],
      ['src/hostile/violations/ratchet-trees.ts', 'a ratchet_tree without entries'],
    ],
    vectors: [],
    checks: ['src/mls/group/group-extensions.ts', 'src/mls/tree/ratchet-tree.ts'],
  },
  'R-12.4.3.3-05': {
    section: '12.4.3.3', area: 'extension', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-12.4.3.3-05, R-12.4.3.3-06: an array is filled up to 2^(d+1) - 1 nodes, with the root in the middle of each part'],
    ],
    vectors: ['tree-validation'],
    checks: [],
  },
  'R-12.4.3.3-06': {
    section: '12.4.3.3', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-12.4.3.3-05, R-12.4.3.3-06: an array is filled up to 2^(d+1) - 1 nodes, with the root in the middle of each part'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.3.3-07': {
    section: '12.4.3.3', area: 'extension', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.4.3.3-07: a tree in the GroupInfo is none of them'],
    ],
    vectors: [],
    checks: [],
  },
  'R-12.4.3.3-08': {
    section: '12.4.3.3', area: 'tree-hash', negative: true, reportedAs: ['R-12.4.3.3-08'],
    tests: [
      ['src/hostile/violations/ratchet-trees.ts', 'a tree from elsewhere that does not fit the GroupInfo'],
    ],
    vectors: [],
    checks: ['src/mls/group/group-info.ts'],
  },
  'R-12.4.3.3-09': {
    section: '12.4.3.3', area: 'security', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-13.2-01': {
    section: '13.2', area: 'proposal-list', negative: true, reportedAs: ['R-13.2-01'],
    tests: [
      ['test/requirements/proposal-list.test.ts', 'R-12.2-16, R-13.2-01: a custom proposal that one member does not support'],
    ],
    vectors: [],
    checks: ['src/mls/group/proposal-list.ts'],
  },
  'R-13.4-01': {
    section: '13.4', area: 'key-package', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-7.2-02, R-7.2-03, R-7.2-04, R-13.4-01: list what the client supports and can do, without the default types'],
    ],
    vectors: [],
    checks: [],
  },
  'R-13.4-02': {
    section: '13.4', area: 'key-package', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-7.2-07, R-10-11, R-13.4-02, R-13.5-10, R-13.5-11: unknown numbers and extensions that are listed are no reason to refuse, GREASE or not'],
    ],
    vectors: [],
    checks: [],
  },
  'R-13.4-03': {
    section: '13.4', area: 'group-info', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-12.4.3-02, R-13.4-03: unknown extensions of a GroupInfo are passed over'],
    ],
    vectors: [],
    checks: [],
  },
  'R-13.4-04': {
    section: '13.4', area: 'extension', negative: true, reportedAs: ['R-13.4-04'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'two KeyPackage extensions of one type'],
      ['src/hostile/violations/key-packages.ts', 'two extensions of one type in an added leaf'],
      ['src/hostile/violations/proposals.ts', 'a ReInit with two extensions of one type'],
      ['src/hostile/violations/proposals.ts', 'GroupContextExtensions with two of one type'],
      ['src/hostile/violations/welcomes.ts', 'two GroupInfo extensions of one type'],
      ['src/hostile/violations/welcomes.ts', 'two required_capabilities in the GroupContext'],
    ],
    vectors: [],
    checks: ['src/mls/tree/leaf-node-validation.ts'],
  },
  'R-13.4-05': {
    section: '13.4', area: 'extension', negative: true, reportedAs: ['R-13.4-05'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'an added leaf without an extension type of the GroupContext'],
      ['test/requirements/traps.test.ts', 'trap 10: an Add of a client that lacks an extension of the group is not committed'],
    ],
    vectors: [],
    checks: ['src/mls/tree/tree-validation.ts'],
  },
  'R-13.4-06': {
    section: '13.4', area: 'extension', negative: true, reportedAs: ['R-12.4.3-04'],
    tests: [
      ['src/hostile/violations/welcomes.ts', 'a GroupContext with an extension that all have but the joiner'],
    ],
    vectors: [],
    checks: [],
  },
  'R-13.4-07': {
    section: '13.4', area: 'extension', negative: true, reportedAs: ['R-13.4-07'],
    tests: [
      ['src/hostile/violations/proposal-lists.ts', 'GroupContextExtensions with a type that not all members list'],
    ],
    vectors: [],
    checks: ['src/mls/group/create-group.ts', 'src/mls/group/proposal-list.ts'],
  },
  'R-13.5-01': {
    section: '13.5', area: 'extension', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-7.2-08, R-13.5-01, R-13.5-02, R-13.5-03, R-10-12, R-12.4.3-03, R-13.5-09: GREASE is mixed in unless it is turned off, into its seven fields and no other'],
    ],
    vectors: [],
    checks: [],
  },
  'R-13.5-02': {
    section: '13.5', area: 'extension', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-7.2-08, R-13.5-01, R-13.5-02, R-13.5-03, R-10-12, R-12.4.3-03, R-13.5-09: GREASE is mixed in unless it is turned off, into its seven fields and no other'],
    ],
    vectors: [],
    checks: [],
  },
  'R-13.5-03': {
    section: '13.5', area: 'extension', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-7.2-08, R-13.5-01, R-13.5-02, R-13.5-03, R-10-12, R-12.4.3-03, R-13.5-09: GREASE is mixed in unless it is turned off, into its seven fields and no other'],
    ],
    vectors: [],
    checks: [],
  },
  'R-13.5-04': {
    section: '13.5', area: 'extension', negative: true, reportedAs: ['R-7.2-05'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'a GREASE extension in an added leaf that its capabilities do not list'],
    ],
    vectors: [],
    checks: [],
  },
  'R-13.5-05': {
    section: '13.5', area: 'extension', negative: true, reportedAs: ['R-12.1-01'],
    tests: [
      ['src/hostile/violations/encodings.ts', 'a proposal of GREASE type 0x2a2a'],
    ],
    vectors: [],
    checks: [],
  },
  'R-13.5-06': {
    section: '13.5', area: 'extension', negative: true, reportedAs: ['R-5.3-05'],
    tests: [
      ['src/hostile/violations/encodings.ts', 'a KeyPackage with a credential of GREASE type 0x3a3a'],
    ],
    vectors: [],
    checks: [],
  },
  'R-13.5-07': {
    section: '13.5', area: 'extension', negative: true, reportedAs: ['R-12.4.3-04'],
    tests: [
      ['src/hostile/violations/welcomes.ts', 'a GroupContext with a GREASE extension'],
    ],
    vectors: [],
    checks: [],
  },
  'R-13.5-08': {
    section: '13.5', area: 'extension', negative: true, reportedAs: ['R-13.4-07'],
    tests: [
      ['src/hostile/violations/proposal-lists.ts', 'GREASE in GroupContextExtensions'],
    ],
    vectors: [],
    checks: [],
  },
  'R-13.5-09': {
    section: '13.5', area: 'registry', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-13.5-09: the 15 GREASE numbers are 0x0a0a to 0xeaea, and 0xfafa is none'],
      ['test/requirements/positive-members.test.ts', 'R-7.2-08, R-13.5-01, R-13.5-02, R-13.5-03, R-10-12, R-12.4.3-03, R-13.5-09: GREASE is mixed in unless it is turned off, into its seven fields and no other'],
    ],
    vectors: [],
    checks: [],
  },
  'R-13.5-10': {
    section: '13.5', area: 'extension', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-7.2-07, R-10-11, R-13.4-02, R-13.5-10, R-13.5-11: unknown numbers and extensions that are listed are no reason to refuse, GREASE or not'],
    ],
    vectors: [],
    checks: [],
  },
  'R-13.5-11': {
    section: '13.5', area: 'extension', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-7.2-07, R-10-11, R-13.4-02, R-13.5-10, R-13.5-11: unknown numbers and extensions that are listed are no reason to refuse, GREASE or not'],
    ],
    vectors: [],
    checks: [],
  },
  'R-13.5-12': {
    section: '13.5', area: 'extension', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-13.5-12, R-13.5-13: GREASE that all members share by chance is support of nothing'],
      ['test/requirements/welcome.test.ts', 'of the GREASE type that the joiner happens to list'],
    ],
    vectors: [],
    checks: [],
  },
  'R-13.5-13': {
    section: '13.5', area: 'extension', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-13.5-12, R-13.5-13: GREASE that all members share by chance is support of nothing'],
    ],
    vectors: [],
    checks: [],
  },
  'R-14-01': {
    section: '14', area: 'commit', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-14-02': {
    section: '14', area: 'security', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-12.4.2-14, R-12.4.2-13, R-14-02: are told of their removal once it is verified, and can wipe what they had'],
      ['test/requirements/positive-groups.test.ts', 'R-14-02: a state that the group has left behind is wiped, and its successor goes on'],
    ],
    vectors: [],
    checks: [],
  },
  'R-14-03': {
    section: '14', area: 'commit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-3.2-03, R-14-03, R-14-05: goes on with its Commit only when it knows that it is accepted, and can follow another instead'],
    ],
    vectors: [],
    checks: [],
  },
  'R-14-04': {
    section: '14', area: 'welcome', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-14-05': {
    section: '14', area: 'commit', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-groups.test.ts', 'R-3.2-03, R-14-03, R-14-05: goes on with its Commit only when it knows that it is accepted, and can follow another instead'],
    ],
    vectors: [],
    checks: [],
  },
  'R-15.1-01': {
    section: '15.1', area: 'message-protection', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-6.3.1-01, R-6.3.1-02, R-6.3.1-07, R-6.3.1-08, R-6.3.2-03, R-6.3.2-04, R-15.1-01: body, signature and zero padding stand behind a nonce with the guard that is sent'],
    ],
    vectors: [],
    checks: [],
  },
  'R-15.1-02': {
    section: '15.1', area: 'message-protection', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-15.2-01': {
    section: '15.2', area: 'message-protection', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-6.3.1-11, R-15.2-01: what one key encrypts stays below the bounds of every AEAD, and no key encrypts twice'],
    ],
    vectors: [],
    checks: [],
  },
  'R-15.2-02': {
    section: '15.2', area: 'message-protection', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-12.4-04, R-15.2-02: application data waits until pending proposals are committed'],
    ],
    vectors: [],
    checks: [],
  },
  'R-15.3-01': {
    section: '15.3', area: 'secret-tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-9.2-02, R-15.3-01: keys of skipped generations stay until their message comes, in any order'],
      ['test/mls/epoch/secret-tree.test.ts', 'opens generations in any order, each once (R-15.3-01, R-9.1-05)'],
    ],
    vectors: [],
    checks: [],
  },
  'R-15.3-02': {
    section: '15.3', area: 'secret-tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-15.3-02, R-15.3-03: how many keys are kept and how many steps are taken is for the application to say'],
      ['test/mls/epoch/secret-tree.test.ts', 'keeps so many skipped keys as it may and drops the oldest (R-15.3-02)'],
    ],
    vectors: [],
    checks: [],
  },
  'R-15.3-03': {
    section: '15.3', area: 'secret-tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-messages.test.ts', 'R-15.3-02, R-15.3-03: how many keys are kept and how many steps are taken is for the application to say'],
    ],
    vectors: [],
    checks: [],
  },
  'R-15.3-04': {
    section: '15.3', area: 'secret-tree', negative: true, reportedAs: ['R-15.3-04'],
    tests: [
      ['src/hostile/violations/private-messages.ts', 'with generation 0xffffffff'],
      ['test/requirements/framing.test.ts', 'R-15.3-04: does not move for a message one generation further than allowed'],
      ['test/mls/epoch/message-protection.test.ts', 'is refused when its generation is far ahead (R-15.3-04)'],
      ['test/mls/epoch/secret-tree.test.ts', 'refuses a generation too far ahead before it derives anything (R-15.3-04)'],
      ['test/requirements/positive-messages.test.ts', 'R-15.3-02, R-15.3-03: how many keys are kept and how many steps are taken is for the application to say'],
    ],
    vectors: [],
    checks: ['src/mls/epoch/hash-ratchet.ts'],
  },
  'R-16.1-01': {
    section: '16.1', area: 'security', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-16.3-01': {
    section: '16.3', area: 'registry', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-16.6-01': {
    section: '16.6', area: 'security', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-16.6-02': {
    section: '16.6', area: 'security', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-16.6-02, R-7.5-13: keys that a Commit replaced are wiped once the group before it is given up'],
    ],
    vectors: [],
    checks: [],
  },
  'R-16.7-01': {
    section: '16.7', area: 'tree', negative: true, reportedAs: ['R-16.7-01'],
    tests: [
      ['src/hostile/violations/update-paths.ts', 'an UpdatePath in which two nodes have one key'],
      ['src/hostile/violations/update-paths.ts', 'a path whose leaf and lowest node have one key'],
    ],
    vectors: [],
    checks: ['src/mls/tree/leaf-node-validation.ts', 'src/mls/tree/treekem.ts'],
  },
  'R-16.8-01': {
    section: '16.8', area: 'key-package', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-16.8-02': {
    section: '16.8', area: 'key-package', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-members.test.ts', 'R-10-01, R-16.8-02: a KeyPackage serves one join, unless it says that it is a last resort'],
      ['test/mls/group/client.test.ts', 'R-16.8-02: a last-resort KeyPackage still works after its first group has moved on'],
    ],
    vectors: [],
    checks: [],
  },
  'R-16.8-03': {
    section: '16.8', area: 'key-package', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-16.12-01': {
    section: '16.12', area: 'security', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-17.1-01': {
    section: '17.1', area: 'registry', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-17.1-01, R-17.1-09: both providers have suite $id, whose MAC is HMAC at full length'],
    ],
    vectors: [],
    checks: [],
  },
  'R-17.1-02': {
    section: '17.1', area: 'registry', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'suite %i is made of the KEM, KDF, AEAD, hash and signature scheme of the registry'],
    ],
    vectors: ['crypto-basics'],
    checks: [],
  },
  'R-17.1-03': {
    section: '17.1', area: 'registry', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'suite %i is made of the KEM, KDF, AEAD, hash and signature scheme of the registry'],
    ],
    vectors: ['crypto-basics'],
    checks: [],
  },
  'R-17.1-04': {
    section: '17.1', area: 'registry', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'suite %i is made of the KEM, KDF, AEAD, hash and signature scheme of the registry'],
    ],
    vectors: ['crypto-basics'],
    checks: [],
  },
  'R-17.1-05': {
    section: '17.1', area: 'registry', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'suite %i is made of the KEM, KDF, AEAD, hash and signature scheme of the registry'],
    ],
    vectors: ['crypto-basics'],
    checks: [],
  },
  'R-17.1-06': {
    section: '17.1', area: 'registry', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'suite %i is made of the KEM, KDF, AEAD, hash and signature scheme of the registry'],
    ],
    vectors: ['crypto-basics'],
    checks: [],
  },
  'R-17.1-07': {
    section: '17.1', area: 'registry', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'suite %i is made of the KEM, KDF, AEAD, hash and signature scheme of the registry'],
    ],
    vectors: ['crypto-basics'],
    checks: [],
  },
  'R-17.1-08': {
    section: '17.1', area: 'registry', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'suite %i is made of the KEM, KDF, AEAD, hash and signature scheme of the registry'],
    ],
    vectors: ['crypto-basics'],
    checks: [],
  },
  'R-17.1-09': {
    section: '17.1', area: 'registry', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-17.1-01, R-17.1-09: both providers have suite $id, whose MAC is HMAC at full length'],
    ],
    vectors: ['transcript-hashes'],
    checks: [],
  },
  'R-17.1-10': {
    section: '17.1', area: 'registry', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-17.1-11': {
    section: '17.1', area: 'registry', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-17.1-12': {
    section: '17.1', area: 'registry', negative: true, reportedAs: ['R-17.1-12'],
    tests: [
      ['src/hostile/violations/key-packages.ts', 'a KeyPackage of suite 0'],
      ['src/hostile/violations/welcomes.ts', 'a Welcome of suite 0'],
    ],
    vectors: [],
    checks: ['src/mls/group/join.ts', 'src/mls/group/key-package.ts'],
  },
  'R-17.2-01': {
    section: '17.2', area: 'registry', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-17.2-01: the wire formats are 1 to 5'],
    ],
    vectors: ['messages'],
    checks: [],
  },
  'R-17.3-01': {
    section: '17.3', area: 'registry', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-17.3-01: extension types 1 to 5, which are the default ones'],
    ],
    vectors: [],
    checks: [],
  },
  'R-17.4-01': {
    section: '17.4', area: 'registry', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-17.4-01: proposal types 1 to 7, which are the default ones'],
    ],
    vectors: ['messages'],
    checks: [],
  },
  'R-17.5-01': {
    section: '17.5', area: 'registry', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-codec.test.ts', 'R-5.3-01, R-17.5-01: a basic credential is type 1 and an identity, an x509 one type 2 and a list of certificates'],
    ],
    vectors: [],
    checks: [],
  },
  'R-17.6-01': {
    section: '17.6', area: 'registry', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-crypto.test.ts', 'R-10-07, R-17.6-01: a KeyPackage is signed by its leaf under KeyPackageTBS, over all fields before the signature'],
      ['test/requirements/positive-crypto.test.ts', 'R-6.1-01, R-12.4.1-07, R-17.6-01: the signature is over version, wire format, content and the old GroupContext'],
    ],
    vectors: ['passive-client-welcome'],
    checks: [],
  },
  'R-17.7-01': {
    section: '17.7', area: 'registry', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-path.test.ts', 'R-7.5-04, R-17.7-01: each path secret is encrypted once to each node of the resolution, in its order, under UpdatePathNode'],
    ],
    vectors: ['welcome', 'passive-client-welcome'],
    checks: [],
  },
  'R-17.9-01': {
    section: '17.9', area: 'registry', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-17.9-02': {
    section: '17.9', area: 'registry', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-17.9-03': {
    section: '17.9', area: 'registry', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-17.9-04': {
    section: '17.9', area: 'registry', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-17.9-05': {
    section: '17.9', area: 'registry', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-17.9-06': {
    section: '17.9', area: 'registry', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-17.10-01': {
    section: '17.10', area: 'registry', negative: false, reportedAs: [],
    tests: [],
    vectors: [],
    checks: [],
  },
  'R-A-01': {
    section: 'A', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/received-tree.test.ts', 'R-A-01: F commits, G removes C and D, B commits: the full tree of figure full-tree, which a joiner accepts'],
    ],
    vectors: [],
    checks: [],
  },
  'R-A-02': {
    section: 'A', area: 'parent-hash', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/received-tree.test.ts', 'R-A-02: A removes F, E commits, F is added: F is unmerged at W and Y, and a joiner accepts the tree'],
    ],
    vectors: [],
    checks: [],
  },
  'R-B-01': {
    section: 'B', area: 'parent-hash', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/received-tree.test.ts', 'R-B-01: A adds B, B adds C and D, C commits: B\' to X\' and C\' to Z\' to Y\' are valid, X\' to Y\' is stale, the tree is accepted'],
    ],
    vectors: [],
    checks: [],
  },
  'R-C-01': {
    section: 'C', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-C-01: with 2^%i leaves, leaf n is at 2n, children are where the formulas say, the root at 2^d - 1'],
    ],
    vectors: ['tree-math'],
    checks: [],
  },
  'R-C-02': {
    section: 'C', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-7.7-01, R-C-02, R-12.1.1-02: a full tree grows by a blank root and as many blanks as it has nodes and one, the new leaf first among them'],
      ['test/requirements/positive-tree.test.ts', 'R-7.7-02, R-C-02, R-12.1.3-02, R-12.1.3-03: a Remove blanks leaf and ancestors, and a right half without a member goes, to (N - 1) / 2 nodes'],
    ],
    vectors: [],
    checks: [],
  },
  'R-D-01': {
    section: 'D', area: 'tree', negative: false, reportedAs: [],
    tests: [
      ['test/requirements/positive-tree.test.ts', 'R-D-01: a right half with a member is never cut off, and growing then shrinking gives the same tree'],
    ],
    vectors: [],
    checks: [],
  },
};
