/** Whether our engine can follow a passive-client vector that was made from a run. */
import { nativeProvider } from '../mls/crypto/native/provider.ts';
import type { PassiveVector } from '../report/passive-joiners.ts';
import { passiveClient } from '../vectors/passive-client.ts';
import { verifyCases } from '../vectors/verify.ts';

export interface PassiveVectorCheck {
  /** Why a vector is no good, in words that are the same for all that are no good for that reason; undefined when it is. */
  readonly refuse: (vector: PassiveVector) => Promise<string | undefined>;
  /** What was let pass in those that are good, and in how many. */
  readonly notes: ReadonlyMap<string, number>;
}

export function passiveVectorCheck(): PassiveVectorCheck {
  const provider = nativeProvider();
  const notes = new Map<string, number>();
  const refuse = async (vector: PassiveVector): Promise<string | undefined> => {
    const report = await verifyCases(passiveClient, [vector], { provider, accept: new Set(['unlisted-grease'] as const), now: undefined });
    const [failure] = report.failures;
    if (failure !== undefined) return `our engine does not follow: ${general(failure.path.slice('[0]'.length))}: ${general(failure.message)}`;
    for (const note of report.notes.keys()) notes.set(note, (notes.get(note) ?? 0) + 1);
    return undefined;
  };
  return { refuse, notes };
}

/** Of a broken requirement its id only; of all else the text without its numbers. */
const general = (text: string): string => /^(R-[\w.-]+):/.exec(text)?.[1] ?? text.split('\n', 1)[0]!.replace(/\d+/g, 'N').slice(0, 160);
