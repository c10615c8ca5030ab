/** Vectors of messages.json: the official ones, those of this project, and what a changed value leads to. */
import { describeVectors } from './support.ts';

describeVectors('messages', {
  type: 'messages',
  officialCases: 300,
  mutations: [
    { name: 'a struct has bytes left over', change: (vector) => (vector.group_secrets += '00'), path: '.group_secrets', message: 'R-2.1-02' },
    { name: 'a message is of another kind', change: (vector) => (vector.mls_welcome = vector.mls_key_package), path: '.mls_welcome', message: 'expected mls_welcome, got mls_key_package' },
  ],
});
