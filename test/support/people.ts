/** The people of most tests: suite 1, our native provider. */
import { nativeProvider } from '../../src/index.ts';
import { peopleOf } from '../../src/hostile/people.ts';

export const provider = nativeProvider();
export const people = peopleOf(provider, 1);
export const { suite, capabilities, person, history, keyPackageOf, grove, fullGrove } = people;
