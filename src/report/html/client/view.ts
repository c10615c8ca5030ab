/** Templates that become elements: whatever stands in ${} is text or a component, never markup. */
import htm from 'htm';
import { h, type VNode } from 'preact';

// The package declares its types for require; an import gets the function itself.
export const html = (htm as unknown as typeof htm.default).bind(h) as (strings: TemplateStringsArray, ...values: unknown[]) => VNode;

/** What a component may be given as its content. */
export type Content = VNode | string | number | false | undefined | null | readonly Content[];
