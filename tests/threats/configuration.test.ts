import { execFile, execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { RpcError } from "@openclaw/client";
import { GatewayError } from "@openclaw/gateway-core";
import { describe, expect, test } from "vitest";
import { TOKEN } from "../support/embedded.ts";
import { cli, TemporaryUser } from "../support/gateway-process.ts";
import { EDIT_METHODS, type Installation, installation, installed, text } from "./support/installation.ts";

type Site = Awaited<ReturnType<typeof installation>>;

/** What an operator reads of a start that is refused. */
async function refusedStart(site: Site): Promise<string> {
  const error: unknown = await site.start().then(
    async (started) => {
      await started[Symbol.asyncDispose]();
      return "started";
    },
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof GatewayError)) throw new Error(String(error));
  expect(error.exitCode).toBe(78);
  return error.lines.join("\n");
}

/** Whether nothing came of an attempt: same file, no restart, no backup. */
async function expectUntouched(own: Installation, source: string): Promise<void> {
  expect(await own.read()).toBe(source);
  expect(own.restarts).toEqual([]);
  expect((await readdir(join(own.folder, "home", "state"))).filter((name) => name.includes(".bak"))).toEqual(
    [],
  );
}

describe("keys that reach a prototype", () => {
  const SOURCE = text();
  const POLLUTIONS = ["__proto__", "constructor", "prototype", "\\u005f_proto__"].flatMap((key) => [
    [`{ "${key}": { "polluted": 1 } }`, key],
    [`{ "ui": { "${key}": { "polluted": 1 } } }`, `ui.${key}`],
    [`{ "env": { "vars": { "${key}": "1" } } }`, `env.vars.${key}`],
    [`{ "agents": { "list": [{ "id": "a", "${key}": { "polluted": 1 } }] } }`, `agents.list.0.${key}`],
    [`{ "skills": { "deep": [[{ "${key}": 1 }]] } }`, `skills.deep.0.0.${key}`],
  ]);

  test("T-CFG-01 are refused in every write, naming the path, and change nothing", async () => {
    await using own = await installed(SOURCE);
    for (const method of EDIT_METHODS) {
      for (const [raw = "", path = ""] of POLLUTIONS) {
        const error = await own.refused(method, raw);
        expect(error.code).toBe("INVALID_REQUEST");
        expect(error.message).toContain(path.replace("\\u005f", "_"));
      }
    }
    expect(Reflect.get({}, "polluted")).toBeUndefined();
    await expectUntouched(own, SOURCE);
  });

  test("T-CFG-01 keep a gateway from starting, wherever they are included from", async () => {
    for (const key of ["__proto__", "constructor", "prototype"]) {
      await using site = await installation(text('  ui: { $include: "ui.json5" },\n'), {
        files: { "ui.json5": `{ "assistant": { "${key}": { "polluted": 1 } } }` },
      });
      expect(await refusedStart(site)).toContain(`forbidden key "assistant.${key}"`);
    }
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});

describe("included files", () => {
  const CANARY = "c4n4ry-of-a-file-nobody-may-include";
  const including = (name: string) => text(`  ui: { $include: ${JSON.stringify(name)} },\n`);

  async function withSecrets(source: string): Promise<Site> {
    const site = await installation(source);
    const state = join(site.folder, "home", "state");
    const outside = join(site.folder, "outside.json5");
    await mkdir(join(state, "parts"));
    await writeFile(outside, `{ assistant: { name: "${CANARY}" } }`);
    await symlink(outside, join(state, "linked.json5"));
    await symlink(site.folder, join(state, "parts", "up"));
    execFileSync("mkfifo", [join(state, "pipe.json5")]);
    return site;
  }
  const ESCAPES = [
    "../../outside.json5",
    "./parts/../../../outside.json5",
    "linked.json5",
    "parts/up/outside.json5",
    "/etc/passwd",
    "/proc/self/environ",
    "/dev/zero",
    "\\\\host\\share\\x.json5",
    "file:///etc/passwd",
    "pipe.json5",
    ".",
  ];

  test("T-CFG-03 from outside the folder of the configuration keep a gateway from starting, unread", async () => {
    for (const name of ESCAPES) {
      await using site = await withSecrets(including(name));
      const lines = await refusedStart(site);
      expect(lines).toMatch(/[Ii]nclude/);
      expect(lines).not.toMatch(new RegExp(`${CANARY}|root:x`));
    }
  });

  test("T-CFG-03 cannot be brought in by a write either", async () => {
    await using site = await withSecrets(text());
    await using own = await site.start();
    for (const name of ESCAPES) {
      const error = await own.refused("config.set", including(name));
      expect(JSON.stringify([error.message, error.details])).not.toContain(CANARY);
      expect(error).toMatchObject({ code: "INVALID_REQUEST", message: "invalid config" });
    }
    await expectUntouched(own, text());
  });

  test("T-CFG-03 are bounded in depth, number and size, and may not go round in circles", async () => {
    const chain = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`c${index}.json5`, `{ $include: "c${index + 1}.json5" }`]),
    );
    await using deep = await installation(including("c0.json5"), { files: chain });
    expect(await refusedStart(deep)).toContain("Maximum include depth (10) exceeded");
    await using circle = await installation(including("a.json5"), {
      files: { "a.json5": '{ $include: "b.json5" }', "b.json5": '{ $include: "a.json5" }' },
    });
    expect(await refusedStart(circle)).toContain("Circular include detected");
    const many = JSON.stringify(Array.from({ length: 10_000 }, () => "x.json5"));
    await using crowd = await installation(text(`  ui: { $include: ${many} },\n`), {
      files: { "x.json5": "{}" },
    });
    expect(await refusedStart(crowd)).toContain("Too many include files");
    const big = `{ skills: { a: "${"x".repeat(3 * 1024 * 1024)}" } }`;
    await using heavy = await installation(text('  $include: ["x.json5", "y.json5"],\n'), {
      files: { "x.json5": big, "y.json5": big },
    });
    expect(await refusedStart(heavy)).toContain("Include files too large");
  });
});

describe("two writers", () => {
  const DIGITS: unknown = expect.stringMatching(/^\d+$/);

  test("T-CFG-05 need the hash of what they change; of those with the same one, one wins", async () => {
    await using own = await installed(text());
    const blind = await own.client.request("config.patch", { raw: "{}" }).catch((error: unknown) => error);
    expect(blind).toMatchObject({ message: "config base hash required; re-run config.get and retry" });
    let won = 0;
    for (let round = 0; round < 3; round += 1) {
      const { hash = "" } = await own.shown();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 50 }, (_, index) =>
          own.client.request("config.patch", {
            raw: JSON.stringify({ skills: { [`r${round}`]: `${index}` } }),
            baseHash: hash,
          }),
        ),
      );
      const lost = outcomes.flatMap((outcome) =>
        outcome.status === "rejected" ? [String(outcome.reason)] : [],
      );
      expect(lost).toHaveLength(49);
      for (const message of lost) expect(message).toContain("config changed since last load");
      won += outcomes.length - lost.length;
    }
    // None of the winners undid another.
    expect((await own.shown()).config).toMatchObject({ skills: { r0: DIGITS, r1: DIGITS, r2: DIGITS } });
    expect(won).toBe(3);
  });

  test("T-CFG-05 a command and a client do not overwrite each other", async () => {
    await using own = await installed(text());
    const env = { PATH: process.env["PATH"], HOME: own.folder, OPENCLAW_CONFIG_PATH: own.configPath };
    const run = promisify(execFile);
    // Through no gateway: these commands go to the file, the client to the gateway.
    const state = { OPENCLAW_STATE_DIR: join(own.folder, "other"), OPENCLAW_GATEWAY_PORT: "1" };
    const commands = ["a", "b", "c"].map((name) =>
      run(process.execPath, [cli, "config", "set", `skills.${name}`, "1"], {
        env: { ...env, ...state },
      }).then(
        () => name,
        () => undefined,
      ),
    );
    // Who is told to read again does so, as a person would.
    const insist = async (name: string): Promise<string> => {
      const raw = JSON.stringify({ skills: { [name]: 1 } });
      const done = await own.edit("config.patch", raw).then(
        () => true,
        (error: unknown) => {
          expect(String(error)).toContain("config changed since last load");
          return false;
        },
      );
      return done ? name : insist(name);
    };
    const patches = ["x", "y", "z"].map(insist);
    const told = (await Promise.all([...commands, ...patches])).filter((name) => name !== undefined);
    const { skills } = (await own.shown()).config as { skills: object };
    expect(told).toEqual(expect.arrayContaining(["x", "y", "z"]));
    expect(Object.keys(skills).sort()).toEqual(told.sort());
  });
});

describe("hidden values", () => {
  const SECRETS = [
    "gateway.remote.token",
    "gateway.remote.password",
    "gateway.auth.trustedProxy.secretHeader.value",
    "models.providers.a.apiKey",
    "models.providers.b.apiKey",
    "models.providers.a.headers.Authorization",
    "env.vars.SOME_KEY",
    "env.OTHER_KEY",
    "hooks.token",
    "cron.webhookToken",
    "commands.ownerDisplaySecret",
    "channels.telegram.botToken",
    "channels.telegram.accounts.x.botToken",
    "channels.slack.signingSecret",
    "skills.entries.weather.apiKey",
  ];
  const secretOf = (path: string) => `s3cret-at-${path}`;
  function sourceWithSecrets(): string {
    const tree: Record<string, unknown> = {
      gateway: {
        mode: "local",
        auth: { token: TOKEN, trustedProxy: { userHeader: "x-user", secretHeader: { name: "x-proof" } } },
        writeBudget: { maxCalls: 10_000 },
      },
      models: { providers: { a: { baseUrl: "u", models: [] }, b: { baseUrl: "u", models: [] } } },
    };
    for (const path of SECRETS) {
      const keys = path.split(".");
      const last = keys.pop() ?? "";
      let parent = tree;
      for (const key of keys) parent = (parent[key] ??= {}) as typeof tree;
      parent[last] = secretOf(path);
    }
    return `// every secret\n${JSON.stringify(tree, null, 2)}\n`;
  }

  test("T-CFG-06 come back as they were stored, from every sensitive path", async () => {
    const source = sourceWithSecrets();
    await using own = await installed(source);
    const shown = await own.shown();
    for (const path of SECRETS) expect(JSON.stringify(shown)).not.toContain(secretOf(path));
    expect(await own.edit("config.patch", JSON.stringify(shown.parsed))).toMatchObject({ changedPaths: [] });
    expect(await own.edit("config.patch", JSON.stringify(shown.config))).toMatchObject({ changedPaths: [] });
    expect(await own.read()).toBe(source);
    await own.edit("config.set", `${String(shown.raw)}// seen\n`);
    expect(await own.read()).toBe(`${source}// seen\n`);
  });

  test("T-CFG-06 are written nowhere else: not at another key, not in a longer text, not in a list that lost its place", async () => {
    const source = sourceWithSecrets();
    await using own = await installed(source);
    const raw = String((await own.shown()).raw);
    const hidden = "__OPENCLAW_REDACTED__";
    const wrong = [
      raw.replace('"providers": {\n      "a"', '"providers": {\n      "renamed"'),
      raw.replace(hidden, `${hidden}x`),
      raw.replace('"mode": "local"', `"mode": "local",\n    "customBindHost": "${hidden}"`),
      raw.replace("{\n", `{\n  "${hidden}": 1,\n`),
      raw.replace("{\n", `{\n  "bindings": [{ "agentId": "${hidden}", "match": { "channel": "irc" } }],\n`),
    ];
    for (const edited of wrong) {
      expect(edited).not.toBe(raw);
      const error = await own.refused("config.set", edited);
      expect(error.message).toMatch(/^Sentinel value "__OPENCLAW_REDACTED__" in key /);
    }
    await expectUntouched(own, source);
  });

  test("T-CFG-06 follow the item of a list they belong to", async () => {
    const token = (name: string) => `{ name: "${name}", hash: "sha256:${name.repeat(64)}" }`;
    const source = text().replace(
      `token: "${TOKEN}"`,
      `token: "${TOKEN}", tokens: [${token("a")}, ${token("b")}]`,
    );
    await using own = await installed(source);
    const raw = String((await own.shown()).raw);
    const [a = "", b = ""] = [...raw.matchAll(/\{ name: "[ab]", hash: "[^"]+" \}/g)].map(String);
    expect(a).toContain("__OPENCLAW_REDACTED__");
    await own.edit("config.set", raw.replace(`${a}, ${b}`, `${b}, ${a}`));
    expect(await own.read()).toBe(
      source.replace(`${token("a")}, ${token("b")}`, `${token("b")}, ${token("a")}`),
    );
  });
});

test("T-CFG-07 a write changes the bytes of its own key only; what variables hold is never written", async () => {
  const source = text(
    "  env: { vars: { KEY: '${OUTER_KEY}' } }, // of the provider\n" +
      "  models: { providers: { p: { baseUrl: 'u/${PART}/v1', apiKey: '${KEY}', models: [] } } },\n" +
      '  messages: { responsePrefix: "$${NOT_A_VARIABLE}" },\n',
  );
  const variables = { OUTER_KEY: "expanded-outer-key", PART: "expanded-part" };
  await using own = await installed(source, { env: variables });
  expect(JSON.stringify((await own.shown()).config)).toContain("expanded-part");
  await own.edit("config.patch", '{ "messages": { "ackReaction": "x" } }');
  expect(await own.read()).toBe(source.replace('VARIABLE}" }', 'VARIABLE}", ackReaction: "x" }'));
  const { config } = await own.shown();
  await own.edit("config.patch", JSON.stringify({ models: (config as { models: object }).models }));
  expect(await own.read()).not.toMatch(/expanded/);
});

test("T-CFG-08 whatever the umask is, nothing that a gateway and its commands make can be read by others", async () => {
  await using user = await TemporaryUser.create();
  const shell = (command: string) =>
    promisify(execFile)(
      "sh",
      ["-c", `umask 000; exec "$0" "$@"`, process.execPath, cli, ...command.split(" ")],
      {
        env: user.env(),
        cwd: user.home,
      },
    );
  await shell("--dev setup");
  const gateway = await user.startGateway({ umask: "000" });
  await shell("--dev config set ui.seamColor #112233");
  await shell("--dev config set logging.level debug");
  await shell("--dev config get ui.seamColor");
  expect(gateway.port).toBeGreaterThan(0);
  const open: string[] = [];
  const visit = async (dir: string): Promise<void> => {
    for (const entry of await readdir(dir, { withFileTypes: true })) {
      const path = join(dir, entry.name);
      const { mode } = await stat(path);
      if ((mode & 0o077) !== 0) open.push(`${path} ${(mode & 0o777).toString(8)}`);
      if (entry.isDirectory()) await visit(path);
    }
  };
  await visit(join(user.home, ".openclaw-dev"));
  expect(open).toEqual([]);
});

describe("a write that destroys", () => {
  const SOURCE = text(
    '  agents: { list: [{ id: "main" }, { id: "ops", name: "Ops" }] },\n  ui: { seamColor: "#112233" },\n',
  );
  const FEWER = `{ gateway: { mode: "local" } }`;

  test("T-CFG-09 is refused by every method, and its text kept for its owner alone", async () => {
    await using own = await installed(SOURCE);
    for (const method of ["config.set", "config.apply"] as const) {
      const error = await own.refused(method, FEWER);
      expect(error.message).toMatch(/drops \d+ of \d+ settings/);
      const { rejectedPath } = error.details as { rejectedPath: string };
      expect(await readFile(rejectedPath, "utf8")).toBe(FEWER);
      expect((await stat(rejectedPath)).mode & 0o777).toBe(0o600);
    }
    const drop = await own.refused(
      "config.patch",
      '{ "agents": null, "ui": null, "gateway": { "writeBudget": null } }',
    );
    expect(drop.message).toMatch(/drops \d+ of \d+ settings/);
    for (const raw of ['{ "gateway": { "mode": null } }', '{ "gateway": null }']) {
      expect((await own.refused("config.patch", raw)).message).toContain("removes gateway.mode");
    }
    await expectUntouched(own, SOURCE);
  });

  test("T-CFG-09 is made when it is meant", async () => {
    await using own = await installed(SOURCE);
    const meant = `{ gateway: { mode: "local", auth: { token: "${TOKEN}" } } }`;
    await own.refused("config.set", meant);
    await own.edit("config.set", meant, { force: true });
    expect(await own.read()).toBe(meant);
  });
});

test("T-CFG-10 a runaway client writes 30 times a minute by each method, and nobody else pays for it", async () => {
  await using own = await installed(text().replace(", writeBudget: { maxCalls: 10000 }", ""));
  for (const method of EDIT_METHODS) {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, () => own.client.request(method, { raw: "{}", baseHash: "0" })),
    );
    const limited = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" &&
      outcome.reason instanceof RpcError &&
      outcome.reason.message.startsWith("rate limit exceeded")
        ? [outcome.reason]
        : [],
    );
    expect(limited).toHaveLength(70);
    for (const { code, retryable, retryAfterMs } of limited) {
      expect({ code, retryable }).toEqual({ code: "UNAVAILABLE", retryable: true });
      expect(retryAfterMs).toBeGreaterThan(0);
    }
  }
  await own.shown();
});

describe("variables that decide which code runs", () => {
  const NEVER = [
    "LD_PRELOAD",
    "DYLD_INSERT_LIBRARIES",
    "NODE_OPTIONS",
    "NODE_PATH",
    "BASH_ENV",
    "HOME",
    "SHELL",
    "IFS",
  ];
  const OWN = [
    "OPENCLAW_GATEWAY_TOKEN",
    "OPENCLAW_STATE_DIR",
    "OPENCLAW_NO_RESPAWN",
    "CLAWDBOT_GATEWAY_TOKEN",
  ];
  const FOREIGN = [
    "OPENAI_API_KEY",
    "ANTHROPIC_OAUTH_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "PATH",
  ];
  const using_ = (name: string) => `  messages: { responsePrefix: "\${${name}}" },\n`;
  /** A section and a file that offer a variable. */
  type Offer = (name: string) => readonly [section: string, files: Readonly<Record<string, string>>];
  const SOURCES: readonly (readonly [string, readonly string[], Offer])[] = [
    [
      "env.vars of the configuration",
      [...NEVER, ...OWN],
      (name: string) => [`  env: { vars: { ${name}: "taken" } },\n`, {}],
    ],
    [
      "env of the configuration",
      [...NEVER, ...OWN],
      (name: string) => [`  env: { ${name}: "taken" },\n`, {}],
    ],
    [
      ".env of the working folder",
      [...NEVER, ...OWN, ...FOREIGN],
      (name: string) => ["", { "../../cwd/.env": `${name}=taken\n` }],
    ],
    [".env of the state folder", NEVER, (name: string) => ["", { ".env": `${name}=taken\n` }]],
  ];

  test.each(SOURCES)("T-CFG-11 are not taken from %s", async (_, names, given) => {
    for (const name of names) {
      const [section, files] = given(name);
      await using site = await installation(text(section + using_(name)), { files });
      expect(await refusedStart(site)).toContain(`Missing env var "${name}"`);
    }
  });

  test.each(SOURCES)("T-CFG-11 others are taken from %s", async (_, names, given) => {
    const [section, files] = given("HARMLESS");
    await using own = await installed(text(section + using_("HARMLESS")), { files });
    expect((await own.shown()).config).toMatchObject({ messages: { responsePrefix: "taken" } });
    expect(names).not.toContain("HARMLESS");
    expect(process.env["HARMLESS"]).toBeUndefined();
  });
});

describe("a text that costs more than it says", () => {
  const nested = (depth: number) => `{ skills: { a: ${"[".repeat(depth)}${"]".repeat(depth)} } }`;
  const BOMBS: readonly (readonly [string, string, RegExp])[] = [
    ["6 MB", text(`  skills: { a: "${"x".repeat(6 * 1024 * 1024)}" },\n`), /too large/],
    ["65 levels", nested(65), /nesting deeper than 64/],
    ["100 000 levels", nested(100_000), /nesting deeper than 64|call stack/i],
    ["a key twice", text("  ui: {},\n  ui: {},\n"), /duplicate key "ui"/],
    ["a key twice, spelled otherwise", text("  ui: {},\n  '\\u0075i': {},\n"), /duplicate key "ui"/],
    ["a number without end", text("", ", port: 1e999"), /gateway\.port|expected/i],
    ["no JSON5 at all", "\u0000\u0001", /JSON5/],
  ];

  test.each(BOMBS)("T-CFG-12 keeps no gateway busy: %s", async (_, source, reason) => {
    await using own = await installed(text());
    for (const method of ["config.set", "config.patch"] as const) {
      const error = await own.refused(method, source);
      expect(error.code).toBe("INVALID_REQUEST");
      expect(`${error.message} ${JSON.stringify(error.details ?? null)}`).toMatch(reason);
    }
    await own.client.request("health", {});
    await expectUntouched(own, text());
  });

  test.each(BOMBS)("T-CFG-12 starts no gateway: %s", async (_, source, reason) => {
    await using site = await installation(source);
    expect(await refusedStart(site)).toMatch(reason);
  });
});

test("T-CFG-13 words that look like something else are texts: nothing is coerced", async () => {
  await using own = await installed(text());
  const cases = ["on", "off", "yes", "no", "true", "1", 1, 0, null, []].map((value) => ({
    gateway: { controlUi: { enabled: value } },
  }));
  for (const edit of [
    ...cases.filter(({ gateway }) => gateway.controlUi.enabled !== null),
    { gateway: { port: "18789" } },
  ]) {
    const error = await own.refused("config.patch", JSON.stringify(edit));
    expect(error).toMatchObject({
      message: "invalid config",
      details: { issues: [{ message: expect.stringMatching(/expected (boolean|number), received/) }] },
    });
  }
  await expectUntouched(own, text());
});

describe("identifiers", () => {
  const TRAVERSALS = [
    "../../../escaped",
    "..",
    "..%2f..%2fescaped",
    "a/../../escaped",
    "/escaped",
    "..\\..\\escaped",
    "\uFF0E\uFF0E/escaped",
    "a\u0000/../escaped",
    "a".repeat(10_000),
    "__proto__",
  ];

  test("T-CFG-15 that look like paths lead nowhere, from any parameter", async () => {
    await using own = await installed(text());
    const before = await namesBelow(own.folder);
    const told: string[] = [];
    for (const id of TRAVERSALS) {
      const attempts: (readonly [Parameters<typeof own.client.request>[0], object])[] = [
        ["agents.create", { name: id }],
        ["agents.update", { agentId: id, name: "x" }],
        ["agents.delete", { agentId: id }],
        ["agents.files.get", { agentId: id, name: "AGENTS.md" }],
        ["agents.files.get", { agentId: "main", name: id }],
        ["agents.files.set", { agentId: "main", name: id, content: "x" }],
        ["chat.history", { sessionKey: id }],
        ["chat.send", { sessionKey: `agent:${id}:main`, message: "hi", idempotencyKey: id.slice(0, 40) }],
        ["sessions.patch", { key: id, label: "x" }],
        ["sessions.delete", { key: id }],
        ["sessions.preview", { keys: [id] }],
        ["agent", { message: "hi", agentId: id, sessionId: id, idempotencyKey: `b${id.slice(0, 40)}` }],
        ["cron.runs", { jobId: id }],
        ["cron.remove", { jobId: id }],
      ];
      for (const [method, params] of attempts) {
        const answer = await own.client
          .request(method, params as never)
          .catch((error: unknown) =>
            error instanceof RpcError ? error.code : Promise.reject(error as Error),
          );
        told.push(JSON.stringify(answer));
      }
    }
    expect(told.join("\n")).not.toContain("root:x:0");
    const outside = (await namesBelow(own.folder)).filter((name) => !before.includes(name));
    expect(outside.filter((name) => /escaped/.test(name))).toEqual([]);
    expect(outside.filter((name) => !name.startsWith("home/"))).toEqual([]);
  });
});

async function namesBelow(folder: string): Promise<readonly string[]> {
  return readdir(folder, { recursive: true });
}

describe("a lock file that somebody else has put there", () => {
  test("T-CFG-16 is not followed to another file, and lies in the state folder", async () => {
    await using site = await installation(text());
    const victim = join(site.folder, "victim");
    await writeFile(victim, "precious");
    const state = join(site.folder, "home", "state");
    await symlink(victim, join(state, "gateway.lock"));
    await symlink(victim, join(state, "openclaw.json.lock"));
    await using own = await site.start();
    const { mode } = await stat(join(state, "gateway.lock"));
    expect(mode & 0o777).toBe(0o600);
    const lock = JSON.parse(await readFile(join(state, "gateway.lock"), "utf8")) as object;
    expect(lock).toMatchObject({
      pid: process.pid,
      instanceId: expect.any(String),
      bootId: expect.anything(),
    });
    await own.edit("config.patch", '{ "ui": { "seamColor": "#112233" } }');
    expect(await own.read()).toContain("#112233");
    expect(await readFile(victim, "utf8")).toBe("precious");
  });
});
