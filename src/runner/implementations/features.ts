/**
 * What an implementation can do beyond the basics, in words that its file can use. Every rpc belongs to exactly one feature.
 * UNIMPLEMENTED from an rpc of a feature that was declared is a failure; else it means that the feature is not supported.
 */
import type { Implementation, Rpc } from '../implementation.ts';

const rpcsByFeature = {
  /** What no script can do without. */
  basics: ['name', 'supportedCiphersuites', 'createGroup', 'createKeyPackage', 'joinGroup', 'commit', 'handleCommit', 'handlePendingCommit'],
  free: ['free'],
  application: ['protect', 'unprotect'],
  export: ['export'],
  'state-auth': ['stateAuth'],
  'group-info': ['groupInfo'],
  proposals: ['addProposal', 'updateProposal', 'removeProposal'],
  'group-context-extensions': ['groupContextExtensionsProposal'],
  'external-psk': ['storePsk', 'externalPskProposal'],
  'resumption-psk': ['resumptionPskProposal'],
  'external-join': ['externalJoin'],
  'new-member-proposal': ['newMemberAddProposal'],
  'external-signer': ['createExternalSigner', 'addExternalSigner', 'externalSignerProposal'],
  reinit: ['reInitProposal', 'reInitCommit', 'handlePendingReInitCommit', 'handleReInitCommit', 'reInitWelcome', 'handleReInitWelcome'],
  branch: ['createBranch', 'handleBranch'],
} as const satisfies { readonly [feature: string]: readonly Rpc[] };

export type Feature = keyof typeof rpcsByFeature;

/** In the order in which a person asks for them. */
export const features = Object.keys(rpcsByFeature) as readonly Feature[];

export const rpcsOf = (feature: Feature): readonly Rpc[] => rpcsByFeature[feature];

const featureByRpc = new Map<Rpc, Feature>(features.flatMap((feature) => rpcsOf(feature).map((rpc) => [rpc, feature] as const)));

export const featureOf = (rpc: Rpc): Feature => featureByRpc.get(rpc)!;

/** Whether UNIMPLEMENTED from this rpc breaks a promise. */
export const declares = ({ features: declared }: Pick<Implementation, 'features'>, rpc: Rpc): boolean => declared.has(featureOf(rpc));
