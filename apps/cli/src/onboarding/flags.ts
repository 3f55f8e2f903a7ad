import { type BindMode, usableSecret } from "@openclaw/config";

import { CliFailure } from "../failure.ts";
import type { AskFlags } from "../removal/agreement.ts";

/** Options of `onboard` and `configure` as typed, or as answered. */
export interface OnboardFlags extends AskFlags {
  readonly acceptRisk?: boolean;
  readonly mode?: string;
  readonly workspace?: string;
  readonly gatewayPort?: string;
  readonly gatewayBind?: string;
  readonly gatewayAuth?: string;
  readonly gatewayToken?: string;
  readonly gatewayPassword?: string;
  readonly remoteUrl?: string;
  readonly remoteToken?: string;
  readonly tailscale?: string;
  /** False by `--no-install-daemon`. */
  readonly installDaemon?: boolean;
  readonly skipDaemon?: boolean;
  readonly daemonRuntime?: string;
  readonly skipHealth?: boolean;
  readonly skipUi?: boolean;
  readonly reset?: boolean;
}

/** Where the gateway of this configuration runs. */
export type Mode = "local" | "remote";

/** Names of the flags that hold a value, with what is wrong with a value. */
const RULES = {
  mode: oneOf("--mode", ["local", "remote"]),
  gatewayPort: (text: string) =>
    /^[1-9]\d{0,4}$/.test(text) && Number(text) <= LAST_PORT
      ? undefined
      : `Invalid --gateway-port (use a number from 1 to ${LAST_PORT})`,
  gatewayBind: oneOf("--gateway-bind", [
    "loopback",
    "lan",
    "tailnet",
    "auto",
    "custom",
  ] satisfies readonly BindMode[]),
  gatewayAuth: oneOf("--gateway-auth", ["token", "password"]),
  gatewayToken: secret("--gateway-token"),
  gatewayPassword: secret("--gateway-password"),
  remoteUrl: (text: string) =>
    /^wss?:\/\/[^\s/]/.test(text) ? undefined : "Invalid --remote-url (use ws://host:port or wss://host)",
  remoteToken: secret("--remote-token"),
  tailscale: (text: string) =>
    text === "serve" || text === "funnel"
      ? `--tailscale ${text} is not supported yet (use "off", and Tailscale's own command)`
      : oneOf("--tailscale", ["off", "serve", "funnel"])(text),
  daemonRuntime: oneOf("--daemon-runtime", ["node"]),
  workspace: (text: string) => (text.trim() === "" ? "Invalid --workspace (use a folder)" : undefined),
} as const;

const LAST_PORT = 65_535;

/** A flag that holds a value. */
export type ValueFlag = keyof typeof RULES;

/** What is wrong with a value of a flag. */
export function problemOf(name: ValueFlag, text: string): string | undefined {
  return RULES[name](text);
}

const LOCAL_ONLY = [
  ["gatewayPort", "--gateway-port"],
  ["gatewayBind", "--gateway-bind"],
  ["gatewayAuth", "--gateway-auth"],
  ["gatewayToken", "--gateway-token"],
  ["gatewayPassword", "--gateway-password"],
  ["daemonRuntime", "--daemon-runtime"],
  ["installDaemon", "--install-daemon"],
] as const;

const REMOTE_ONLY = [
  ["remoteUrl", "--remote-url"],
  ["remoteToken", "--remote-token"],
] as const;

/** Checks every flag by itself. @throws {CliFailure} the first that cannot be meant */
export function checkFlags(flags: OnboardFlags): void {
  for (const name of Object.keys(RULES).filter(isValueFlag)) {
    const text = flags[name];
    const problem = text === undefined ? undefined : problemOf(name, text);
    if (problem !== undefined) throw new CliFailure(problem, { code: "usage", label: "" });
  }
  if (flags.installDaemon === true && flags.skipDaemon === true)
    throw new CliFailure("--install-daemon and --skip-daemon exclude each other", { code: "usage" });
  if (flags.gatewayToken !== undefined && flags.gatewayPassword !== undefined && !flags.gatewayAuth) {
    const message = "token and password are both given: add --gateway-auth token or --gateway-auth password";
    throw new CliFailure(message, { code: "usage" });
  }
}

/**
 * The mode that is wanted: as typed, as configured, or as an address of elsewhere says.
 *
 * @throws {CliFailure} a flag that is for the other mode
 */
export function modeOf(flags: OnboardFlags, configured: Mode | undefined): Mode {
  const guess = flags.remoteUrl === undefined ? "local" : "remote";
  const mode = flags.mode === "local" || flags.mode === "remote" ? flags.mode : (configured ?? guess);
  const [foreign] = (mode === "local" ? REMOTE_ONLY : LOCAL_ONLY).filter(
    ([name]) => flags[name] !== undefined && flags[name] !== false,
  );
  if (foreign === undefined) return mode;
  const other = mode === "local" ? "remote" : "local";
  const message = `${foreign[1]} is for a gateway ${WHERE[other]}, and gateway.mode is ${mode}: add --mode ${other}`;
  throw new CliFailure(message, { code: "usage" });
}

const WHERE: Readonly<Record<Mode, string>> = { local: "on this machine", remote: "elsewhere" };

/** One sentence for each secret that was typed where others can read it. */
export function argumentWarnings(typed: OnboardFlags): readonly string[] {
  const shown = [
    ["--gateway-token", typed.gatewayToken],
    ["--gateway-password", typed.gatewayPassword],
    ["--remote-token", typed.remoteToken],
  ] as const;
  return shown.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} on the command line can be read by other users of this machine.`],
  );
}

function isValueFlag(name: string): name is ValueFlag {
  return Object.hasOwn(RULES, name);
}

function oneOf(flag: string, values: readonly string[]): (text: string) => string | undefined {
  const names = values.map((value) => `"${value}"`);
  const last = names.at(-1) ?? "";
  const listed = names.length < 3 ? names.join(" or ") : `${names.slice(0, -1).join(", ")}, or ${last}`;
  return (text) => (values.includes(text) ? undefined : `Invalid ${flag} (use ${listed})`);
}

function secret(flag: string): (text: string) => string | undefined {
  return (text) =>
    usableSecret(text) === undefined ? `${flag} is blank or a placeholder and counts as missing` : undefined;
}
