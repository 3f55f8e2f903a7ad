import { createHash } from "node:crypto";
import { access, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, RpcError } from "@openclaw/client";
import { resolvePaths } from "@openclaw/config";
import { createGateway, type InstalledOptions } from "@openclaw/gateway-core";
import type { ConfigTried, ConfigWritten } from "@openclaw/protocol";
import { describe, expect, test } from "vitest";

import { connect, startEmbedded, TOKEN } from "../support/embedded.ts";
import { freePort } from "../support/gateway-process.ts";

const SECRET = "s3cret-key-of-the-provider";
const TEXT = `// the operator's own file
{
  gateway: {
    mode: 'local', // never remove this
    auth: { token: '${TOKEN}' },
  },
  models: {
    providers: {
      acme: { baseUrl: "http://127.0.0.1:9", apiKey: "${SECRET}", models: [] }, // theirs
    },
  },
  agents: { list: [{ id: "main" }, { id: "ops", name: "Ops" }] },
}
`;

interface Site extends AsyncDisposable {
  readonly client: Client;
  readonly configPath: string;
  readonly folder: string;
  /** Reasons of the restarts that were asked for. */
  readonly restarts: readonly string[];
  readonly lines: readonly string[];
  read(): Promise<string>;
  hash(): Promise<string>;
  edit(method: Method, edit: object | string, more?: object): Promise<ConfigWritten>;
  /** The error of a refused edit. */
  refused(method: Method, edit: object | string, more?: object): Promise<RpcError>;
}

type Method = "config.set" | "config.apply" | "config.patch";

/** A gateway of an installation, in this process, and one administrator. */
async function site(text = TEXT, options: Partial<InstalledOptions> = {}): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), "config-writes-"));
  const paths = resolvePaths({ env: { OPENCLAW_STATE_DIR: folder }, homeDir: folder, cwd: folder });
  await writeFile(paths.configPath, text);
  const restarts: string[] = [];
  const lines: string[] = [];
  const note = (...line: unknown[]) => void lines.push(line.map(String).join(" "));
  const gateway = createGateway({
    paths,
    ...(!text.includes("port:") && { port: 0 }),
    logger: { debug: note, info: note, warn: note, error: note },
    onRestartRequested: ({ reason }) => {
      restarts.push(reason);
      return Promise.resolve();
    },
    ...options,
  });
  const { url } = await gateway.start();
  const client = await connect(url);
  const hash = async () => (await client.request("config.get", {})).hash ?? "";
  const call = async (method: Method, edit: object | string, more: object = {}) => {
    const raw = typeof edit === "string" ? edit : JSON.stringify(edit);
    return client.request(method, { raw, baseHash: await hash(), ...more });
  };
  return {
    client,
    folder,
    restarts,
    lines,
    hash,
    configPath: paths.configPath,
    read: () => readFile(paths.configPath, "utf8"),
    edit: async (...given) => (await call(...given)) as ConfigWritten,
    refused: async (...given) => {
      const error: unknown = await call(...given).catch((failure: unknown) => failure);
      if (error instanceof RpcError) return error;
      throw new Error(`not refused: ${JSON.stringify(error)}`);
    },
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await gateway.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("config.patch", () => {
  test("T-CFG-07 is on disk before it is answered, and leaves every other byte alone", async () => {
    await using own = await site();
    const answer = await own.edit("config.patch", { update: { channel: "beta" } });
    const text = await own.read();
    expect(text).toBe(TEXT.replace("] },\n}", '] },\n  update: {\n    channel: "beta"\n  },\n}'));
    expect(answer).toMatchObject({
      ok: true,
      path: own.configPath,
      hash: sha256(text),
      changedPaths: ["update"],
      applied: { hot: [], restart: ["update"], none: [], ignored: [] },
      config: { update: { channel: "beta" } },
      restart: { ok: true, reason: "config.patch", delayMs: 2000, coalesced: false },
      sentinel: { path: join(own.folder, "restart-sentinel.json") },
    });
    expect(await own.hash()).toBe(answer.hash);
  });

  test("T-CFG-05 lets one of fifty patches of the same text win, and refuses the others", async () => {
    await using own = await site(
      TEXT.replace("mode: 'local',", "mode: 'local', writeBudget: { maxCalls: 100 },"),
    );
    const baseHash = await own.hash();
    const patches = Array.from({ length: 50 }, (_, index) =>
      own.client.request("config.patch", {
        raw: JSON.stringify({ ui: { assistant: { name: `n${index}` } } }),
        baseHash,
      }),
    );
    const outcomes = await Promise.allSettled(patches);
    const won = outcomes.filter(({ status }) => status === "fulfilled");
    const messages = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" ? [(outcome.reason as RpcError).message] : [],
    );
    expect(won).toHaveLength(1);
    expect(new Set(messages)).toEqual(
      new Set(["config changed since last load; re-run config.get and retry"]),
    );
    const index = outcomes.findIndex(({ status }) => status === "fulfilled");
    expect(await own.read()).toContain(`"n${index}"`);
  });

  test("T-CFG-06 takes the configuration back as it was shown, and keeps the stored secrets", async () => {
    await using own = await site();
    const shown = await own.client.request("config.get", {});
    expect(JSON.stringify(shown)).not.toContain(SECRET);
    expect(await own.edit("config.patch", shown.parsed as object)).toMatchObject({
      changedPaths: [],
      restart: null,
    });
    const raw = String(shown.raw).replace("Ops", "Operations");
    await own.edit("config.set", raw);
    expect(await own.read()).toBe(TEXT.replace("Ops", "Operations"));
  });

  test("writes nothing and restarts nothing when nothing changes", async () => {
    await using own = await site();
    const answer = await own.edit(
      "config.patch",
      { agents: { list: [{ id: "ops", name: "Ops" }] } },
      { restartDelayMs: 0 },
    );
    expect(answer).toMatchObject({ changedPaths: [], restart: null, sentinel: null });
    expect(await own.read()).toBe(TEXT);
    expect(await readdir(own.folder)).not.toContain("openclaw.json.bak");
  });

  test("refuses what no gateway could start with, naming the setting, what was expected and what came", async () => {
    await using own = await site();
    const wrong = await own.refused("config.patch", { gateway: { port: "abc" } });
    expect(wrong).toMatchObject({
      code: "INVALID_REQUEST",
      message: "invalid config",
      details: {
        issues: [{ path: "gateway.port", message: "Invalid input: expected number, received string" }],
      },
    });
    const unstartable = await own.refused("config.patch", { gateway: { auth: { mode: "password" } } });
    expect(unstartable).toMatchObject({
      message: "invalid config",
      details: {
        issues: [
          {
            path: "gateway.auth.password",
            message: "Gateway auth is set to password, but no password is configured.",
          },
        ],
      },
    });
    expect(await own.read()).toBe(TEXT);
    expect(own.restarts).toEqual([]);
  });

  test("refuses a port that somebody else holds, but not one that is free", async () => {
    const [held, next] = [await freePort(), await freePort()];
    await using own = await site(TEXT.replace("mode: 'local',", `mode: 'local', port: ${held},`));
    const other = createServer();
    const taken = await new Promise<number>((resolve) =>
      other.listen(0, "127.0.0.1", () => resolve((other.address() as AddressInfo).port)),
    );
    const error = await own.refused("config.patch", { gateway: { port: taken } });
    other.close();
    expect(error.details).toMatchObject({ issues: [{ path: "gateway.port" }] });
    expect(await own.edit("config.patch", { gateway: { port: next } })).toMatchObject({
      changedPaths: ["gateway.port"],
    });
  });

  test.each([{ raw: '{"__proto__":{"x":1}}' }, { raw: '{"gateway":{"auth":{"constructor":{}}}}' }])(
    "T-CFG-01 refuses keys that reach a prototype, naming their path: $raw",
    async ({ raw }) => {
      await using own = await site();
      const error = await own.refused("config.patch", raw);
      expect(error).toMatchObject({
        code: "INVALID_REQUEST",
        message: expect.stringMatching(/forbidden key "(__proto__|gateway\.auth\.constructor)"/),
      });
      expect(await own.read()).toBe(TEXT);
      expect(own.restarts).toEqual([]);
    },
  );

  test("T-CFG-09 refuses what drops the mode or most settings, keeps the text aside, and takes it with force", async () => {
    await using own = await site();
    const fewer = `{ gateway: { mode: "local", auth: { token: "${TOKEN}" } } }`;
    const error = await own.refused("config.apply", fewer);
    expect(error.message).toMatch(/drops \d+ of \d+ settings/);
    const { rejectedPath } = error.details as { rejectedPath: string };
    expect(await readFile(rejectedPath, "utf8")).toBe(fewer);
    const mode = await own.refused("config.patch", { gateway: { mode: null } });
    expect(mode.details).toMatchObject({ issues: [{ path: "gateway.mode" }] });
    expect(await own.read()).toBe(TEXT);
    expect(await own.edit("config.apply", fewer, { force: true })).toMatchObject({
      changedPaths: ["models", "agents"],
    });
    expect(await own.read()).toBe(fewer);
  });

  test("T-CFG-10 grants 30 calls a minute to each caller and method, and says when to come back", async () => {
    await using own = await site();
    const patch = () => own.client.request("config.patch", { raw: "{}", baseHash: "0" });
    const errors = await Promise.all(
      Array.from({ length: 100 }, () => patch().catch((error: unknown) => error as RpcError)),
    );
    const limited = errors.filter(
      (error): error is RpcError => error instanceof RpcError && error.code === "UNAVAILABLE",
    );
    const counted = limited.filter(({ message }) => message.startsWith("rate limit exceeded"));
    expect(counted.length).toBe(70);
    const [first] = counted;
    expect(first?.retryable).toBe(true);
    expect(first?.retryAfterMs).toBeGreaterThan(0);
    expect(first?.details).toEqual({ method: "config.patch", limit: "30 per 60s" });
    expect(await own.edit("config.set", `${TEXT}\n`)).toMatchObject({ changedPaths: [] });
  });

  test("T-CFG-10 counts calls with params nobody can use, too", async () => {
    await using own = await site();
    const messages: string[] = [];
    for (let call = 0; call < 31; call += 1)
      await own.client
        .request("config.set", {} as never)
        .catch((error: unknown) => messages.push(String(error)));
    expect(messages).toHaveLength(31);
    expect(messages.filter((message) => message.includes("invalid config.set params"))).toHaveLength(30);
    expect(messages[30]).toMatch(/rate limit exceeded for config\.set; retry after \d+s$/);
  });

  test("tells what a dry run would do, and touches nothing", async () => {
    await using own = await site();
    const dry = async (edit: object) =>
      (await own.edit("config.patch", edit, { dryRun: true })) as unknown as ConfigTried;
    expect(
      await dry({ update: { channel: "beta" }, gateway: { auth: { rateLimit: { maxAttempts: 3 } } } }),
    ).toMatchObject({
      ok: true,
      dryRun: true,
      changedPaths: ["gateway.auth.rateLimit", "update"],
      plan: { hot: ["gateway.auth.rateLimit"], restart: ["update"], none: [], ignored: [] },
      issues: [],
    });
    expect(await dry({ gateway: { port: "abc" } })).toMatchObject({ issues: [{ path: "gateway.port" }] });
    expect(await dry({ gateway: { mode: null } })).toMatchObject({ issues: [{ path: "gateway.mode" }] });
    expect(await own.read()).toBe(TEXT);
    expect((await readdir(own.folder)).filter((name) => /bak|rejected|sentinel|tmp/.test(name))).toEqual([]);
    await expect(access(join(own.folder, "logs", "config-audit.jsonl"))).rejects.toThrow();
  });

  test("keeps the replaced text, and notes who changed what without any value", async () => {
    await using own = await site();
    const fresh = "another-s3cret-key-of-the-provider";
    const { config } = await own.edit("config.patch", { models: { providers: { acme: { apiKey: fresh } } } });
    expect(await readFile(`${own.configPath}.bak`, "utf8")).toBe(TEXT);
    const journal = await readFile(join(own.folder, "logs", "config-audit.jsonl"), "utf8");
    expect(JSON.parse(journal)).toMatchObject({
      actor: expect.stringMatching(/^config\.patch (shared|device:[0-9a-f]{64})$/),
      changedPaths: ["models.providers.acme.apiKey"],
      nextHash: sha256(await own.read()),
    });
    for (const told of [JSON.stringify(config), journal, own.lines.join("\n")]) {
      expect(told).not.toContain(fresh);
      expect(told).not.toContain(SECRET);
      expect(told).not.toContain(TOKEN);
    }
    expect(own.lines.join("\n")).toMatch(
      /config\.patch write actor=gateway-client device=\S+ ip=\S+ changedPaths=models\.providers\.acme\.apiKey/,
    );
  });
});

describe("what follows a write", () => {
  test("is one restart, asked of the host after the delay", async () => {
    await using own = await site();
    await own.edit("config.patch", { update: { channel: "beta" } }, { restartDelayMs: 0 });
    await expect.poll(() => own.restarts).toEqual(["config.patch"]);
  });

  test("is nothing after an edit of comments", async () => {
    await using own = await site();
    const edited = TEXT.replace("operator's own", "operator's very own");
    expect(await own.edit("config.apply", edited, { restartDelayMs: 0 })).toMatchObject({
      changedPaths: [],
      restart: null,
    });
    expect(await own.read()).toBe(edited);
  });

  test.each(["off", "hot"])("in mode %s is a restart that waits, shown to administrators", async (mode) => {
    await using own = await site(
      TEXT.replace("mode: 'local',", `mode: 'local', reload: { mode: '${mode}' },`),
    );
    const answer = await own.edit("config.patch", { update: { channel: "beta" } }, { restartDelayMs: 0 });
    expect(answer).toMatchObject({
      restart: null,
      sentinel: null,
      applied: { restart: [], ignored: ["update"] },
      pendingRestart: ["update"],
    });
    const health = await own.client.request("health", { probe: true });
    expect(health.configStatus?.pendingRestart).toEqual(["update"]);
    expect(own.restarts).toEqual([]);
  });

  test("waits for the next start when the host restarts nothing", async () => {
    const without = { onRestartRequested: undefined } as unknown as Partial<InstalledOptions>;
    await using own = await site(TEXT, without);
    expect(await own.edit("config.patch", { update: { channel: "beta" } })).toMatchObject({
      applied: { restart: ["update"] },
      restart: null,
      sentinel: null,
      pendingRestart: ["update"],
    });
  });
});

test("a configuration that is a value of a program is shown and never written", async () => {
  await using embedded = await startEmbedded();
  const client = await connect(embedded.address.url);
  expect(await client.request("config.get", {})).toMatchObject({ valid: true, exists: true });
  await expect(client.request("config.patch", { raw: "{}" })).rejects.toThrow(
    "the configuration belongs to the program this gateway is part of",
  );
  await client.close();
});
