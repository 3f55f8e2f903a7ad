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
  /** @type {readonly (readonly [name: string, words: readonly string[], maxRatio: number])[]} */
  const subjects = [
    ["--version", ["--version"], 1.5],
    ["--help", ["--help"], 1.6],
    ["gateway status --json", ["--dev", "gateway", "status", "--json"], 2.5],
    ["health --json", ["--dev", "health", "--json"], 2.5],
    ["channels status --json", ["--dev", "channels", "status", "--json"], 2.5],
  ];
  /** @type {number[]} */
  const baseline = [];
  /** @type {Map<string, number[]>} */
  const samples = new Map(subjects.map(([name]) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    const node = await run([process.execPath, "-e", "0"], env);
    if (round >= 0) baseline.push(node.ms);
    for (const [name, words] of subjects) {
      const { ms, stdout } = await run([OPENCLAW, ...words], env);
      if (name.endsWith("--json")) JSON.parse(stdout);
      if (round >= 0) samples.get(name)?.push(ms);
    }
  }
  await server.stop();
  await home.remove();
  return subjects.map(([name, , maxRatio]) =>
    compare({
      name: `openclaw ${name} / node -e 0`,
      unit: "ms",
      gateway: samples.get(name) ?? [],
      baseline,
      maxRatio,
    }),
  );
}
