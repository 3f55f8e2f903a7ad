/** What a client should do about a refused credential. */
export type NextStep =
  | "retry_with_device_token"
  | "update_auth_configuration"
  | "update_auth_credentials"
  | "wait_then_retry"
  | "review_auth_configuration";

/** One way credentials are refused: the code tools match on, and what to do about it. */
export interface AuthFailure {
  readonly code: string;
  readonly nextStep: NextStep;
  /** The whole text after `unauthorized`; `{hint}` stands for advice that depends on the client. */
  readonly text: string;
}

const TAILSCALE_HINT = "use Tailscale Serve auth or gateway token/password";

/**
 * Refused credentials, by `details.authReason`.
 *
 * Docs: protocol.md#refused-credentials
 */
export const AUTH_FAILURES = {
  token_missing: {
    code: "AUTH_TOKEN_MISSING",
    nextStep: "update_auth_configuration",
    text: ": gateway token missing ({hint})",
  },
  token_mismatch: {
    code: "AUTH_TOKEN_MISMATCH",
    nextStep: "update_auth_credentials",
    text: ": gateway token mismatch ({hint})",
  },
  token_missing_config: {
    code: "AUTH_TOKEN_NOT_CONFIGURED",
    nextStep: "update_auth_configuration",
    text: ": gateway token not configured on gateway (set gateway.auth.token)",
  },
  password_missing: {
    code: "AUTH_PASSWORD_MISSING",
    nextStep: "update_auth_configuration",
    text: ": gateway password missing ({hint})",
  },
  password_mismatch: {
    code: "AUTH_PASSWORD_MISMATCH",
    nextStep: "update_auth_credentials",
    text: ": gateway password mismatch ({hint})",
  },
  password_missing_config: {
    code: "AUTH_PASSWORD_NOT_CONFIGURED",
    nextStep: "update_auth_configuration",
    text: ": gateway password not configured on gateway (set gateway.auth.password)",
  },
  bootstrap_token_invalid: {
    code: "AUTH_BOOTSTRAP_TOKEN_INVALID",
    nextStep: "review_auth_configuration",
    text: ": setup code invalid, expired, revoked, or already used (create a new code; review `openclaw devices list`)",
  },
  device_token_mismatch: {
    code: "AUTH_DEVICE_TOKEN_MISMATCH",
    nextStep: "update_auth_credentials",
    text: ": device token mismatch (rotate/reissue device token)",
  },
  scope_mismatch: {
    code: "AUTH_SCOPE_MISMATCH",
    nextStep: "review_auth_configuration",
    text: ": device token scope mismatch (re-pair or approve scope upgrade)",
  },
  rate_limited: {
    code: "AUTH_RATE_LIMITED",
    nextStep: "wait_then_retry",
    text: ": too many failed authentication attempts (retry later)",
  },
  tailscale_user_missing: {
    code: "AUTH_TAILSCALE_IDENTITY_MISSING",
    nextStep: "review_auth_configuration",
    text: `: tailscale identity missing (${TAILSCALE_HINT})`,
  },
  tailscale_proxy_missing: {
    code: "AUTH_TAILSCALE_PROXY_MISSING",
    nextStep: "review_auth_configuration",
    text: `: tailscale proxy headers missing (${TAILSCALE_HINT})`,
  },
  tailscale_whois_failed: {
    code: "AUTH_TAILSCALE_WHOIS_FAILED",
    nextStep: "review_auth_configuration",
    text: `: tailscale identity check failed (${TAILSCALE_HINT})`,
  },
  tailscale_user_mismatch: {
    code: "AUTH_TAILSCALE_IDENTITY_MISMATCH",
    nextStep: "review_auth_configuration",
    text: `: tailscale identity mismatch (${TAILSCALE_HINT})`,
  },
} as const satisfies Record<string, AuthFailure>;

/** An `authReason` with its own code; any other text is reported as plain `unauthorized`. */
export type KnownAuthReason = keyof typeof AUTH_FAILURES;

/** One way a device proof is refused. */
export interface DeviceAuthFailure {
  readonly message: string;
  /** Dialect 4; dialect 3 always says `DEVICE_AUTH_INVALID`. */
  readonly code: string;
}

/**
 * Refused device proofs, by `details.reason`, in the order they are checked.
 *
 * Docs: protocol.md#device-proof
 */
export const DEVICE_AUTH_FAILURES = {
  "device-id-mismatch": { message: "device identity mismatch", code: "DEVICE_AUTH_DEVICE_ID_MISMATCH" },
  "device-signature-stale": { message: "device signature expired", code: "DEVICE_AUTH_SIGNATURE_EXPIRED" },
  "device-nonce-missing": { message: "device nonce required", code: "DEVICE_AUTH_NONCE_REQUIRED" },
  "device-nonce-mismatch": { message: "device nonce mismatch", code: "DEVICE_AUTH_NONCE_MISMATCH" },
  "device-signature": { message: "device signature invalid", code: "DEVICE_AUTH_SIGNATURE_INVALID" },
  "device-public-key": { message: "device public key invalid", code: "DEVICE_AUTH_PUBLIC_KEY_INVALID" },
} as const satisfies Record<string, DeviceAuthFailure>;

/** Why a device proof was refused. */
export type DeviceAuthReason = keyof typeof DEVICE_AUTH_FAILURES;

/**
 * Why a device has to be approved first, and what that means in words.
 *
 * Docs: protocol.md#pairing
 */
export const PAIRING_REASONS = {
  "not-paired": {
    requirement: "device is not approved yet",
    remediationHint: "Approve this device from the pending pairing requests.",
  },
  "role-upgrade": {
    requirement: "device is asking for a higher role than currently approved",
    remediationHint: "Review the requested role upgrade, then approve the pending request.",
  },
  "scope-upgrade": {
    requirement: "device is asking for more scopes than currently approved",
    remediationHint: "Review the requested scopes, then approve the pending upgrade.",
  },
} as const;

/** Why a device has to be approved first. */
export type PairingReason = keyof typeof PAIRING_REASONS;
