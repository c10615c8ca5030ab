/**
 * What the benchmark asks of an implementation. Bytes in, bytes out, so that each pays for its own encoding. Nothing
 * changes the group it is called on, but for keys that are used up.
 */

/** A member to be, made by our engine: its KeyPackage as an encoded MLSMessage and the raw private keys that belong to it. */
export interface Member {
  readonly keyPackage: Uint8Array;
  readonly initKey: Uint8Array;
  readonly encryptionKey: Uint8Array;
  readonly signatureKey: Uint8Array;
  readonly signaturePublicKey: Uint8Array;
}

/** A group as one of its members has it. */
export interface MemberGroup {
  readonly epochAuthenticator: Uint8Array;
  /** An update: a Commit with a path and nothing else. */
  update(): Promise<Uint8Array>;
  /** A Commit that adds one, and its Welcome with the tree inside. */
  addOne(keyPackage: Uint8Array): Promise<AddingCommit>;
  /** Takes in a Commit; gives the group in the next epoch. */
  process(commit: Uint8Array): Promise<MemberGroup>;
  protect(data: Uint8Array): Promise<Uint8Array>;
  unprotect(message: Uint8Array): Promise<Uint8Array>;
  /** Bytes of its encoding for storage. */
  encodedLength(): number;
}

export interface AddingCommit {
  readonly commit: Uint8Array;
  readonly welcome: Uint8Array;
}

/** A client with a KeyPackage that waits for a Welcome. */
export interface Joiner {
  join(welcome: Uint8Array): Promise<MemberGroup>;
}

export interface Engine {
  readonly name: string;
  /** Whether one group takes the same message again; ours uses its key up. */
  readonly replays: boolean;
  /** A client for `member`; afterwards it makes KeyPackages, and creates groups, with its identity and signature key. */
  client(member: Member): Promise<Client>;
}

export interface Client {
  createKeyPackage(): Promise<Uint8Array>;
  /** Creates a group and adds these in its first Commit, without a path. The Welcome has the tree inside. */
  createGroup(keyPackages: readonly Uint8Array[]): Promise<AddingCommit>;
  /** Ready to join once with the member's KeyPackage. */
  joiner(): Promise<Joiner>;
}

/** A module in peers/ that makes an engine of another implementation. */
export interface PeerModule {
  engine(cipherSuite: number): Promise<Engine>;
}
