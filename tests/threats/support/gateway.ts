import {
  createGateway,
  type EmbeddedOptions,
  type Gateway,
  type GatewayAddress,
} from "@openclaw/gateway-core";

/** The shared secret of the gateways under attack. */
export const TOKEN = "threat-tests-token-0123456789abcdef";

/** Where the one proxy sits that gateways of {@link startBehindProxy} believe. */
export const PROXY_ADDRESS = "127.0.0.2";

/** One line a gateway logged. */
export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly text: string;
}

/** A gateway that runs in this process, with its log and a clock that can be moved. */
export interface StartedGateway extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly address: GatewayAddress;
  readonly log: readonly LogLine[];
  /** Lets time pass for the gateway: lockouts, terms and lifetimes; not for its timers. */
  advance(ms: number): void;
}

type Section = Readonly<Record<string, unknown>>;

/** Starts a gateway in memory on a free port: token mode, HTTP endpoints on; `config.gateway` is merged over that. */
export async function start(
  config: Section & { readonly gateway?: Section } = {},
  options: Partial<EmbeddedOptions> = {},
): Promise<StartedGateway> {
  let offsetMs = 0;
  const log: LogLine[] = [];
  const { gateway: section, ...rest } = config;
  const gateway = createGateway({
    port: 0,
    now: () => Date.now() + offsetMs,
    logger: logger(log),
    ...options,
    config: {
      gateway: {
        auth: { token: TOKEN },
        http: { endpoints: { chatCompletions: { enabled: true } } },
        ...section,
      },
      ...rest,
    },
  });
  const address = await gateway.start();
  return {
    gateway,
    address,
    log,
    advance: (ms) => void (offsetMs += ms),
    [Symbol.asyncDispose]: () => gateway.close(),
  };
}

/** The same behind a proxy, so that clients can come from any address: see `Attacker.open` and its `from`. */
export function startBehindProxy(
  section: Section = {},
  options: Partial<EmbeddedOptions> = {},
): Promise<StartedGateway> {
  return start({ gateway: { trustedProxies: [PROXY_ADDRESS], ...section } }, options);
}

function logger(log: LogLine[]): NonNullable<EmbeddedOptions["logger"]> {
  const at =
    (level: LogLine["level"]) =>
    (...parts: readonly unknown[]) =>
      void log.push({ level, text: parts.map(asText).join(" ") });
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function asText(part: unknown): string {
  if (typeof part === "string") return part;
  return JSON.stringify(part, (_, value: unknown) =>
    value instanceof Error ? `${value.message} ${value.stack ?? ""} ${asText(value.cause ?? "")}` : value,
  );
}
