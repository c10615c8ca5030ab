/** Requirements whose violations our engine does not report as the inventory wants, each with why; each reads on from `reported as … : `. */
import type { RequirementId } from '../mls/requirements.ts';

const wrongSignature = 'the signature is wrong, and that is one check for every message of a member in clear';
const another = (what: string): string => `${what} cannot be told from any other that is wrong`;
const ofItsOwn = 'each thing that is checked there has a rule of its own';

export const reportedElsewhere: { readonly [id in RequirementId]?: string } = {
  'R-2.1-04': 'a prefix that ends inside a vector leaves a length beyond the input',
  'R-5.1.2-04': another('a signature under another label'),
  'R-5.1.3-02': another('a ciphertext under another label'),
  'R-5.3.1-01': 'each way into a group has a rule of its own',
  'R-6.1-05': 'to find out whose signature it is takes a verification per member',
  'R-6.2-03': another('a membership_tag over another confirmation_tag'),
  'R-6.2-05': wrongSignature,
  'R-7.2-13': another('the signature of a leaf that was made for another place'),
  'R-7.3-01': 'what is wrong with a leaf is reported as it is wherever a leaf stands',
  'R-7.6-03': 'the order of nodes cannot be seen but by what follows from it',
  'R-10.1-01': ofItsOwn,
  'R-12.1-02': wrongSignature,
  'R-12.1-04': another('a reference of an earlier epoch'),
  'R-12.1.8.1-02': 'the receiver keeps no list of those who were external senders',
  'R-12.4.1-09': another("a membership_tag under the next epoch's key"),
  'R-12.4.2-02': wrongSignature,
  'R-12.4.2-06': another("the signature of a newcomer's leaf that was made for another place"),
  'R-12.4.2-10': 'what refuses the Commit is the rule that it breaks; this one is what holds afterwards',
  'R-12.4.3.2-02': ofItsOwn,
  'R-13.5-07': 'the inventory names R-13.4-06, which is reported so itself',
};
