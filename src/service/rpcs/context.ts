/** What every handler works with. */
import type { Clients } from '../clients.ts';
import type { Entry } from '../entries.ts';
import type { StateTable } from '../states.ts';

export interface Context {
  readonly name: string;
  readonly suites: readonly number[];
  readonly clients: Clients;
  readonly states: StateTable<Entry>;
}
