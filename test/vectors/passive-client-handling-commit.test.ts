/** Vectors of passive-client-handling-commit.json: the official ones, those of this project, and what a changed value leads to. */
import { describeVectors, flipped } from './support.ts';

describeVectors('passive-client-handling-commit', {
  type: 'passive-client',
  officialCases: 91,
  mutations: [
    { name: 'an epoch authenticator is another', change: ({ epochs }) => (epochs[1].epoch_authenticator = flipped(epochs[1].epoch_authenticator)), path: '.epochs[1].epoch_authenticator' },
    { name: 'a Commit is damaged', change: ({ epochs }) => (epochs[0].commit = flipped(epochs[0].commit)), path: '.epochs[0].commit', message: 'R-6.2-04' },
    { name: 'a proposal is missing', change: ({ epochs }) => epochs[1].proposals.pop(), path: '.epochs[1].commit' },
    { name: 'a PSK is missing', change: (vector) => (vector.external_psks = []), path: '.welcome', message: 'R-12.4.3.1-05' },
  ],
});
