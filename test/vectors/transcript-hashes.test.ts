/** Vectors of transcript-hashes.json: the official ones, those of this project, and what a changed value leads to. */
import { describeVectors, flipped } from './support.ts';

describeVectors('transcript-hashes', {
  type: 'transcript-hashes',
  officialCases: 7,
  mutations: [
    { name: 'the hash before is another', change: (vector) => (vector.interim_transcript_hash_before = '00'), path: '.confirmed_transcript_hash_after' },
    { name: 'the confirmation key is another', change: (vector) => (vector.confirmation_key = flipped(vector.confirmation_key)), path: '.authenticated_content', message: 'confirmation tag' },
    { name: 'the content does not decode', change: (vector) => (vector.authenticated_content += '00'), path: '.authenticated_content', message: 'R-2.1-02' },
  ],
});
