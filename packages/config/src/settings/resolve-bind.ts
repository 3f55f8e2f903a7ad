import { isIPv4 } from "node:net";
import type { OpenClawConfig } from "../schema/config-schema.ts";
import { BIND_MODES } from "../schema/gateway.ts";
import type { BindMode, GatewayFlags } from "./gateway-settings.ts";
import { type StartFailure, startFailure } from "./start-failures.ts";

/** Addresses to listen on, or why there are none. */
export type BindResolution =
  | {
      readonly ok: true;
      readonly bind: BindMode;
      readonly hosts: readonly [string, ...string[]];
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly failure: StartFailure };

const LOOPBACK_HOSTS = ["127.0.0.1", "::1"] as const;

/** The bind mode by rank: flag, file, loopback. `undefined` for a flag that names none. */
export function resolveBindMode(config: OpenClawConfig, flags: GatewayFlags): BindMode | undefined {
  if (flags.bind === undefined) return config.gateway?.bind ?? "loopback";
  return BIND_MODES.find((mode) => mode === flags.bind?.trim());
}

/**
 * Turns a bind mode into addresses. A mode that cannot be served narrows to loopback or fails; it never
 * widens to more networks than were asked for.
 */
export function resolveBind(
  bind: BindMode,
  config: OpenClawConfig,
  addresses: () => readonly string[],
): BindResolution {
  switch (bind) {
    case "loopback":
    case "auto":
      return { ok: true, bind, hosts: LOOPBACK_HOSTS, warnings: [] };
    case "lan":
      return { ok: true, bind, hosts: ["0.0.0.0"], warnings: [] };
    case "tailnet":
      return resolveTailnet(addresses());
    case "custom":
      return resolveCustom(config.gateway?.customBindHost?.trim() ?? "", addresses);
    default:
      return bind satisfies never;
  }
}

/** Whether an address or host name can only be reached from this machine. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").toLowerCase();
  return bare === "localhost" || bare === "::1" || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(bare);
}

function resolveTailnet(addresses: readonly string[]): BindResolution {
  const address = addresses.find(isTailnetAddress);
  if (address !== undefined) return { ok: true, bind: "tailnet", hosts: [address], warnings: [] };
  const warnings = ["gateway bind=tailnet: this machine has no tailnet address; listening on loopback only"];
  return { ok: true, bind: "tailnet", hosts: LOOPBACK_HOSTS, warnings };
}

function resolveCustom(host: string, addresses: () => readonly string[]): BindResolution {
  if (host === "") return { ok: false, failure: startFailure("custom-bind-host-missing", {}) };
  if (!isIPv4(host)) return { ok: false, failure: startFailure("custom-bind-host-invalid", { host }) };
  if (host !== "0.0.0.0" && !isLoopbackHost(host) && !addresses().includes(host)) {
    return { ok: false, failure: startFailure("custom-bind-host-foreign", { host, resolved: "none" }) };
  }
  return { ok: true, bind: "custom", hosts: [host], warnings: [] };
}

/** The shared address space 100.64.0.0/10, out of which tailnets hand out addresses. */
function isTailnetAddress(address: string): boolean {
  const [first, second] = address.split(".").map(Number);
  return isIPv4(address) && first === 100 && second !== undefined && second >= 64 && second < 128;
}
