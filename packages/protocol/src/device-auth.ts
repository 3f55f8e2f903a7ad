/** What a device signs to prove that it holds its key. */
export interface DeviceAuthInput {
  /** `v2` is known to every gateway; `v3` also covers platform and device family. */
  readonly version: "v2" | "v3";
  readonly deviceId: string;
  readonly clientId: string;
  readonly clientMode: string;
  /** After the default: `operator` when the connect named none. */
  readonly role: string;
  /** In the order they were sent; signing does not sort. */
  readonly scopes: readonly string[];
  readonly signedAtMs: number;
  /** The credential {@link signedToken} picks; absent signs an empty field. */
  readonly token?: string | undefined;
  readonly nonce: string;
  readonly platform?: string | undefined;
  readonly deviceFamily?: string | undefined;
}

/**
 * The text a device signature covers, fields joined by `|` without escaping:
 * `v2|<id>|cli|cli|operator|operator.read|1737264000000|tok|<nonce>`.
 *
 * Docs: protocol.md#signed-payload
 */
export function deviceAuthPayload(input: DeviceAuthInput): string {
  const fields = [
    input.version,
    input.deviceId,
    input.clientId,
    input.clientMode,
    input.role,
    input.scopes.join(","),
    String(input.signedAtMs),
    input.token ?? "",
    input.nonce,
  ];
  if (input.version === "v3") fields.push(normalise(input.platform), normalise(input.deviceFamily));
  return fields.join("|");
}

/** The credential of a connect that its device signature covers: never the password. */
export function signedToken(auth?: {
  readonly token?: string | undefined;
  readonly deviceToken?: string | undefined;
  readonly bootstrapToken?: string | undefined;
}): string {
  return auth?.token ?? auth?.deviceToken ?? auth?.bootstrapToken ?? "";
}

/** Only A-Z is lowered: other clients do it byte by byte, and full case folding would differ. */
function normalise(value = ""): string {
  return value.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
