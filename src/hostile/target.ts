/** An implementation under attack, as far as a forger has to do with it: one client, in at most one group at a time. */

/** What a target is handed, named after the rpc that hands it over; with what it must come to when it takes it. */
export type Delivery =
  | {
      readonly to: 'HandleCommit';
      readonly commit: Uint8Array;
      /** The proposal messages that the Commit refers to. */
      readonly proposals?: readonly Uint8Array[];
      /** Of the epoch that begins; unknown when the committer forged what it does not know itself. */
      readonly epochAuthenticator?: Uint8Array;
    }
  | { readonly to: 'Unprotect'; readonly message: Uint8Array; readonly plaintext?: Uint8Array }
  | {
      readonly to: 'JoinGroup';
      readonly welcome: Uint8Array;
      /** The body of a ratchet_tree extension, when the tree travels apart. */
      readonly ratchetTree?: Uint8Array;
      /** How the target is to send handshake messages there. Default: in clear. */
      readonly handshakeAs?: 'public' | 'private';
      readonly epochAuthenticator?: Uint8Array;
    }
  | { readonly to: 'ExternalJoin'; readonly groupInfo: Uint8Array; readonly ratchetTree?: Uint8Array }
  /** A KeyPackage to add: at the latest the Commit that covers it is refused. */
  | { readonly to: 'AddProposal'; readonly keyPackage: Uint8Array }
  /** Proposal messages for a Commit by the target. */
  | { readonly to: 'Commit'; readonly proposals: readonly Uint8Array[] }
  /** A Commit of a ReInit: the group ends with it. */
  | { readonly to: 'HandleReInitCommit'; readonly commit: Uint8Array; readonly proposals?: readonly Uint8Array[]; readonly epochAuthenticator?: Uint8Array }
  /** Into the successor of the group that ended, for the KeyPackage that the target gave for it then. */
  | { readonly to: 'HandleReInitWelcome'; readonly welcome: Uint8Array; readonly ratchetTree?: Uint8Array; readonly epochAuthenticator?: Uint8Array }
  /** Into a branch of the target's group, for the KeyPackage that it gave last. */
  | { readonly to: 'HandleBranch'; readonly welcome: Uint8Array; readonly ratchetTree?: Uint8Array; readonly epochAuthenticator?: Uint8Array };

/** What a target makes of a delivery that it takes. */
export interface Taken {
  readonly epochAuthenticator?: Uint8Array;
  readonly plaintext?: Uint8Array;
  /** Of a member whose group is reinitialized, for the successor; an encoded MLSMessage. */
  readonly keyPackage?: Uint8Array;
}

export interface Target {
  /**
   * A KeyPackage for the next join, as an encoded MLSMessage. A target that is in a group stays in it.
   * @param cipherSuite default: that of all else
   */
  createKeyPackage(identity: Uint8Array, cipherSuite?: number): Promise<Uint8Array>;
  storePsk(id: Uint8Array, psk: Uint8Array): Promise<void>;
  /** Commits with a path and no proposals, and goes to the next epoch. @returns the Commit */
  commit(): Promise<Uint8Array>;
  /** @throws whatever the target answers instead; the target is then where it was */
  take(delivery: Delivery): Promise<Taken>;
  /** Whether an error of `take` is the target's refusal, and not a crash, a hang or a lack. */
  isRefusal(error: unknown): boolean;
}
