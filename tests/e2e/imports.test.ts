import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { root } from "../support/gateway-process.ts";

const run = promisify(execFile);

/** Starts a gateway, makes the calls of a status page and runs the built-in model; prints the loaded libraries. */
const PROGRAM = `
import { registerHooks } from "node:module";
import { createGateway } from "@openclaw/gateway-core";
import { connectNode } from "@openclaw/client/node";

const gateway = createGateway({ config: { gateway: { auth: { token: "a-token-for-import-tests" } } }, port: 0 });
const { url } = await gateway.start();
const client = await connectNode({ url, auth: { token: "a-token-for-import-tests" }, scopes: ["operator.admin"] });
for (const method of ["health", "status", "models.list", "sessions.list"]) await client.request(method, {});
await client.run("agent", { message: "hi", idempotencyKey: "1" }).final;
await client.close();
await gateway.close();
`;

describe("lazy libraries", () => {
  test("start, status calls and the built-in model load no model or channel SDK", async () => {
    // Every file the process opens, as the kernel's view would show it; --trace-* flags differ between Node versions.
    const hook = `data:text/javascript,${encodeURIComponent(`
      export async function resolve(specifier, context, next) {
        const result = await next(specifier, context);
        console.error("loaded " + result.url);
        return result;
      }`)}`;
    const register = `data:text/javascript,${encodeURIComponent(`import { register } from "node:module"; register(${JSON.stringify(hook)});`)}`;
    const program = PROGRAM.replace(/^import \{ registerHooks \}.*\n/m, "");
    const { stderr } = await run(
      process.execPath,
      ["--import", register, "--input-type=module", "-e", program],
      { cwd: join(root, "tests"), maxBuffer: 16 * 1024 * 1024 },
    );
    const loaded = stderr.split("\n").filter((line) => line.startsWith("loaded "));
    expect(loaded.length).toBeGreaterThan(20);
    expect(
      loaded.filter((line) =>
        /ai-sdk|node_modules\/(ai|openai|zod|grammy|discord|@slack|irc-framework)\//.test(line),
      ),
    ).toEqual([]);
  });

  test("the gateway's bundle holds no model SDK and no chunks of its own that an upgrade could pull away", async () => {
    const bundle = await readFile(join(root, "apps/gateway/dist/index.js"), "utf8");
    const imports = [...bundle.matchAll(/\bimport\(\s*["']([^"']+)["']\s*\)|\bfrom\s*["']([^"']+)["']/g)].map(
      ([, lazy, eager]) => lazy ?? eager ?? "",
    );
    const outside = [...new Set(imports)].filter(
      (name) =>
        !name.startsWith("node:") &&
        !/^(events|fs|http|https|net|tls|crypto|stream|url|zlib|buffer|util|os|path|child_process|http2|process|module|perf_hooks|worker_threads|assert|tty|async_hooks|string_decoder)$/.test(
          name,
        ),
    );
    expect(outside.sort()).toEqual(["@ai-sdk/openai-compatible", "libsql"]);
  });
});
