import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { connect } from "../support/embedded.ts";
import { collect, freePort, kill, TemporaryUser, waitFor } from "../support/gateway-process.ts";

const TOKEN = "a-token-for-the-safe-start-0123456789abcdef";

let user: TemporaryUser;
let port: number;
let folder: string;
let path: string;
const good = () => `// ours
{ gateway: { mode: "local", port: ${port}, auth: { mode: "token", token: "${TOKEN}" } }, session: { dmScope: "main" } }
`;

/** An installation whose gateway has run once. */
beforeEach(async () => {
  user = await TemporaryUser.create();
  port = await freePort();
  folder = join(user.home, ".openclaw");
  path = join(folder, "openclaw.json");
  await mkdir(folder, { mode: 0o700 });
  await writeFile(path, good(), { mode: 0o600 });
  const child = user.spawn(["gateway"]);
  await waitFor(collect(child), /listening on ws:/);
  await kill(child, "SIGTERM");
});
afterEach(() => user[Symbol.asyncDispose]());

/** Files that a gateway cannot start with. */
const CORRUPT: readonly (readonly [string, (text: string) => Buffer | string])[] = [
  ["an empty file", () => ""],
  ["one newline", () => "\n"],
  ["only a comment", () => "// nothing\n"],
  ["an opening brace", () => "{"],
  ["a closing brace", () => "}"],
  ["two values", (text) => text + text],
  ["the first half", (text) => text.slice(0, text.length / 2)],
  ["the second half", (text) => text.slice(text.length / 2)],
  ["all but the last brace", (text) => text.slice(0, text.lastIndexOf("}"))],
  ["a text that goes on after its end", (text) => `${text}garbage`],
  ["zero bytes", () => Buffer.alloc(4096)],
  ["random bytes", () => Buffer.from(Array.from({ length: 512 }, (_, at) => (at * 97 + 13) % 256))],
  ["invalid UTF-8", () => Buffer.from([0x7b, 0xff, 0xfe, 0xfd, 0x7d])],
  ["UTF-16", (text) => Buffer.from(text, "utf16le")],
  ["HTML", () => "<!doctype html><title>404</title>"],
  ["YAML", () => "gateway:\n  mode: local\n"],
  ["TOML", () => '[gateway]\nmode = "local"\n'],
  ["a merge conflict", (text) => `<<<<<<< ours\n${text}=======\n${text}>>>>>>> theirs\n`],
  ["null", () => "null"],
  ["a number", () => "42"],
  ["a string", () => '"gateway"'],
  ["a list", () => "[]"],
  ["no mode", () => "{}"],
  ["a section that is a string", () => '{ gateway: "local" }'],
  ["a section that is null", () => "{ gateway: null }"],
  ["an unknown key", (text) => text.replace("{ gateway", "{ gatewya: {}, gateway")],
  ["an unknown nested key", (text) => text.replace("port:", "prot: 1, port:")],
  ["a port that is a word", (text) => text.replace(/port: \d+/, 'port: "here"')],
  ["a port out of range", (text) => text.replace(/port: \d+/, "port: 99999999")],
  ["a mode nobody knows", (text) => text.replace('"local"', '"lokal"')],
  ["a remote mode", (text) => text.replace('"local"', '"remote"')],
  ["a variable nobody set", (text) => text.replace(TOKEN, "${NOBODY_SET_THIS}")],
  [
    "an include that is missing",
    (text) => text.replace('{ dmScope: "main" }', '{ $include: "./gone.json5" }'),
  ],
  ["an include of itself", (text) => text.replace('{ dmScope: "main" }', '{ $include: "./openclaw.json" }')],
  ["an include outside", (text) => text.replace('{ dmScope: "main" }', '{ $include: "/etc/passwd" }')],
  ["a mode without its password", (text) => text.replace(/auth: \{[^}]*\}/, 'auth: { mode: "password" }')],
  [
    "an open network without auth",
    (text) => text.replace(/auth: \{[^}]*\}/, 'bind: "lan", auth: { mode: "none" }'),
  ],
  ["nesting without end", () => "{a:".repeat(20_000)],
];

/** Every text of the configuration in its folder, and the journal of writes; a lock only tells who runs. */
async function configFiles(): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter(
    (name) => name.startsWith("openclaw.json") && !name.endsWith(".gateway.lock"),
  );
  const texts = await Promise.all(
    names.map(async (name) => (await readFile(join(folder, name))).toString("hex")),
  );
  const audit = await readFile(join(folder, "logs", "config-audit.jsonl"), "utf8").catch(() => "");
  return { ...Object.fromEntries(names.map((name, at) => [name, texts[at] ?? ""])), audit };
}

test.each(CORRUPT)("--safe comes up beside %s, shows it, and writes nothing", async (_, corrupt) => {
  await writeFile(path, corrupt(good()));
  const before = await configFiles();
  const { mtimeMs } = await stat(path);

  const refused = await user.openclaw(["gateway"]);
  expect(refused.code).toBe(78);

  const child = user.spawn(["gateway", "--safe"]);
  const output = collect(child);
  await waitFor(output, /listening on ws:/);
  expect(output.text).toContain("SAFE MODE: running with the last good configuration");

  const flags = ["--port", String(port), "--token", TOKEN, "--json"];
  const status = await user.openclaw(["gateway", "status", "--require-rpc", ...flags]);
  expect([status.code, JSON.parse(status.stdout)]).toMatchObject([0, { rpc: { ok: true } }]);
  const validated = await user.openclaw(["config", "validate", "--json"]);
  expect(JSON.parse(validated.stdout)).toHaveProperty("valid");

  expect(await configFiles()).toEqual(before);
  expect((await stat(path)).mtimeMs).toBe(mtimeMs);
});

describe("a gateway in safe mode", () => {
  test("follows the file as soon as it is valid", async () => {
    await writeFile(path, "{ gateway: ");
    const output = collect(user.spawn(["gateway", "--safe"]));
    await waitFor(output, /config reload skipped \(invalid config\)/);
    await writeFile(path, good().replace('"main"', '"per-peer"'));
    await waitFor(output, /config change applied \(dynamic reads: session\.dmScope\)/);
  });

  test("says so in health, status and readiness, until a file is taken over", async () => {
    await writeFile(path, "{ gateway: ");
    const output = collect(user.spawn(["gateway", "--safe"]));
    await waitFor(output, /config reload skipped \(invalid config\)/);
    const ready = async () => {
      const response = await fetch(`http://127.0.0.1:${port}/readyz`);
      return [response.status, (await response.json()) as object];
    };
    const client = await connect(`ws://127.0.0.1:${port}`, { auth: { token: TOKEN } });
    const told = async () => [
      (await client.request("health", {})).configStatus,
      (await client.request("status", {})).configStatus,
    ];
    expect(await ready()).toMatchObject([503, { ready: false, failing: ["config-safe-mode"] }]);
    const unsafe = { state: "invalid", valid: false, safeMode: true };
    expect(await told()).toMatchObject([unsafe, unsafe]);

    await writeFile(path, good().replace('"main"', '"per-peer"'));
    await expect.poll(ready).toMatchObject([200, { ready: true, failing: [] }]);
    for (const status of await told()) expect(status).not.toHaveProperty("safeMode");
    await client.close();
  });

  test("has its text brought back by a rollback", async () => {
    await writeFile(path, "{ gateway: ");
    const output = collect(user.spawn(["gateway", "--safe"]));
    await waitFor(output, /listening on ws:/);
    const { code, stderr } = await user.openclaw(["config", "rollback", "--force"]);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(await readFile(path, "utf8")).toBe(good());
  });

  const INCLUDING = () =>
    good()
      .replace('{ dmScope: "main" }', '{ $include: "./parts/session.json5" }')
      .replace("{ gateway", '{ ui: { $include: "./parts/ui.json5" }, gateway');
  const PARTS = { session: '{ dmScope: "main" } // theirs\n', ui: '{ seamColor: "#112233" }\n' };
  const part = (name: string) => join(folder, "parts", `${name}.json5`);

  /** The installation has run with included files. */
  async function withParts(): Promise<Record<string, string>> {
    await mkdir(join(folder, "parts"));
    for (const [name, text] of Object.entries(PARTS)) await writeFile(part(name), text);
    await writeFile(path, INCLUDING());
    const child = user.spawn(["gateway"]);
    await waitFor(collect(child), /listening on ws:/);
    await kill(child, "SIGTERM");
    return { main: INCLUDING(), ...PARTS };
  }
  const read = async () => ({
    main: await readFile(path, "utf8"),
    session: await readFile(part("session"), "utf8"),
    ui: await readFile(part("ui"), "utf8"),
  });

  test.each<[string, () => Promise<unknown>]>([
    ["an included file is broken", () => writeFile(part("ui"), "{ seamColor: ")],
    ["an included file is gone", () => rm(part("ui"))],
    [
      "nothing is left of them but bytes",
      async () => {
        await writeFile(path, Buffer.from([0xff, 0xfe, 0x00, 0x7b]));
        await writeFile(part("session"), Buffer.alloc(64));
        await rm(part("ui"));
      },
    ],
  ])("has all that its gateway ran with when %s, and a rollback brings it back", async (_, damage) => {
    const before = await withParts();
    await damage();
    expect((await user.openclaw(["gateway"])).code).toBe(78);

    const child = user.spawn(["gateway", "--safe"]);
    const output = collect(child);
    await waitFor(output, /listening on ws:/);
    const rolledBack = await user.openclaw(["config", "rollback"]);
    expect([rolledBack.code, rolledBack.stderr]).toEqual([0, expect.stringContaining("Config overwrite")]);
    expect(await read()).toEqual(before);
    await writeFile(part("session"), '{ dmScope: "per-peer" }');
    await waitFor(output, /config change applied \(dynamic reads: session\.dmScope\)/);
  });

  test("starts also when the file is gone", async () => {
    await rm(path);
    const output = collect(user.spawn(["gateway", "--safe"]));
    await waitFor(output, /listening on ws:/);
    expect(await readdir(folder)).not.toContain("openclaw.json");
  });

  test("does not come about without a last good configuration", async () => {
    await rm(join(folder, "config-history"), { recursive: true });
    await writeFile(path, "{");
    const { code, stderr } = await user.openclaw(["gateway", "--safe"]);
    expect([code, stderr]).toEqual([78, expect.stringContaining("--safe: no last good configuration")]);
  });
});

test("without --safe the start ends with 78, file and line, what was expected, and the nearest key", async () => {
  const lines = ["{ gateway: {", '  mode: "local",', "  prot: 1,", "}, session: {", "  dmScope: 7,", "} }"];
  await writeFile(path, lines.join("\n"));
  const { code, stderr } = await user.openclaw(["gateway"]);
  expect(code).toBe(78);
  expect(stderr).toContain(
    '  - gateway: Unrecognized key: "prot"; did you mean "gateway.port"? (~/.openclaw/openclaw.json:3)\n',
  );
  expect(stderr).toMatch(
    /- session\.dmScope: Invalid input: expected .* \(~\/\.openclaw\/openclaw\.json:5\)\n/,
  );
});

test("--safe is not needed for a good file, and changes nothing about its start", async () => {
  const output = collect(user.spawn(["gateway", "--safe"]));
  await waitFor(output, /listening on ws:/);
  expect(output.text).not.toContain("SAFE MODE");
});
