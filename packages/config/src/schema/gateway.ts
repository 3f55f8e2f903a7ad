import * as v from "valibot";
import {
  addressBlock,
  count,
  flag,
  later,
  milliseconds,
  nonEmptyText,
  oneOf,
  opaque,
  openSection,
  pattern,
  port,
  positiveCount,
  secret,
  section,
  text,
  texts,
} from "./vocabulary.ts";

/** Where the gateway may listen. */
export const BIND_MODES = ["auto", "lan", "loopback", "custom", "tailnet"] as const;
/** How clients prove who they are. */
export const AUTH_MODES = ["none", "token", "password", "trusted-proxy"] as const;

const namedToken = later(() =>
  section(
    {
      role: oneOf("operator", "node"),
      scopes: texts,
      expiresAt: v.pipe(text, v.isoTimestamp("invalid time (use an ISO 8601 timestamp)")),
      cidr: v.array(addressBlock),
    },
    {
      name: pattern(/^[a-z0-9-]{1,32}$/, "invalid token name (use a-z, 0-9, -; at most 32)"),
      hash: v.pipe(
        pattern(/^sha256:[0-9a-f]{64}$/, "invalid token hash (use sha256:<64 hex digits>)"),
        v.metadata({ sensitive: true }),
      ),
    },
  ),
);

const auth = later(() =>
  section({
    mode: oneOf(...AUTH_MODES),
    token: secret,
    password: secret,
    tokens: v.array(namedToken),
    allowTailscale: flag,
    rateLimit: section({
      maxAttempts: positiveCount,
      windowMs: positiveCount,
      lockoutMs: count,
      exemptLoopback: flag,
    }),
    trustedProxy: section(
      {
        requiredHeaders: texts,
        allowUsers: texts,
        secretHeader: section({}, { name: nonEmptyText, value: secret }),
      },
      { userHeader: nonEmptyText },
    ),
  }),
);

const controlUi = later(() =>
  section({
    enabled: flag,
    basePath: text,
    root: text,
    allowedOrigins: texts,
    allowLoopbackOrigins: flag,
    dangerouslyAllowHostHeaderOriginFallback: flag,
    allowInsecureAuth: flag,
    dangerouslyDisableDeviceAuth: flag,
  }),
);

const remote = later(() =>
  section({
    url: text,
    transport: oneOf("ssh", "direct"),
    token: secret,
    password: secret,
    tlsFingerprint: text,
    sshTarget: text,
    sshIdentity: text,
  }),
);

const fetchedFiles = {
  allowUrl: flag,
  urlAllowlist: texts,
  allowedMimes: texts,
  maxBytes: positiveCount,
  maxRedirects: count,
  timeoutMs: positiveCount,
};

const http = later(() =>
  section({
    endpoints: section({
      chatCompletions: section({ enabled: flag }),
      responses: section({
        enabled: flag,
        maxBodyBytes: positiveCount,
        maxUrlParts: count,
        files: section({
          ...fetchedFiles,
          maxChars: positiveCount,
          pdf: section({ maxPages: positiveCount, maxPixels: positiveCount, minTextChars: count }),
        }),
        images: section(fetchedFiles),
      }),
    }),
    securityHeaders: section({ strictTransportSecurity: v.union([text, v.literal(false)]) }),
  }),
);

const limits = later(() =>
  section({
    handshakeTimeoutMs: positiveCount,
    preAuthSockets: positiveCount,
    preAuthSocketsPerPeer: positiveCount,
    inFlightPerConnection: positiveCount,
    maxPayloadBytes: positiveCount,
    maxBufferedBytes: positiveCount,
    tickIntervalMs: positiveCount,
    responseStallMs: positiveCount,
  }),
);

/** `gateway.*`: address, authentication, control UI, reload, HTTP, limits. Docs: configuration.md#gateway */
export const GatewaySchema = later(() =>
  section({
    mode: oneOf("local", "remote"),
    port,
    bind: oneOf(...BIND_MODES),
    customBindHost: text,
    auth,
    trustedProxies: v.array(addressBlock),
    allowRealIpFallback: flag,
    controlUi,
    tailscale: section({ mode: oneOf("off", "serve", "funnel"), resetOnExit: flag }),
    remote,
    reload: section({
      mode: oneOf("off", "hot", "restart", "hybrid"),
      debounceMs: milliseconds,
      pollMs: positiveCount,
    }),
    tls: openSection({ enabled: flag, autoGenerate: flag, certPath: text, keyPath: text, caPath: text }),
    http,
    tools: section({ deny: texts, allow: texts }),
    channelHealthCheckMinutes: count,
    limits,
    writeBudget: section({ maxCalls: positiveCount, windowMs: positiveCount }),
    shutdown: section({ budgetMs: milliseconds, restartDrainMs: milliseconds }),
    // `browser` is for a part that comes later.
    nodes: section({ allowCommands: texts, denyCommands: texts, browser: opaque }),
  }),
);
