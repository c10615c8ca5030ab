/** All violations, in the order of the RFC's sections. */
import type { Violation } from './violation.ts';
import { ofCommits } from './violations/commits.ts';
import { ofEncodings } from './violations/encodings.ts';
import { ofExternalCommits } from './violations/external-commits.ts';
import { ofExternalJoins } from './violations/external-joins.ts';
import { ofOutsideProposals } from './violations/outside-proposals.ts';
import { ofPrivateMessages } from './violations/private-messages.ts';
import { ofProposalLists } from './violations/proposal-lists.ts';
import { ofProposals } from './violations/proposals.ts';
import { ofPublicMessages } from './violations/public-messages.ts';
import { ofKeyPackages } from './violations/key-packages.ts';
import { ofRatchetTrees } from './violations/ratchet-trees.ts';
import { ofSuccessors } from './violations/successors.ts';
import { ofUpdatePaths } from './violations/update-paths.ts';
import { ofWelcomes } from './violations/welcomes.ts';

export const catalogue: readonly Violation[] = [...ofEncodings, ...ofPublicMessages, ...ofPrivateMessages, ...ofUpdatePaths, ...ofProposals, ...ofOutsideProposals, ...ofProposalLists, ...ofCommits, ...ofExternalCommits, ...ofExternalJoins, ...ofKeyPackages, ...ofWelcomes, ...ofRatchetTrees, ...ofSuccessors];
