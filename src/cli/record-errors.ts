/** What a command says about records and expectations that it cannot take. */
import { ExpectationError } from '../report/expectations/expectation-file.ts';
import { RecordError } from '../report/record/record-file.ts';
import { CommandError } from './command-error.ts';

/** @throws CommandError (2) in place of RecordError and ExpectationError */
export async function withRecordErrors<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof RecordError || error instanceof ExpectationError) throw new CommandError(error.message, { exitCode: 2, cause: error });
    throw error;
  }
}
