/** Vectors of message-protection.json: the official ones, those of this project, and what a changed value leads to. */
import { describeVectors, flipped } from './support.ts';

describeVectors('message-protection', {
  type: 'message-protection',
  officialCases: 7,
  mutations: [
    { name: 'a membership tag is wrong', change: (vector) => (vector.proposal_pub = flipped(vector.proposal_pub)), path: '.proposal_pub', message: 'R-6.2-04' },
    { name: 'a ciphertext is wrong', change: (vector) => (vector.application_priv = flipped(vector.application_priv)), path: '.application_priv', message: 'R-6.3.1-09' },
    { name: 'a message says something else', change: (vector) => (vector.application = flipped(vector.application)), path: '.application_priv', message: 'expected' },
    { name: 'the keys of the sender do not fit', change: (vector) => (vector.signature_pub = flipped(vector.signature_pub)), path: '.signature_pub' },
    { name: 'a message is of the other kind', change: (vector) => (vector.commit_priv = vector.commit_pub), path: '.commit_priv', message: 'expected a PrivateMessage' },
  ],
});
