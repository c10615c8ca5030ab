/** A message decoded beside its bytes: the field under the pointer or the focus has its octets marked, and the other way round. */
import { useMemo, useState } from 'preact/hooks';
import { inspect } from '../../inspect/inspect.ts';
import type { Inspection } from '../../inspect/inspection.ts';
import type { TypeName } from '../../inspect/types.ts';
import { FieldTree } from './field-tree.ts';
import { flatten, innermost, type FieldRow } from './field-rows.ts';
import { Octets } from './octets.ts';
import { html, type Content } from './view.ts';

interface DecodedProps {
  readonly bytes: Uint8Array;
  readonly label: string;
  /** What they are, where they do not say it themselves. */
  readonly type?: string;
  /** The octets to be marked from the start on. */
  readonly marked?: { readonly path: string; readonly start: number; readonly end: number };
}

export function Decoded({ bytes, label, type, marked }: DecodedProps): Content {
  const inspection = useMemo(() => inspect(bytes, type === undefined ? {} : { as: type as TypeName }), [bytes, type]);
  const rows = useMemo(() => flatten(inspection.tree), [inspection]);
  const [selected, select] = useState<FieldRow | undefined>(() => marked && innermost(rows, marked));
  const [hovered, hover] = useState<FieldRow | undefined>(undefined);
  const active = hovered ?? selected;
  return html`<div class="decoded">
    <${Summary} inspection=${inspection} marked=${marked} />
    <div class="panes" onMouseLeave=${() => hover(undefined)}>
      <${FieldTree} rows=${rows} label=${`Fields of ${label}`} active=${active} selected=${selected} onHover=${hover} onSelect=${select} />
      <${Octets} bytes=${bytes} rows=${rows} label=${`Octets of ${label}`} active=${active} selected=${selected} onHover=${hover} onSelect=${select} />
    </div>
  </div>`;
}

function Summary({ inspection: { type, summary, faults, wellFormed }, marked }: { readonly inspection: Inspection; readonly marked: DecodedProps['marked'] }): Content {
  return html`
    <p class="decoded-summary"><b>${type}</b> ${summary ?? (wellFormed ? '' : 'does not decode')}</p>
    ${faults.map(
      ({ path, offset, reason, requirement, rule }) => html`<p class="fault">${path}, octet ${offset}: ${reason}${requirement !== undefined && ` (${requirement}: ${rule ?? ''})`}</p>`,
    )}
    ${marked !== undefined && html`<p class="fault">Offending field: <code>${marked.path}</code>, octets ${marked.start} to ${marked.end - 1}</p>`}
  `;
}
