/** What can go wrong beyond a user's mistake; user mistakes are returned as issues or failures. */
export const CONFIG_ERROR_CODES = {
  conflict: "the file changed since it was read",
  unsupported: "the file cannot be edited as asked",
  io: "the file cannot be read or written",
} as const;

export type ConfigErrorCode = keyof typeof CONFIG_ERROR_CODES;

/** Root of the errors this package throws. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code: ConfigErrorCode;

  constructor(code: ConfigErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
