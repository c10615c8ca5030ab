/** Vectors of deserialization.json: the official ones, those of this project, and what a changed value leads to. */
import { describeVectors } from './support.ts';

describeVectors('deserialization', {
  type: 'deserialization',
  officialCases: 14,
  mutations: [
    { name: 'the length is another', change: (vector) => (vector.length = 5), path: '.length', message: 'expected 5, got 0' },
    { name: 'the header is not minimal', change: (vector) => (vector.vlbytes_header = '4000'), path: '', message: 'R-2.1.2-04' },
    { name: 'the header starts with the bits 11', change: (vector) => (vector.vlbytes_header = 'c000000000000000'), path: '', message: 'R-2.1.2-05' },
    { name: 'bytes follow the header', change: (vector) => (vector.vlbytes_header = '0000'), path: '.vlbytes_header' },
  ],
});
