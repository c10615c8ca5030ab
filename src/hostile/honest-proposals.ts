/** Proposals that are right by themselves, for what is wrong around them. */
import { utf8 } from '../mls/bytes.ts';
import type { Extension } from '../mls/wire/extension.ts';
import type { Proposal } from '../mls/wire/proposal.ts';
import type { People } from './people.ts';

export const remove = (removed: number): Proposal => ({ proposalType: 'remove', removed });

export const extensionsOf = (...extensions: readonly Extension[]): Proposal => ({ proposalType: 'group_context_extensions', extensions });

/** Which every group takes. */
export const noExtensions = extensionsOf();

/** An external PSK, with a nonce of its own each time. */
export const externalPsk = ({ people: { suite } }: { readonly people: People }, id: string): Proposal => ({
  proposalType: 'psk',
  psk: { psktype: 'external', pskId: utf8(id), pskNonce: suite.random(suite.nh) },
});
