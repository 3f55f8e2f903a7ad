import type { GatewaySettings } from "@openclaw/config";
import type { GatewayAddress } from "@openclaw/gateway-core";

/** `listening on ws://127.0.0.1:18789, ws://[::1]:18789 (PID 1234)`: tools wait for this line. */
export function listeningLine({ hosts, port }: Pick<GatewayAddress, "hosts" | "port">, pid: number): string {
  return `listening on ${hosts.map((host) => `ws://${authority(host, port)}`).join(", ")} (PID ${pid})`;
}

/** Settings that open a door, one warning each. */
export function dangerLines({ controlUi, hosts, port, isLoopback }: GatewaySettings): readonly string[] {
  const flags = [
    "dangerouslyAllowHostHeaderOriginFallback",
    "dangerouslyDisableDeviceAuth",
    "allowInsecureAuth",
  ] as const;
  return [
    ...(isLoopback
      ? []
      : [
          `reachable from the network: listening on ${hosts.map((host) => authority(host, port)).join(", ")}`,
        ]),
    ...flags
      .filter((flag) => controlUi[flag])
      .map((flag) => `security: gateway.controlUi.${flag}=true weakens browser checks`),
  ];
}

/** What a first user needs, printed once a development gateway listens. */
export interface Welcome {
  readonly address: GatewayAddress;
  readonly configPath: string;
  readonly profile: string | undefined;
  readonly hasCompletions: boolean;
  /** Started by `npm start`: the command is not on the PATH then, and `npx` finds it. */
  readonly isNpmScript?: boolean;
}

/** Both addresses, where the token is, and what to try next. */
export function welcomeLines(welcome: Welcome): readonly string[] {
  const { address, configPath, profile, hasCompletions } = welcome;
  const flags = profile === undefined ? "" : profile === "dev" ? " --dev" : ` --profile ${profile}`;
  const command = `${welcome.isNpmScript === true ? "npx openclaw" : "openclaw"}${flags}`;
  const curl = [
    `curl -s ${address.httpUrl}/v1/chat/completions`,
    `-H "Authorization: Bearer $(${command} config get gateway.auth.token --reveal)"`,
    `-H "Content-Type: application/json"`,
    `-d '{"model":"openclaw","messages":[{"role":"user","content":"Hello"}]}'`,
  ].join(" ");
  return [
    "",
    `WebSocket: ${address.url}`,
    `HTTP:      ${address.httpUrl}`,
    `Token: gateway.auth.token in ${configPath}`,
    "",
    "Try next, in another terminal:",
    `  ${command} gateway status`,
    `  ${command} agent -m "Hello"`,
    hasCompletions ? `  ${curl}` : `  curl -s ${address.httpUrl}/healthz`,
    "",
  ];
}

function authority(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
