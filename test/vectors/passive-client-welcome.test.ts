/** Vectors of passive-client-welcome.json: the official ones, those of this project, and what a changed value leads to. */
import { describeVectors, flipped } from './support.ts';

describeVectors('passive-client-welcome', {
  type: 'passive-client',
  officialCases: 56,
  mutations: [
    { name: 'the epoch authenticator is another', change: (vector) => (vector.initial_epoch_authenticator = flipped(vector.initial_epoch_authenticator)), path: '.initial_epoch_authenticator' },
    { name: 'a private key does not fit', change: (vector) => (vector.encryption_priv = `11${vector.encryption_priv.slice(2)}`), path: '.encryption_priv', message: 'is not the private key of encryption_key' },
    { name: 'the Welcome is damaged', change: (vector) => (vector.welcome = flipped(vector.welcome)), path: '.welcome', message: 'R-12.4.3.1-04' },
  ],
});
