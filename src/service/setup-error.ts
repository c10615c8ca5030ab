/** The service cannot start as it was told to; the message is for the person who started it. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}
