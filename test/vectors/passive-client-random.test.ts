/** Vectors of passive-client-random.json: the official ones, those of this project, and what a changed value leads to. */
import { describeVectors, flipped } from './support.ts';

describeVectors('passive-client-random', {
  type: 'passive-client',
  officialCases: 1,
  mutations: [
    { name: 'a proposal is damaged', change: ({ epochs }) => (epochs[0].proposals[0] = flipped(epochs[0].proposals[0])), path: '.epochs[0].proposals[0]', message: 'R-6.3.1-09' },
    { name: 'a Commit stands where a proposal belongs', change: ({ epochs }) => (epochs[0].proposals = [epochs[0].commit]), path: '.epochs[0].proposals[0]' },
  ],
});
