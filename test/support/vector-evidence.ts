/**
 * Which requirements the official vector files show: those without which some case of the file would fail. Every file is verified
 * by the test of its name in test/vectors.
 */
import type { RequirementId } from '../../src/mls/requirements.ts';

export const vectorEvidence = {
  'tree-math': ['R-4.1-01', 'R-C-01'],
  'crypto-basics': ['R-5.1.2-03', 'R-5.1.3-01', 'R-5.2-01', 'R-8-01', 'R-8-02', 'R-9.1-01', 'R-17.1-02', 'R-17.1-03', 'R-17.1-04', 'R-17.1-05', 'R-17.1-06', 'R-17.1-07', 'R-17.1-08'],
  'secret-tree': ['R-6.3.2-03', 'R-6.3.2-04', 'R-9-01', 'R-9-02', 'R-9-03', 'R-9.1-02'],
  'message-protection': ['R-6.1-01', 'R-6.2-01', 'R-6.3-01', 'R-6.3-02', 'R-6.3.1-01', 'R-6.3.1-04', 'R-6.3.1-08', 'R-6.3.2-03', 'R-6.3.2-04'],
  'key-schedule': ['R-8-03', 'R-8-04', 'R-8-05', 'R-8-06', 'R-8-08', 'R-8-09', 'R-8-10', 'R-8.1-01', 'R-8.5-01'],
  psk_secret: ['R-8.4-05', 'R-8.4-06', 'R-8.4-07'],
  'transcript-hashes': ['R-6.1-14', 'R-8.2-01', 'R-8.2-02', 'R-17.1-09'],
  welcome: ['R-5.2-02', 'R-8-05', 'R-12.4.3-01', 'R-12.4.3.1-07', 'R-17.7-01'],
  'tree-operations': ['R-7.7-01', 'R-7.7-02', 'R-7.8-05', 'R-12.1.1-01', 'R-12.1.1-02', 'R-12.1.1-03', 'R-12.1.2-01', 'R-12.1.2-02', 'R-12.1.3-02', 'R-12.1.3-03', 'R-12.4.3.3-03'],
  'tree-validation': ['R-4.1.1-02', 'R-4.1.1-03', 'R-7.1-01', 'R-7.2-12', 'R-7.8-01', 'R-7.8-02', 'R-7.8-03', 'R-7.8-04', 'R-7.9-01', 'R-7.9-04', 'R-7.9-05', 'R-7.9.1-01', 'R-12.4.3.3-01', 'R-12.4.3.3-05'],
  treekem: ['R-4.1.2-02', 'R-4.2-02', 'R-7.4-03', 'R-7.4-04', 'R-7.5-06', 'R-7.5-08', 'R-7.5-09', 'R-7.5-10', 'R-7.5-12', 'R-12.4.1-04', 'R-12.4.3.1-16', 'R-12.4.3.1-17'],
  messages: ['R-2.1-01', 'R-2.1.1-01', 'R-2.1.2-01', 'R-6.3-01', 'R-7.2-09', 'R-12.4.3-01', 'R-12.4.3.3-01', 'R-17.2-01', 'R-17.4-01'],
  'passive-client-welcome': ['R-8.2-05', 'R-8.4-03', 'R-12.4.3.1-20', 'R-17.6-01', 'R-17.7-01'],
  'passive-client-handling-commit': ['R-8.1-03', 'R-8.1-04', 'R-8.2-03', 'R-8.4-03', 'R-12.4-02', 'R-12.4.1-05', 'R-12.4.1-06'],
  'passive-client-random': ['R-5.2-03', 'R-8-07', 'R-12.3-01', 'R-12.3-03', 'R-12.3-04', 'R-12.4.3.2-06'],
  deserialization: ['R-2.1.2-02'],
} as const satisfies Readonly<Record<string, readonly RequirementId[]>>;
