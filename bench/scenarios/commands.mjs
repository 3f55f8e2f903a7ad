import { compare } from "../lib/measure.mjs";
import { environment, run, temporaryHome } from "../lib/process.mjs";
import { gatewayEnv, launch, OPENCLAW } from "../lib/servers.mjs";

/**
 * What a user waits for at the prompt, beside a Node that does nothing.
 *
 * @param {{ rounds: number }} o
 */
export async function commands({ rounds }) {
  const home = await temporaryHome();
  const { server, connection, port } = await launch("gateway", home.path);
  connection.close();
  const env = environment(home.path, gatewayEnv(port));
  /** @type {Record<"node" | "version" | "status", number[]>} */
  const samples = { node: [], version: [], status: [] };
  /** @type {readonly (readonly [keyof typeof samples, readonly string[]])[]} */
  const subjects = [
    ["node", [process.execPath, "-e", "0"]],
    ["version", [OPENCLAW, "--version"]],
    ["status", [OPENCLAW, "--dev", "gateway", "status", "--json"]],
  ];
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, command] of subjects) {
      const { ms, stdout } = await run(command, env);
      if (name === "status") JSON.parse(stdout);
      if (round >= 0) samples[name].push(ms);
    }
  }
  await server.stop();
  await home.remove();
  const { node, version, status } = samples;
  return [
    compare({
      name: "openclaw --version / node -e 0",
      unit: "ms",
      gateway: version,
      baseline: node,
      maxRatio: 1.5,
    }),
    compare({
      name: "openclaw gateway status --json / node -e 0",
      unit: "ms",
      gateway: status,
      baseline: node,
      maxRatio: 3,
    }),
  ];
}
