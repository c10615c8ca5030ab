/** Who took a message and who did not. */
import type { Party, Quarrel } from '../../report/record/record.ts';
import type { CaseFile } from './case-file.ts';
import type { Message } from './findings.ts';

export function quarrelAbout(file: CaseFile, { kind, step, sender, reactions }: Message): Quarrel {
  const parties = (accepted: boolean): Party[] =>
    reactions.filter((reaction) => reaction.accepted === accepted && (accepted || reaction.main)).map(({ actor }) => ({ implementation: file.label(actor), actor }));
  return { kind, step, sender: { implementation: file.label(sender), actor: sender }, accepted: parties(true), refused: parties(false) };
}
