/** Vectors of welcome.json: the official ones, those of this project, and what a changed value leads to. */
import { describeVectors, flipped } from './support.ts';

describeVectors('welcome', {
  type: 'welcome',
  officialCases: 7,
  mutations: [
    { name: 'the init key does not fit', change: (vector) => (vector.init_priv = `11${vector.init_priv.slice(2)}`), path: '.welcome', message: 'init_priv' },
    { name: 'the signer is another', change: (vector) => (vector.signer_pub = flipped(vector.signer_pub)), path: '.welcome', message: 'signature of the GroupInfo' },
    { name: 'the GroupInfo is damaged', change: (vector) => (vector.welcome = flipped(vector.welcome)), path: '.welcome', message: 'do not open' },
    { name: 'it is no Welcome', change: (vector) => (vector.welcome = vector.key_package), path: '.welcome', message: 'is a mls_key_package' },
  ],
});
