/** What the calls of a siege were answered, and what was wrong. */
import { status } from '@grpc/grpc-js';

/** Answers that say that the service is at fault, or gone. */
const faults: readonly status[] = [status.INTERNAL, status.UNKNOWN, status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.ABORTED, status.DATA_LOSS];

/** Below this share of a core it was the machine that was late. */
const starvation = 0.5;

const mostWrongs = 20;

export class Tally {
  readonly byStatus = new Map<string, number>();
  readonly byRpc = new Map<string, number>();
  /** What should not have happened, the first few of it. */
  readonly wrongs: string[] = [];
  mutated = 0;
  valid = 0;
  /** Mutated messages that were accepted because the mutation does not matter. */
  harmless = 0;
  /** Milliseconds, at the caller. */
  slowest = 0;
  /** Late answers while the machine had little time for the service. */
  starved = 0;

  /** @param isMutated whether the call was an attack */
  answered(rpc: string, code: status, call: { readonly isMutated: boolean; readonly ms: number; readonly details: string }): void {
    if (call.isMutated) {
      this.mutated++;
      this.#count(this.byStatus, status[code]);
      this.#count(this.byRpc, rpc);
    } else {
      this.valid++;
      if (code !== status.OK) this.wrong(`a valid ${rpc} was answered ${status[code]}: ${call.details}`);
    }
    this.slowest = Math.max(this.slowest, call.ms);
    if (faults.includes(code)) this.wrong(`${rpc} was answered ${status[code]}: ${call.details}`);
  }

  /** An answer that took too long, with the share of a core that the service had meanwhile. */
  late(rpc: string, { ms, share }: { readonly ms: number; readonly share: number }): void {
    if (share < starvation) this.starved++;
    else this.wrong(`${rpc} was answered after ${Math.round(ms)} ms`);
  }

  wrong(what: string): void {
    if (this.wrongs.length < mostWrongs) this.wrongs.push(what);
  }

  #count(counts: Map<string, number>, key: string): void {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
}
