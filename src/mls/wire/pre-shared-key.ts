/** PreSharedKeyID and PSKLabel (RFC 9420 §8.4). */
import { enumeration, opaque, select, struct, uint16, uint64, uint8, type Infer } from './presentation-language.ts';

export const ResumptionPSKUsage = enumeration(uint8, { application: 1, reinit: 2, branch: 3 }, 'R-8.4-08');
export type ResumptionPSKUsage = Infer<typeof ResumptionPSKUsage>;

export const PreSharedKeyID = struct(
  { psktype: enumeration(uint8, { external: 1, resumption: 2 }, 'R-8.4-08') },
  select('psktype', {
    external: { pskId: opaque },
    resumption: { usage: ResumptionPSKUsage, pskGroupId: opaque, pskEpoch: uint64 },
  }),
  { pskNonce: opaque },
);
export type PreSharedKeyID = Infer<typeof PreSharedKeyID>;

export const PSKLabel = struct({ id: PreSharedKeyID, index: uint16, count: uint16 });
export type PSKLabel = Infer<typeof PSKLabel>;
