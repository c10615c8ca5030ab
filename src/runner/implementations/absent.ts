/** Implementations that are only names, for listing cases. */
import { undeclared, type Implementation } from '../implementation.ts';

/** Stands for one that is not there, in cases that nobody runs. */
export const absent = (label: string, suites: readonly number[]): Implementation => ({
  ...undeclared('nowhere'),
  label,
  name: label,
  address: label,
  suites: new Set(suites),
  replicas: [],
  call: () => Promise.reject(new Error(`${label} is not there`)),
  close: () => {},
});
