import type { Paths } from "../paths.ts";
import type { Env } from "../environment.ts";
import type { GatewaySettings } from "../settings/gateway-settings.ts";
import type { Writer } from "../write/write-config-file.ts";
import type { FileSystem } from "../write/file-system.ts";

export interface EnsureGatewayTokenOptions {
  readonly settings: GatewaySettings;
  readonly paths: Paths;
  readonly env: Env;
  readonly writer: Writer;
  readonly random?: (bytes: number) => Uint8Array;
  readonly fs?: FileSystem;
  readonly now?: () => number;
}

/** Settings that have a token, and what to log about it. */
export interface GatewayToken {
  readonly settings: GatewaySettings;
  readonly generated: boolean;
  /** Whether the token was saved to the configuration file. */
  readonly saved: boolean;
  readonly logLines: readonly string[];
}

export async function ensureGatewayToken(options: EnsureGatewayTokenOptions): Promise<GatewayToken> {
  throw new Error(`not yet ${String(options)}`);
}
