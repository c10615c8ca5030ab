/** A setting that cannot be used as it is; the message says where it stands, what is wrong and what was wanted. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
