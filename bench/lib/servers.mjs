import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { connectWhenReady, TOKEN } from "./connection.mjs";
import { cpuMs, environment, freePort, start } from "./process.mjs";

const root = new URL("../../", import.meta.url);
/** Its file, for a Node of ours. */
export const CLI = fileURLToPath(new URL("apps/cli/bin/openclaw.js", root));
const PROBES = fileURLToPath(new URL("../programs/probes.cjs", import.meta.url));
const BARE = fileURLToPath(new URL("../programs/bare-server.mjs", import.meta.url));

/** The command as users have it: the link that the package manager made. */
export const OPENCLAW = fileURLToPath(new URL("node_modules/.bin/openclaw", root));

/** Says what is missing instead of failing oddly later. @param {readonly string[]} scenarios */
export function assertBuilt(scenarios) {
  const apps = scenarios.some((name) => name !== "store")
    ? ["apps/cli/dist/main.js", "apps/gateway/dist/index.cjs"]
    : [];
  const missing = [...apps, "packages/store/dist/index.js"].filter(
    (path) => !existsSync(new URL(path, root)),
  );
  if (missing.length > 0) throw new Error(`not built: ${missing.join(", ")}. run: npm run setup`);
}

/** @param {number} port */
export const gatewayEnv = (port) => ({ OPENCLAW_GATEWAY_TOKEN: TOKEN, OPENCLAW_GATEWAY_PORT: String(port) });

/** @typedef {"gateway" | "baseline"} Subject */

/** Both, in an order that changes from round to round. @param {number} round @returns {readonly Subject[]} */
export const interleaved = (round) => (round % 2 === 0 ? ["gateway", "baseline"] : ["baseline", "gateway"]);

/**
 * Starts one of the two and waits for its first hello.
 *
 * @param {Subject} subject
 * @param {string} home
 * @param {{ env?: Readonly<Record<string, string>>; bare?: readonly string[] }} [o] variables for the gateway; the program to
 *   compare with, whose first argument is the port
 */
export async function launch(subject, home, { env = {}, bare: [bare = BARE, ...more] = [] } = {}) {
  const port = await freePort();
  const gateway = [CLI, "--dev", "gateway", "--port", String(port), "--allow-unconfigured"];
  const program = subject === "gateway" ? gateway : [bare, String(port), ...more];
  const command = [process.execPath, "--require", PROBES, ...program];
  const startedAt = performance.now();
  const server = start(command, environment(home, { ...gatewayEnv(port), ...env }));
  try {
    const connection = await connectWhenReady(port, server);
    return { port, server, connection, wallMs: performance.now() - startedAt, cpuMs: cpuMs(server.pid) };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
