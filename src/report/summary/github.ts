/** What a run shows on GitHub when it is a step of a workflow there. */
import { annotationReporter } from './annotations.ts';
import { stepSummaryReporter } from './markdown.ts';
import type { Reporter } from '../reporter.ts';

/** None outside of a workflow, as far as the environment tells. */
export function githubReporters(environment: { readonly [name: string]: string | undefined }, print: (text: string) => void): Reporter[] {
  const { GITHUB_STEP_SUMMARY: summary = '', GITHUB_ACTIONS: actions } = environment;
  return [...(summary === '' ? [] : [stepSummaryReporter(summary)]), ...(actions === 'true' ? [annotationReporter(print)] : [])];
}
