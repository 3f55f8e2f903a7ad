import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "tsup";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const packageDir = join(import.meta.dirname, "../..");
// Inside the package, so that its own dependencies resolve.
const dir = join(packageDir, "node_modules/.lazy-import-test");

/** Notes every module a process resolves. */
const hook = `
import { appendFileSync } from "node:fs";
export async function resolve(specifier, context, next) {
  const result = await next(specifier, context);
  appendFileSync(new URL("./resolved.txt", import.meta.url), result.url + "\\n");
  return result;
}`;

const program = (model: string): string => `
import { register } from "node:module";
import { readFileSync } from "node:fs";
register("./hook.mjs", import.meta.url);
const { createAgents } = await import("./bundle/index.js");
const { createMemoryStore } = await import("./bundle/testing/index.js");
const config = { models: { providers: { fake: { baseUrl: "http://127.0.0.1:1/v1", models: [{ id: "m" }] } } } };
const agents = createAgents({ store: createMemoryStore(), config: () => config, env: {}, workspaceDir: () => "/w", limits: { retryDelaysMs: [] } });
await agents.start();
agents.models();
await agents.sessionRows();
await agents.sessionsSummary();
const start = await agents.startRun({ kind: "agent", principal: "p", runId: "r", message: "hi", params: {}, model: ${JSON.stringify(model)} });
const outcome = await start.handle.final;
await agents.history("main", { limit: 10 });
await agents.close({ graceMs: 0 });
const urls = readFileSync(new URL("./resolved.txt", import.meta.url), "utf8").split("\\n");
console.log(JSON.stringify({ status: outcome.status, text: outcome.text, sdk: urls.filter((url) => url.includes("@ai-sdk")) }));`;

async function run(
  name: string,
  model: string,
): Promise<{ status: string; text: string; sdk: readonly string[] }> {
  await rm(join(dir, "resolved.txt"), { force: true });
  await writeFile(join(dir, `${name}.mjs`), program(model));
  const { stdout } = await promisify(execFile)(process.execPath, [join(dir, `${name}.mjs`)]);
  return JSON.parse(stdout) as { status: string; text: string; sdk: readonly string[] };
}

describe("a process that uses the package", () => {
  beforeAll(async () => {
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, "hook.mjs"), hook);
    const entry = {
      index: join(packageDir, "src/index.ts"),
      "testing/index": join(packageDir, "src/testing/index.ts"),
    };
    const outDir = join(dir, "bundle");
    await build({
      entry,
      outDir,
      format: ["esm"],
      external: [/^@ai-sdk/],
      config: false,
      silent: true,
      dts: false,
    });
    await writeFile(join(dir, "package.json"), '{"type":"module"}');
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test("loads no model SDK for lists, history and the built-in model", async () => {
    expect(await run("echo", "builtin/echo")).toEqual({ status: "ok", text: "You said: hi", sdk: [] });
  });

  test("loads the SDK when the first run needs it", async () => {
    const { status, sdk } = await run("remote", "fake/m");
    expect(status).toBe("error");
    expect(sdk.some((url) => url.includes("openai-compatible"))).toBe(true);
  });
});
