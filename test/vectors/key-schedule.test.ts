/** Vectors of key-schedule.json: the official ones, those of this project, and what a changed value leads to. */
import { describeVectors, flipped } from './support.ts';

describeVectors('key-schedule', {
  type: 'key-schedule',
  officialCases: 7,
  mutations: [
    { name: 'an epoch authenticator is another', change: ({ epochs }) => (epochs[1].epoch_authenticator = flipped(epochs[1].epoch_authenticator)), path: '.epochs[1].epoch_authenticator' },
    { name: 'an exported secret is another', change: ({ epochs }) => (epochs[2].exporter.secret = flipped(epochs[2].exporter.secret)), path: '.epochs[2].exporter.secret' },
    { name: 'an input is another', change: ({ epochs }) => (epochs[0].psk_secret = flipped(epochs[0].psk_secret)), path: '.epochs[0].welcome_secret' },
    { name: 'a field is missing', change: ({ epochs }) => delete epochs[1].external_pub, path: '.epochs[1].external_pub' },
  ],
});
