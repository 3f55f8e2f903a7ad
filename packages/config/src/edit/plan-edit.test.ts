import { truncateSync } from "node:fs";
import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadConfig } from "../load-config.ts";
import { redactConfig } from "../show/redact.ts";
import { hashText } from "../source/hash-text.ts";
import { temporaryDir } from "../testing/temporary-dir.ts";
import {
  type ConfigEdit,
  type EditConditions,
  type EditPlanning,
  planEdit,
  type PlanEditOptions,
  type TextEdit,
} from "./plan-edit.ts";
import { fileSystem } from "../write/file-system.ts";
import { keepRejected, saveEdit } from "./save-edit.ts";

const TEXT = `// mine
{
  gateway: {
    mode: "local", // never remove
    port: 18789,
    auth: { token: "s3cret-of-the-file" },
  },
  env: { vars: { KEY: '\${SECRET}', GREETING: "hi" } },
  agents: { list: [ { id: "a", name: "A" }, { id: "b" } ] },
}
`;
const ENV = { SECRET: "from-the-environment" };
const INCLUDING_NEW = '{ gateway: { mode: "local" }, ui: { $include: ["ui.json5", "new.json5"] } }';

async function instance(files: Readonly<Record<string, string>> = { "openclaw.json": TEXT }) {
  const dir = await temporaryDir();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir.path, name)), { recursive: true });
    await writeFile(join(dir.path, name), text);
  }
  const { paths } = dir;
  const base = async () => (await loadConfig({ paths, env: ENV })).hash;
  const planWith = async (
    edit: ConfigEdit,
    { startIssues, ...more }: EditConditions & Pick<PlanEditOptions, "startIssues"> = {},
  ) =>
    planEdit({
      paths,
      env: ENV,
      edit: { ...edit, baseHash: await base(), ...more },
      ...(startIssues && { startIssues }),
    });
  const plan = (kind: TextEdit["kind"], raw: unknown, more?: Parameters<typeof planWith>[1]) =>
    planWith({ kind, raw: typeof raw === "string" ? raw : JSON.stringify(raw) }, more);
  const save = async (planned: EditPlanning) => {
    if (!planned.ok) throw new Error(planned.refusal.message);
    await saveEdit(planned.plan, { paths, writer: { pid: 1, actor: "test" } });
    return planned.plan.changedPaths;
  };
  const write = async (...given: Parameters<typeof plan>) => save(await plan(...given));
  const own = async (...given: Parameters<typeof planWith>) => save(await planWith(...given));
  const read = (name = "openclaw.json") => readFile(join(dir.path, name), "utf8");
  const shown = async () => redactConfig(await loadConfig({ paths, env: ENV }));
  return { ...dir, plan, planWith, write, own, read, shown };
}

const refusal = (message: string | RegExp) => ({
  ok: false,
  refusal: { message: typeof message === "string" ? message : (expect.stringMatching(message) as string) },
});

describe("a merge patch", () => {
  test("says with the keys of today what it says with those of an older release", async () => {
    await using dir = await instance();
    const patch = { tools: { bash: { timeoutSec: 9 } }, telegram: { enabled: false } };
    expect(await dir.write("merge", patch)).toEqual(["tools", "channels"]);
    expect((await dir.shown()).resolved).toMatchObject({
      tools: { exec: { timeoutSec: 9 } },
      channels: { telegram: { enabled: false } },
    });
    expect(await dir.read()).toContain("// never remove");
  });

  test("is refused when it says with an old key other than what is there", async () => {
    await using dir = await instance();
    expect(await dir.plan("merge", { gateway: { token: "new" } })).toMatchObject({
      ok: false,
      refusal: {
        message: "invalid config",
        issues: [
          {
            path: "gateway.token",
            message: "gateway.token was moved; use gateway.auth.token instead (auto-migrated on load).",
          },
        ],
      },
    });
  });

  test("T-CFG-07 changes only what it names: comments, order, quotes and variables keep their bytes", async () => {
    await using dir = await instance();
    expect(
      await dir.write("merge", { gateway: { port: 20001 }, env: { vars: { GREETING: "hello" } } }),
    ).toEqual(["gateway.port", "env.vars.GREETING"]);
    expect(await dir.read()).toBe(TEXT.replace("18789", "20001").replace('"hi"', '"hello"'));
  });

  test("removes with null, and leaves nothing where there is nothing to remove", async () => {
    await using dir = await instance();
    expect(await dir.write("merge", { env: { vars: { GREETING: null, NOBODY: null } }, ui: null })).toEqual([
      "env.vars.GREETING",
    ]);
    expect(await dir.read()).toBe(TEXT.replace(', GREETING: "hi"', ""));
  });

  test("merges lists by id and adds new items at their end", async () => {
    await using dir = await instance();
    await dir.write("merge", { agents: { list: [{ id: "c" }, { id: "a", name: "AA" }] } });
    expect((await dir.shown()).parsed).toMatchObject({
      agents: { list: [{ id: "a", name: "AA" }, { id: "b" }, { id: "c" }] },
    });
  });

  test("plans nothing for what the file says already, variables included", async () => {
    await using dir = await instance();
    const same = { gateway: { port: 18789 }, env: { vars: { KEY: ENV.SECRET } } };
    const planned = await dir.plan("merge", same);
    expect(planned).toMatchObject({ ok: true, plan: { text: TEXT, changedPaths: [] } });
  });

  test("T-CFG-06 takes everything config.get shows back without a change", async () => {
    await using dir = await instance();
    const { config, parsed, resolved } = await dir.shown();
    for (const tree of [parsed, resolved, config]) {
      expect(await dir.plan("merge", tree)).toMatchObject({ ok: true, plan: { text: TEXT } });
    }
  });

  test("T-CFG-07 writes no default down that a client sends back beside its change", async () => {
    const text = `{ gateway: { mode: "local" }, agents: { defaults: { workspace: "~/w" } }, models: { providers: {
      p: { baseUrl: "u", models: [{ id: "m", name: "M" }] } } } }`;
    await using dir = await instance({ "openclaw.json": text });
    const { config } = await dir.shown();
    const sent = JSON.parse(JSON.stringify(config).replace('"M"', '"N"')) as object;
    expect(await dir.write("merge", { ...sent, commands: { restart: false } })).toEqual([
      "models.providers.p.models",
      "commands",
    ]);
    const changed = text.replace('"M"', '"N"').replace(/ }$/, ", commands: {\n  restart: false\n} }");
    expect((await dir.read()).replace(/\s/g, "")).toBe(changed.replace(/\s/g, ""));
  });

  test.each<[string, object, string]>([
    ["where no secret is", { ui: { assistant: { name: "__OPENCLAW_REDACTED__" } } }, "ui.assistant.name"],
    ["at another key", { gateway: { auth: { password: "__OPENCLAW_REDACTED__" } } }, "gateway.auth.password"],
    [
      "inside a longer text",
      { gateway: { auth: { token: "x__OPENCLAW_REDACTED__" } } },
      "gateway.auth.token",
    ],
  ])("T-CFG-06 refuses the sentinel %s", async (_, patch, key) => {
    await using dir = await instance();
    const message = `Sentinel value "__OPENCLAW_REDACTED__" in key ${key} is not valid as real data`;
    expect(await dir.plan("merge", patch)).toMatchObject(refusal(message));
  });

  test.each(['{"__proto__": {"x": 1}}', '{"gateway": {"constructor": {"x": 1}}}'])(
    "T-CFG-01 refuses a key that reaches a prototype, naming its path: %s",
    async (raw) => {
      await using dir = await instance();
      expect(await dir.plan("merge", raw)).toMatchObject(
        refusal(/forbidden key "(gateway\.constructor|__proto__)"/),
      );
      expect(Object.hasOwn(Object.prototype, "x")).toBe(false);
    },
  );

  test("needs an object, and a valid file to be merged into", async () => {
    await using dir = await instance();
    expect(await dir.plan("merge", "[1]")).toMatchObject(refusal("config.patch raw must be an object"));
    await using broken = await instance({ "openclaw.json": "{ nope: 1 }" });
    expect(await broken.plan("merge", {})).toMatchObject(refusal("invalid config; fix before patching"));
  });

  test("refuses a result that is invalid or that no gateway could start with", async () => {
    await using dir = await instance();
    expect(await dir.plan("merge", { gateway: { port: "abc" } })).toMatchObject({
      refusal: {
        message: "invalid config",
        issues: [{ path: "gateway.port", message: "Invalid input: expected number, received string" }],
      },
    });
    const issue = { path: "gateway.bind", message: "not here" };
    expect(
      await dir.plan("merge", { gateway: { bind: "lan" } }, { startIssues: () => Promise.resolve([issue]) }),
    ).toMatchObject({ refusal: { message: "invalid config", issues: [issue] } });
  });

  test("T-CFG-09 refuses to remove the mode or to drop most settings, unless forced", async () => {
    await using dir = await instance();
    expect(await dir.plan("merge", { gateway: { mode: null } })).toMatchObject(
      refusal(/removes gateway.mode/),
    );
    const most = { agents: null, env: null };
    expect(await dir.plan("merge", most)).toMatchObject(refusal(/drops 5 of 8 settings/));
    expect(await dir.plan("merge", most, { force: true })).toMatchObject({ ok: true });
  });
});

const keys = (...changes: (readonly [path: string, value?: unknown])[]): ConfigEdit => ({
  kind: "change",
  changes: () => changes.map(([path, value]) => ({ path: path.split("."), value })),
});

describe("an edit of single settings", () => {
  test.each<[string, ConfigEdit, readonly [string, string]]>([
    ["sets an item of a list", keys(["agents.list.1.name", "B"]), ['{ id: "b" }', '{ id: "b", name: "B" }']],
    ["takes an item out of a list", keys(["agents.list.0"]), ['{ id: "a", name: "A" }, ', ""]],
    [
      "replaces an object instead of merging into it",
      keys(["env.vars", { GREETING: "ho" }]),
      [`{ KEY: '\${SECRET}', GREETING: "hi" }`, '{\n    GREETING: "ho"\n  }'],
    ],
    [
      "makes the list of a first item",
      keys(["bindings.0.agentId", "a"], ["bindings.0.match.channel", "irc"]),
      [
        "] },\n}",
        '] },\n  bindings: [\n    {\n      agentId: "a",\n      match: {\n        channel: "irc"\n      }\n    }\n  ],\n}',
      ],
    ],
  ])("%s", async (_title, edit, [before, after]) => {
    await using dir = await instance();
    await dir.own(edit);
    expect(await dir.read()).toBe(TEXT.replace(before, () => after));
  });

  test("goes into the included file in which the key is written", async () => {
    await using dir = await instance({
      "openclaw.json": '{ gateway: { mode: "local", auth: { $include: "auth.json5" } } }',
      "auth.json5": '// theirs\n{ mode: "token" }\n',
    });
    expect(await dir.own(keys(["gateway.auth.mode", "none"]))).toEqual(["gateway.auth.mode"]);
    expect(await dir.read("auth.json5")).toBe('// theirs\n{ mode: "none" }\n');
  });

  test.each<[string, ConfigEdit, string | RegExp]>([
    ["T-CFG-06 a hidden value", keys(["gateway.auth.token", "__OPENCLAW_REDACTED__"]), /Sentinel value/],
    ["an include", keys(["ui", { $include: "x" }]), "a single change cannot touch $include; edit the text"],
    ["a name for an item", keys(["agents.list.x", 1]), /Expected numeric index/],
    ["T-CFG-09 the loss of the mode", keys(["gateway.mode"]), /removes gateway\.mode/],
    ["what is invalid", keys(["gateway.port", "many"]), "invalid config"],
  ])("refuses %s", async (_title, edit, message) => {
    await using dir = await instance();
    expect(await dir.planWith(edit)).toMatchObject(refusal(message));
  });
});

describe("a whole text of the owner", () => {
  test("is written to the byte, with what it says literally", async () => {
    await using dir = await instance();
    const text = TEXT.replace("${SECRET}", ENV.SECRET).replace("// mine", "// ours");
    expect(await dir.own({ kind: "file", text })).toEqual([]);
    expect(await dir.read()).toBe(text);
  });

  test("repairs a file that cannot be read, and replaces an included one", async () => {
    await using broken = await instance({ "openclaw.json": "{ gateway: " });
    await broken.own({ kind: "file", text: TEXT });
    expect(await broken.read()).toBe(TEXT);
    await using dir = await instance({
      "openclaw.json": '{ ui: { $include: "ui.json5" } }',
      "ui.json5": "{}",
    });
    const text = '{ seamColor: "#112233" }\n';
    await dir.own({ kind: "file", text, file: join(dir.path, "ui.json5") });
    expect(await dir.read("ui.json5")).toBe(text);
  });
});

describe("a patch of a configuration with includes", () => {
  const FILES = {
    "openclaw.json":
      '{ gateway: { $include: "parts/gw.json5", port: 1000 }, agents: { $include: "parts/a.json5" } }\n',
    "parts/gw.json5": '// theirs\n{ mode: "local", auth: { token: "t0ken-of-the-include" } }\n',
    "parts/a.json5": '{ list: [{ id: "a" }] }\n',
  };

  test("changes the file in which the key is defined", async () => {
    await using dir = await instance(FILES);
    await dir.write("merge", { gateway: { auth: { token: "another-token" } } });
    expect(await dir.read("parts/gw.json5")).toBe(
      FILES["parts/gw.json5"].replace("t0ken-of-the-include", "another-token"),
    );
    expect(await dir.read()).toBe(FILES["openclaw.json"]);
  });

  test("adds an item to the list in the file that has it, and new keys to the main file", async () => {
    await using dir = await instance(FILES);
    await dir.write("merge", { agents: { list: [{ id: "b" }] } });
    expect(await dir.read("parts/a.json5")).toContain('{ id: "a" }, {');
    await dir.write("merge", { gateway: { bind: "loopback" } });
    expect(await dir.read()).toContain('port: 1000, bind: "loopback"');
  });

  test("refuses what needs two files, naming them", async () => {
    await using dir = await instance(FILES);
    const patch = { gateway: { port: 2000, auth: { token: "another-token" } } };
    expect(await dir.plan("merge", patch)).toMatchObject(
      refusal(/more than one file: .*openclaw\.json, .*gw\.json5$/),
    );
    expect(await dir.read()).toBe(FILES["openclaw.json"]);
  });

  test("cannot change which files are included", async () => {
    await using dir = await instance(FILES);
    for (const patch of [{ gateway: { $include: "../other.json5" } }, { ui: { $include: "x.json5" } }]) {
      expect(await dir.plan("merge", patch)).toMatchObject(refusal(/cannot change \$include/));
    }
  });

  test("T-CFG-03 is refused as a whole text when a file lies outside", async () => {
    await using dir = await instance(FILES);
    const planned = await dir.plan("replace", FILES["openclaw.json"].replace("parts/a.json5", "../a.json5"));
    expect(planned).toMatchObject({
      refusal: { issues: [{ message: expect.stringContaining("escapes config directory") as string }] },
    });
  });

  test("T-CFG-05 is refused when an included file changes between plan and write", async () => {
    await using dir = await instance(FILES);
    const planned = await dir.plan("merge", { gateway: { port: 2000 } });
    await writeFile(join(dir.path, "parts/a.json5"), "{}");
    if (!planned.ok) throw new Error("not planned");
    await expect(saveEdit(planned.plan, { paths: dir.paths, writer: { pid: 1 } })).rejects.toThrow(
      "config changed since last load",
    );
    expect(await dir.read()).toBe(FILES["openclaw.json"]);
  });
});

/** Files that somebody edits who knows no locks, at the last moment before the new text takes its place. */
describe("T-CFG-05 an edit by hand while a planned text goes to disk", () => {
  const FILES = {
    "openclaw.json": '{ gateway: { mode: "local", port: 1000 }, ui: { $include: "ui.json5" } }\n',
    "ui.json5": '{ seamColor: "#111111" }\n',
    "new.json5": "{}\n",
  };
  const WRITES: readonly (readonly [string, ConfigEdit, string])[] = [
    ["the main file", { kind: "merge", raw: "{ gateway: { port: 2000 } }" }, "openclaw.json"],
    ["an included file", { kind: "merge", raw: '{ ui: { seamColor: "#222222" } }' }, "ui.json5"],
    ["a text that includes another file", { kind: "replace", raw: INCLUDING_NEW }, "openclaw.json"],
  ];

  test.each(
    WRITES.flatMap(([what, edit, target]) =>
      Object.keys(FILES)
        // What no text names does not matter to it.
        .filter((edited) => edited !== "new.json5" || edit.kind === "replace")
        .map((edited) => [what, edited, edit, target] as const),
    ),
  )("of %s: %s is edited, and the edit stays", async (_, edited, edit, target) => {
    await using dir = await instance(FILES);
    const planned = await dir.planWith(edit);
    if (!planned.ok) throw new Error("not planned");
    const byHand = `${FILES[edited as keyof typeof FILES]}// by hand\n`;
    const open: typeof fileSystem.open = async (...given) => {
      if (String(given[0]).endsWith(".tmp")) await writeFile(join(dir.path, edited), byHand);
      return fileSystem.open(...given);
    };
    const fs = { ...fileSystem, open };
    const saving = saveEdit(planned.plan, { paths: dir.paths, writer: { pid: 1 }, fs });
    await expect(saving).rejects.toThrow("config changed since last load; re-run config.get and retry");
    const untouched = target === edited ? byHand : FILES[target as keyof typeof FILES];
    expect([await dir.read(edited), await dir.read(target)]).toEqual([byHand, untouched]);
  });
});

test("T-CFG-05 a patch of an included file that is half written while it is planned is refused", async () => {
  const files = {
    "openclaw.json": '{ gateway: { mode: "local" }, ui: { $include: "ui.json5" } }\n',
    "ui.json5": '{ seamColor: "#111111" }\n',
  };
  await using dir = await instance(files);
  const edit = {
    kind: "change",
    // Between the reading and the planning of the change, an editor empties the file to write it anew.
    changes: () => {
      truncateSync(join(dir.path, "ui.json5"));
      return [{ path: ["ui", "seamColor"], value: "#222222" }];
    },
  } as const;
  const planned = await planEdit({ paths: dir.paths, env: ENV, edit });
  if (!planned.ok) throw new Error("not planned");
  await expect(saveEdit(planned.plan, { paths: dir.paths, writer: { pid: 1 } })).rejects.toThrow(
    "config changed since last load",
  );
  expect(await dir.read("ui.json5")).toBe("");
});

describe("a whole new text", () => {
  test("T-CFG-06 has its hidden secrets filled in, and keeps the client's comments and layout", async () => {
    await using dir = await instance();
    const { raw } = await dir.shown();
    expect(raw).not.toContain("s3cret-of-the-file");
    const sent = `// edited\n${String(raw).replace("18789", "18790")}`;
    await dir.write("replace", sent);
    expect(await dir.read()).toBe(`// edited\n${TEXT.replace("18789", "18790")}`);
  });

  test("may change nothing but comments", async () => {
    await using dir = await instance();
    expect(await dir.write("replace", TEXT.replace("// mine", "// yours"))).toEqual([]);
    expect(await dir.read()).toBe(TEXT.replace("// mine", "// yours"));
  });

  test("T-CFG-06 gives a secret to the item it belongs to when a list is reordered, and to no other", async () => {
    const token = (name: string, digit: string) => ({ name, hash: `sha256:${digit.repeat(64)}` });
    const file = { gateway: { mode: "local", auth: { tokens: [token("a", "1"), token("b", "2")] } } };
    await using dir = await instance({ "openclaw.json": JSON.stringify(file) });
    const hidden = (name: string) => ({ name, hash: "__OPENCLAW_REDACTED__" });
    const sent = (...tokens: object[]) => ({ gateway: { mode: "local", auth: { tokens } } });
    await dir.write("replace", sent(hidden("b"), hidden("a")));
    expect(JSON.parse(await dir.read())).toEqual(sent(token("b", "2"), token("a", "1")));
    expect(await dir.plan("replace", sent(hidden("b"), hidden("c")))).toMatchObject(
      refusal(/in key gateway\.auth\.tokens\.1\.hash/),
    );
  });

  test("may repair a file that is invalid", async () => {
    await using dir = await instance({ "openclaw.json": "{ nope" });
    expect(await dir.write("replace", '{ gateway: { mode: "local" } }')).toEqual(["gateway"]);
  });

  test("T-CFG-05 needs the hash of the file it replaces", async () => {
    await using dir = await instance();
    expect(await dir.plan("replace", "{}", { baseHash: "0" })).toMatchObject(
      refusal("config changed since last load; re-run config.get and retry"),
    );
    const edit = { kind: "replace", raw: "{}" } as const;
    expect(await planEdit({ paths: dir.paths, env: ENV, edit })).toMatchObject(
      refusal("config base hash required; re-run config.get and retry"),
    );
    await using empty = await instance({});
    expect(
      await planEdit({ paths: empty.paths, env: ENV, edit: { ...edit, raw: "{ ui: {} }" } }),
    ).toMatchObject({
      ok: true,
      plan: { fileHash: hashText("") },
    });
  });
});

describe("saveEdit", () => {
  test("T-CFG-05 lets one of two plans for the same text win", async () => {
    await using dir = await instance();
    const [one, two] = [
      await dir.plan("merge", { gateway: { port: 1 } }),
      await dir.plan("merge", { gateway: { port: 2 } }),
    ];
    if (!one.ok || !two.ok) throw new Error("not planned");
    const options = { paths: dir.paths, writer: { pid: 1 } };
    const outcomes = await Promise.allSettled([saveEdit(one.plan, options), saveEdit(two.plan, options)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("notes who changed which settings, without any value", async () => {
    await using dir = await instance();
    await dir.write("merge", { gateway: { auth: { token: "another-s3cret" } } });
    const line = await readFile(dir.paths.auditPath, "utf8");
    expect(JSON.parse(line)).toMatchObject({
      actor: "test",
      changedPaths: ["gateway.auth.token"],
      changedPathCount: 1,
    });
    expect(line).not.toContain("s3cret");
  });

  test("follows the link of an included file and leaves the link alone", async () => {
    await using dir = await instance({
      "openclaw.json": '{ gateway: { $include: "gw.json5" } }',
      "real.json5": '{ mode: "local", port: 1 }',
    });
    await symlink("real.json5", join(dir.path, "gw.json5"));
    await dir.write("merge", { gateway: { port: 2 } });
    expect(await dir.read("real.json5")).toBe('{ mode: "local", port: 2 }');
  });
});

test("keepRejected keeps the newest five refused texts, for their owner only", async () => {
  await using dir = await instance();
  for (let at = 1; at <= 7; at += 1) {
    const path = await keepRejected(`text ${at}`, { paths: dir.paths, now: () => 1_700_000_000_000 + at });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  }
  const kept = (await readdir(dir.path)).filter((name) => name.includes(".rejected.")).sort();
  expect(kept).toEqual([3, 4, 5, 6, 7].map((at) => `openclaw.json.rejected.170000000000${at}`));
});
