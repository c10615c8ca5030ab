/**
 * Processes that hang and that the runner cannot start anew, as those behind `grpc://`. What proves it is a call without an answer
 * within its deadline and then none to Name either. From then on no case of such a process costs a deadline: each begins with a
 * short probe, and could not run when that has no answer. After some such probes in a row the process is given up.
 */
import type { CaseResult } from './outcome.ts';
import { answersName } from './restart.ts';
import type { Case } from './cases/schedule.ts';

const mostProbes = 5;

export class HungProcesses {
  /** By address: the call that had no answer, and how many probes had none since. */
  readonly #hung = new Map<string, { readonly rpc: string; probes: number }>();

  has(address: string): boolean {
    return this.#hung.has(address);
  }

  /** Takes note of what a case has shown. */
  learn({ case: { actors }, failure, answersName: answers }: Pick<CaseResult, 'case' | 'failure' | 'answersName'>): void {
    const suspect = failure?.actor === undefined ? undefined : actors.get(failure.actor);
    if (answers === false && suspect !== undefined && suspect.restart === undefined) this.#hung.set(suspect.address, { rpc: failure?.rpc ?? 'a call', probes: 0 });
  }

  /** Why a case cannot run, if it cannot. */
  async inTheWayOf({ actors }: Pick<Case, 'actors'>): Promise<string | undefined> {
    for (const implementation of new Set(actors.values())) {
      const { label, address } = implementation;
      const found = this.#hung.get(address);
      if (found === undefined) continue;
      if (found.probes < mostProbes && (await answersName(implementation))) {
        this.#hung.delete(address);
        continue;
      }
      found.probes++;
      const probed = found.probes <= mostProbes ? 'it does not answer Name' : 'it was given up';
      return `${label} at ${address} hangs since an earlier case had no answer to ${found.rpc}, and only whoever started it can start it anew; ${probed}`;
    }
    return undefined;
  }
}
