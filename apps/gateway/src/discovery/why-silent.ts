import { type Env, isTruthy } from "@openclaw/config";

/** What decides whether neighbours hear of a gateway. */
export interface Surroundings {
  /** Addresses that are listened on. */
  readonly hosts: readonly string[];
  readonly env: Env;
  /** Whether a file is there. */
  readonly hasFile: (path: string) => boolean;
}

/** Why a gateway is not announced. */
export interface Silence {
  /** For the log; undefined where nobody could expect to hear of it. */
  readonly reason?: string;
}

const CONTAINER_FILES = ["/.dockerenv", "/run/.containerenv"];
const CONTAINER_VARIABLES = ["container", "KUBERNETES_SERVICE_HOST"];
const ANYWAY = "OPENCLAW_DISABLE_BONJOUR=0 announces it all the same";

/**
 * Whether a gateway keeps quiet on the local network, and why: undefined when it is announced. One that neighbours cannot
 * reach is not, nor one whose addresses mean nothing to them (T-LOG-07).
 *
 * Docs: discovery.md#announcing
 */
export function whySilent({ hosts, env, hasFile }: Surroundings): Silence | undefined {
  const wish = env["OPENCLAW_DISABLE_BONJOUR"];
  if (isTruthy(wish) || hosts.every(isLoopback)) return {};
  if (/^(0|false|no|off)$/i.test(wish?.trim() ?? "")) return undefined;
  if (isTruthy(env["CI"])) return { reason: `this is a build machine (CI); ${ANYWAY}` };
  const isContainer =
    CONTAINER_VARIABLES.some((name) => (env[name] ?? "") !== "") || CONTAINER_FILES.some(hasFile);
  return isContainer ? { reason: `this is a container; ${ANYWAY}` } : undefined;
}

function isLoopback(host: string): boolean {
  return host === "::1" || host.startsWith("127.");
}
