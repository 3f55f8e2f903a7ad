import type { Env } from "./environment.ts";
import type { Paths } from "./paths.ts";
import type { OpenClawConfig } from "./schema/config-schema.ts";
import type { BindMode } from "./settings/gateway-settings.ts";

/** How the address was chosen, in the words the CLI prints. */
export type TargetSource =
  | "cli --url"
  | "config gateway.remote.url"
  | "local loopback"
  | "missing gateway.remote.url (fallback local)";

/** Connection flags of a command as typed. */
export interface TargetFlags {
  readonly url?: string;
  readonly token?: string;
  readonly password?: string;
  readonly port?: string | number;
}

/** One gateway to talk to, and with which credentials. */
export interface GatewayTarget {
  readonly url: string;
  readonly source: TargetSource;
  readonly token?: string;
  readonly password?: string;
  /** Certificate the gateway must show, when one is pinned. */
  readonly tlsFingerprint?: string;
  readonly configPath: string;
  /** Bind mode of the local gateway; absent when the address did not come from it. */
  readonly bind?: BindMode;
  /** `Gateway target: …`, `Source: …`, `Config: …`, `Bind: …`: printed below a connection failure. */
  readonly details: readonly string[];
}

/** Why no connection may be tried. */
export interface TargetFailure {
  readonly code: "invalid_url" | "insecure_url" | "credentials_required" | "remote_url_missing";
  /** Problem first, then where it comes from and how to fix it. */
  readonly lines: readonly [string, ...string[]];
}

export interface ResolveTargetOptions {
  readonly config: OpenClawConfig;
  readonly env: Env;
  readonly paths: Pick<Paths, "configPath">;
  readonly flags?: TargetFlags;
  /** `local` asks for this machine's gateway even in remote mode; @default "configured" */
  readonly scope?: "configured" | "local";
}

export type TargetResolution =
  | { readonly ok: true; readonly target: GatewayTarget }
  | { readonly ok: false; readonly failure: TargetFailure };

export function resolveTarget(options: ResolveTargetOptions): TargetResolution {
  throw new Error(`not yet ${String(options)}`);
}
