import type { AUTH_MODES, BIND_MODES } from "../schema/gateway.ts";

/** Where the gateway may listen. */
export type BindMode = (typeof BIND_MODES)[number];
/** How clients prove who they are. */
export type AuthMode = (typeof AUTH_MODES)[number];
/** Where a setting came from, highest rank first. */
export type SettingSource = "flag" | "config" | "env" | "generated" | "default";

/** Flags of `gateway run` as typed; checked here, so that every caller answers the same. */
export interface GatewayFlags {
  readonly port?: string | number;
  readonly bind?: string;
  readonly auth?: string;
  readonly token?: string;
  readonly password?: string;
  /** Start without `gateway.mode=local`. */
  readonly allowUnconfigured?: boolean;
}

/** A secret for one client with rights of its own, as the file holds it: hashed. */
export interface NamedTokenSettings {
  readonly name: string;
  /** `sha256:` and the lower-case hex SHA-256 of the text. */
  readonly hash: string;
  readonly role: "operator" | "node";
  readonly scopes: readonly string[];
  /** Epoch ms. */
  readonly expiresAtMs?: number;
  /** Addresses and CIDR blocks it may be used from; absent means from anywhere. */
  readonly cidr?: readonly string[];
}

/** The gateway's own credentials and what decides about them. */
export interface AuthSettings {
  readonly mode: AuthMode;
  readonly modeSource: SettingSource;
  readonly token?: string;
  readonly tokenSource?: SettingSource;
  readonly password?: string;
  readonly passwordSource?: SettingSource;
  readonly tokens: readonly NamedTokenSettings[];
  readonly allowTailscale: boolean;
  readonly rateLimit: {
    readonly maxAttempts: number;
    readonly windowMs: number;
    readonly lockoutMs: number;
    readonly exemptLoopback: boolean;
  };
  readonly trustedProxy?: {
    /** Lower-case header names. */
    readonly userHeader: string;
    readonly requiredHeaders: readonly string[];
    readonly allowUsers: readonly string[];
    readonly secretHeader?: { readonly name: string; readonly value: string };
  };
}

/** Which browsers may talk to the gateway, and whether it serves them a page. */
export interface ControlUiSettings {
  readonly enabled: boolean;
  readonly basePath: string;
  readonly allowedOrigins: readonly string[];
  readonly allowLoopbackOrigins: boolean;
  readonly dangerouslyAllowHostHeaderOriginFallback: boolean;
  readonly allowInsecureAuth: boolean;
  readonly dangerouslyDisableDeviceAuth: boolean;
}

/** `gateway.limits` with defaults. */
export interface LimitSettings {
  readonly handshakeTimeoutMs: number;
  readonly preAuthSockets: number;
  readonly preAuthSocketsPerPeer: number;
  readonly inFlightPerConnection: number;
  readonly maxPayloadBytes: number;
  readonly maxBufferedBytes: number;
  readonly tickIntervalMs: number;
  readonly responseStallMs: number;
}

/** Everything a gateway needs to know before it opens its port: checked, complete, frozen. */
export interface GatewaySettings {
  readonly port: number;
  readonly portSource: SettingSource;
  readonly bind: BindMode;
  /** Addresses to listen on. The first must succeed; the others are taken when the machine has them. */
  readonly hosts: readonly [string, ...string[]];
  /** Whether no address other than loopback is listened on. */
  readonly isLoopback: boolean;
  readonly auth: AuthSettings;
  /** Token mode and no usable token anywhere: call `ensureGatewayToken` before listening. */
  readonly tokenMissing: boolean;
  readonly trustedProxies: readonly string[];
  readonly allowRealIpFallback: boolean;
  readonly controlUi: ControlUiSettings;
  readonly limits: LimitSettings;
  /** What nodes may be asked for beside, and in spite of, what their platform is allowed. */
  readonly nodes: { readonly allowCommands: readonly string[]; readonly denyCommands: readonly string[] };
  /** How often one caller may write the configuration by one method. */
  readonly writeBudget: { readonly maxCalls: number; readonly windowMs: number };
  /** What a change of the configuration leads to. */
  readonly reloadMode: "off" | "hot" | "restart" | "hybrid";
  /** How much the local network is told of this gateway. */
  readonly mdnsMode: "off" | "minimal" | "full";
  readonly shutdown: { readonly budgetMs: number; readonly restartDrainMs: number };
  readonly http: {
    readonly chatCompletions: boolean;
    readonly responses: boolean;
    /** Value of the HSTS header, when one is to be sent. */
    readonly strictTransportSecurity?: string;
  };
  readonly tls: {
    readonly enabled: boolean;
    readonly autoGenerate: boolean;
    readonly certPath: string;
    readonly keyPath: string;
    readonly caPath?: string;
  };
  /** Lines for the log, worth a warning each. */
  readonly warnings: readonly string[];
}
