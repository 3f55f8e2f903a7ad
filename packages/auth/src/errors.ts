/** What this package throws: broken set-up only. Whatever a client does wrong is a verdict. */
export const AUTH_ERROR_CODES = {
  TOKEN_KEY_LENGTH: "The key that device tokens are derived from must have 32 bytes.",
} as const;

/** Code of an {@link AuthError}. */
export type AuthErrorCode = keyof typeof AUTH_ERROR_CODES;

/** The gateway was put together wrongly. */
export class AuthError extends Error {
  override readonly name = "AuthError";
  readonly code: AuthErrorCode;

  constructor(code: AuthErrorCode, options?: ErrorOptions) {
    super(AUTH_ERROR_CODES[code], options);
    this.code = code;
  }
}
