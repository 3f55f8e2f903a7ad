import { fileURLToPath } from "node:url";
import { compare } from "../lib/measure.mjs";
import { environment, run, temporaryHome } from "../lib/process.mjs";
import { CLI, gatewayEnv, launch, OPENCLAW } from "../lib/servers.mjs";

const PEAK_MEMORY = fileURLToPath(new URL("../programs/peak-memory.cjs", import.meta.url));

/** A few runs of so short a thing say more about the machine than about it. */
const RUNS_PER_ROUND = 5;

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
  for (let round = -1; round < rounds * RUNS_PER_ROUND; round += 1) {
    const node = await run([process.execPath, "-e", "0"], env);
    if (round >= 0) baseline.push(node.ms);
    for (const [name, words] of subjects) {
      const { ms, stdout } = await run([OPENCLAW, ...words], env);
      if (name.endsWith("--json")) JSON.parse(stdout);
      if (round >= 0) samples.get(name)?.push(ms);
    }
  }
  const peak = compare({
    name: "peak memory (RSS) of gateway status --json",
    unit: "MB",
    gateway: [await peakMb([CLI, "--dev", "gateway", "status", "--json"], env)],
    baseline: [await peakMb(["-e", "0"], env)],
    maxRatio: 1.8,
  });
  await server.stop();
  await home.remove();
  const speeds = subjects.map(([name, , maxRatio]) =>
    compare({
      name: `openclaw ${name} / node -e 0`,
      unit: "ms",
      gateway: samples.get(name) ?? [],
      baseline,
      maxRatio,
    }),
  );
  return [...speeds, peak];
}

/** @param {readonly string[]} args of Node @param {NodeJS.ProcessEnv} env */
async function peakMb(args, env) {
  const { stderr } = await run([process.execPath, "--require", PEAK_MEMORY, ...args], env);
  return Number(/peak (\d+) kB\n$/.exec(stderr)?.[1]) / 1024;
}
