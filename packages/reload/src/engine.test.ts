import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LoadedConfig, loadConfig, RELOAD_KINDS, resolvePaths } from "@openclaw/config";
import { describe, expect, test, vi } from "vitest";
import type { ProvisionedPart, ReloadPart } from "./apply/apply-parts.ts";
import type { FileEdited, ReloadEngineOptions } from "./engine-options.ts";
import { ReloadEngine } from "./engine.ts";

type Step = "provision" | "start" | "swap";

/** A subsystem that serves `hooks.path`, and notes what is done to it. */
class HooksPart implements ReloadPart<LoadedConfig> {
  readonly name = "hooks";
  readonly follows = ["hooks"];
  serves: string | undefined;
  failsAt: Step | undefined;
  readonly steps: string[] = [];

  constructor(name?: string) {
    if (name !== undefined) Object.assign(this, { name });
  }

  provision(next: LoadedConfig): ProvisionedPart {
    const old = this.serves;
    const note = (step: string) => {
      this.steps.push(step);
      if (step === this.failsAt) throw new Error(`no ${step} today`);
    };
    note("provision");
    return {
      start: () => note("start"),
      swap: () => {
        this.serves = next.config.hooks?.path;
        note("swap");
      },
      finish: () => note("finish"),
      revert: () => {
        this.serves = old;
        note("revert");
      },
    };
  }
}

interface Bench extends AsyncDisposable {
  readonly engine: ReloadEngine;
  readonly lines: readonly string[];
  readonly restarts: readonly (readonly string[])[];
  readonly configPath: string;
  save(config: object | string): Promise<void>;
  remove(): Promise<void>;
}

/** An engine on a file of its own, with short distances. */
async function bench(config: object, options: Partial<ReloadEngineOptions> = {}): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), "reload-"));
  const paths = resolvePaths({ env: { OPENCLAW_STATE_DIR: folder }, homeDir: folder, cwd: folder });
  const { configPath } = paths;
  const save = (text: object | string) =>
    writeFile(configPath, typeof text === "string" ? text : JSON.stringify(text));
  await save(config);
  const lines: string[] = [];
  const restarts: (readonly string[])[] = [];
  const note = (...words: unknown[]) => void lines.push(words.map(String).join(" "));
  const engine = new ReloadEngine({
    initial: await loadConfig({ paths, env: {} }),
    paths,
    env: {},
    rules: RELOAD_KINDS,
    parts: [],
    preflight: () => Promise.resolve([]),
    requestRestart: (reasons) => void restarts.push(reasons),
    onStatus: () => {},
    logger: { info: note, warn: note, error: note },
    pollMs: 20,
    ...options,
  });
  await engine.watch();
  return {
    engine,
    lines,
    restarts,
    configPath,
    save,
    remove: () => rm(configPath),
    [Symbol.asyncDispose]: async () => {
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const RELOAD = { reload: { debounceMs: 20 } };
const hooksPath = (path: string, more: object = {}) => ({ gateway: RELOAD, hooks: { path }, ...more });
const until = (look: () => void) => vi.waitFor(look, { timeout: 10_000, interval: 10 });

describe("edits of the file", () => {
  test("are told with what they changed, or what stands in their way, and never a value", async () => {
    const edits: FileEdited[] = [];
    const hooks = new HooksPart();
    await using own = await bench(hooksPath("/old"), {
      parts: [hooks],
      onEdit: (edit) => void edits.push(edit),
    });
    await own.save(hooksPath("/new", { ui: { seamColor: "#112233" } }));
    await until(() => expect(edits).toHaveLength(1));
    await own.save(
      `// only a remark\n${JSON.stringify(hooksPath("/new", { ui: { seamColor: "#112233" } }))}`,
    );
    await own.save({ gateway: { ...RELOAD, port: "s3cret" } });
    await until(() => expect(edits).toHaveLength(2));
    hooks.failsAt = "start";
    await own.save(hooksPath("/bad", { ui: { seamColor: "#112233" } }));
    await until(() => expect(edits).toHaveLength(3));
    expect(edits).toEqual([
      { isTaken: true, paths: ["hooks.path", "ui"] },
      { isTaken: false, paths: ["gateway.port"] },
      { isTaken: false, paths: ["hooks.path"] },
    ]);
  });
});

describe("a part that fails", () => {
  test.each<Step>(["provision", "start", "swap"])(
    "to %s leaves every part as it was, and the next good edit applies",
    async (step) => {
      const [first, hooks, last] = [new HooksPart("first"), new HooksPart(), new HooksPart("last")];
      for (const part of [first, hooks, last]) part.serves = "/old";
      await using own = await bench(hooksPath("/old"), { parts: [first, hooks, last] });
      hooks.failsAt = step;
      await own.save(hooksPath("/bad"));
      await until(() => expect(own.engine.status.state).toBe("reverted"));
      expect(own.engine.status).toMatchObject({
        path: "hooks.path",
        reason: `hooks: no ${step} today`,
        pending: ["hooks.path"],
      });
      expect([first.serves, hooks.serves, last.serves]).toEqual(["/old", "/old", "/old"]);
      expect(own.engine.inForce.config.hooks?.path).toBe("/old");
      expect(own.lines).toContain(
        `config reload reverted (hooks.path): hooks failed to ${step}: Error: no ${step} today`,
      );
      expect(first.steps).not.toContain("finish");

      hooks.failsAt = undefined;
      await own.save(hooksPath("/good"));
      await until(() => expect(own.engine.status).toMatchObject({ state: "applied", pending: [] }));
      expect([first.serves, hooks.serves, last.serves]).toEqual(["/good", "/good", "/good"]);
      expect(own.engine.inForce.config.hooks?.path).toBe("/good");
      expect(first.steps.slice(-4)).toEqual(["provision", "start", "swap", "finish"]);
    },
  );

  test("is asked again when the old text comes back and goes again", async () => {
    const hooks = new HooksPart();
    await using own = await bench(hooksPath("/old"), { parts: [hooks] });
    hooks.failsAt = "start";
    await own.save(hooksPath("/new"));
    await until(() => expect(own.engine.status.state).toBe("reverted"));
    await own.save(hooksPath("/old"));
    await until(() => expect(own.engine.status).toMatchObject({ state: "applied", pending: [] }));
    hooks.failsAt = undefined;
    await own.save(hooksPath("/new"));
    await until(() => expect(hooks.serves).toBe("/new"));
  });

  test("to let go of what is out of use reverts nothing", async () => {
    const hooks = new HooksPart();
    await using own = await bench(hooksPath("/old"), {
      parts: [
        {
          ...partOf(hooks),
          provision: (next) => ({
            ...hooks.provision(next),
            finish: () => Promise.reject(new Error("stuck")),
          }),
        },
      ],
    });
    await own.save(hooksPath("/new"));
    await until(() =>
      expect(own.lines).toContain("config reload: hooks left something behind: Error: stuck"),
    );
    expect(own.engine.status.state).toBe("applied");
    expect(hooks.serves).toBe("/new");
  });
});

function partOf({ name, follows }: HooksPart) {
  return { name, follows };
}

describe("an edit", () => {
  test("of comments and layout, or saved once more, does nothing", async () => {
    const hooks = new HooksPart();
    await using own = await bench(hooksPath("/old"), { parts: [hooks] });
    const { inForce } = own.engine;
    await own.save(`// theirs\n${JSON.stringify(hooksPath("/old"), null, 4)}`);
    await until(() => expect(own.engine.status.hash).not.toBe(inForce.hash));
    expect(hooks.steps).toEqual([]);
    expect(own.lines).toEqual([]);
    expect(own.engine.inForce.config).toEqual(inForce.config);
  });

  test("reaches only the parts that follow what it changes", async () => {
    const [hooks, cron] = [new HooksPart(), { ...partOf(new HooksPart("cron")), follows: ["cron"] }];
    let asked = 0;
    await using own = await bench(hooksPath("/old"), {
      parts: [hooks, { ...cron, provision: () => ((asked += 1), { swap: () => {}, revert: () => {} }) }],
    });
    await own.save(hooksPath("/old", { cron: { maxConcurrentRuns: 3 } }));
    await until(() => expect(asked).toBe(1));
    expect(hooks.steps).toEqual([]);
    expect(own.lines).toEqual([
      "config change detected; evaluating reload (cron)",
      "config hot reload applied (cron)",
    ]);
  });

  test("that is invalid changes nothing, is told once, and restoring the old text says nothing", async () => {
    await using own = await bench(hooksPath("/old"));
    await own.save({ ...hooksPath("/new"), gateway: { port: "high", bogus: 1 } });
    await until(() => expect(own.engine.status.state).toBe("invalid"));
    expect(own.engine.inForce.config.hooks?.path).toBe("/old");
    expect(own.lines).toEqual([
      expect.stringMatching(/^config reload skipped \(invalid config\): gateway\.port: .*, .*bogus/),
    ]);
    await own.save(hooksPath("/old"));
    await until(() => expect(own.engine.status.state).toBe("applied"));
    expect(own.lines).toHaveLength(1);
  });

  test("that no gateway could start with is refused before any restart", async () => {
    await using own = await bench(hooksPath("/old"), {
      preflight: ({ config }) =>
        Promise.resolve(
          config.gateway?.auth?.mode === "password"
            ? [{ path: "gateway.auth.password", message: "no password was configured" }]
            : [],
        ),
    });
    await own.save({ ...hooksPath("/new"), gateway: { ...RELOAD, auth: { mode: "password" } } });
    await until(() => expect(own.engine.status.state).toBe("refused"));
    expect(own.engine.status).toMatchObject({
      path: "gateway.auth.password",
      reason: "no password was configured",
    });
    expect(own.restarts).toEqual([]);
    expect(own.engine.inForce.config.hooks?.path).toBe("/old");
    expect(own.lines).toContain(
      "config reload skipped (restart preflight failed): no password was configured",
    );
    await own.save(hooksPath("/new"));
    await until(() => expect(own.engine.inForce.config.hooks?.path).toBe("/new"));
  });

  test("that removes the file changes nothing, and is told", async () => {
    await using own = await bench(hooksPath("/old"));
    await own.remove();
    await until(() => expect(own.engine.status.state).toBe("missing"));
    expect(own.lines).toEqual([
      "config reload retry (1/2): config file not found",
      "config reload retry (2/2): config file not found",
      "config reload skipped (config file not found)",
    ]);
    expect(own.engine.inForce.config.hooks?.path).toBe("/old");
    await own.save(hooksPath("/old"));
    await until(() => expect(own.engine.status.state).toBe("applied"));
    await own.save(hooksPath("/new"));
    await until(() => expect(own.engine.inForce.config.hooks?.path).toBe("/new"));
  });
});

describe("what the mode leaves out", () => {
  const inMode = (mode: string, config: object = {}) => ({
    gateway: { reload: { debounceMs: 20, mode }, ...("port" in config && { port: config.port }) },
    ...("hooks" in config && { hooks: config.hooks }),
  });

  test("hot is pending while the rest applies, and no longer once it is taken back", async () => {
    await using own = await bench(inMode("hot"));
    await own.save(inMode("hot", { port: 1234, hooks: { path: "/new" } }));
    await until(() => expect(own.engine.status.pending).toEqual(["gateway.port"]));
    expect(own.engine.inForce.config).toMatchObject({ hooks: { path: "/new" } });
    expect(own.engine.inForce.config.gateway?.port).toBeUndefined();
    expect(own.lines).toEqual([
      "config change detected; evaluating reload (gateway.port, hooks)",
      "config reload requires gateway restart; hot mode ignoring (gateway.port)",
      "config hot reload applied (hooks)",
    ]);
    await own.save(inMode("hot", { hooks: { path: "/newer" } }));
    await until(() => expect(own.engine.inForce.config.hooks?.path).toBe("/newer"));
    expect(own.engine.status.pending).toEqual([]);
    expect(own.restarts).toEqual([]);
  });

  test("off is pending as a whole, and stays so when the mode comes back", async () => {
    await using own = await bench(inMode("off"));
    await own.save(inMode("off", { hooks: { path: "/new" } }));
    await until(() => expect(own.engine.status.pending).toEqual(["hooks"]));
    expect(own.engine.inForce.config.hooks).toBeUndefined();
    expect(own.lines).toContain("config reload disabled (gateway.reload.mode=off)");
    await own.save(inMode("hybrid", { hooks: { path: "/new" } }));
    await until(() =>
      expect(own.lines).toContain("config change applied (dynamic reads: gateway.reload.mode)"),
    );
    expect(own.engine.status).toMatchObject({ state: "applied", pending: ["hooks"] });
    expect(own.engine.inForce.config.hooks).toBeUndefined();
  });

  test("hybrid is nothing: it restarts once, and says why", async () => {
    await using own = await bench(inMode("hybrid"));
    await own.save(inMode("hybrid", { port: 1234 }));
    await until(() => expect(own.restarts).toEqual([["gateway.port"]]));
    expect(own.lines.at(-1)).toBe("config change requires gateway restart (gateway.port)");
    expect(own.engine.status.pending).toEqual(["gateway.port"]);
  });
});

test("a write through the engine is no edit of somebody else", async () => {
  await using own = await bench(hooksPath("/old"));
  const outcome = await own.engine.during(async (accept) => {
    await own.save({ gateway: { ...RELOAD, port: 1234 }, hooks: { path: "/new" } });
    return accept(await reread(own));
  });
  expect(outcome.plan).toMatchObject({ hot: ["hooks.path"], restart: ["gateway.port"] });
  expect(outcome.status).toMatchObject({ state: "applied", pending: ["gateway.port"] });
  expect(own.engine.inForce.config.hooks?.path).toBe("/new");
  // Another edit shows that the write was looked at by then.
  await own.save({ gateway: { ...RELOAD, port: 1234 }, hooks: { path: "/newer" } });
  await until(() => expect(own.engine.inForce.config.hooks?.path).toBe("/newer"));
  expect(own.restarts).toEqual([]);
  expect(own.lines.filter((line) => line.includes("detected"))).toHaveLength(2);
});

test("what was edited between the start and the first look is found", async () => {
  await using own = await bench(hooksPath("/old"));
  await own.engine.close();
  await own.save(hooksPath("/new"));
  const later = new ReloadEngine({ ...optionsOf(own), initial: own.engine.inForce });
  await later.watch();
  await until(() => expect(later.inForce.config.hooks?.path).toBe("/new"));
  await later.close();
});

function optionsOf({ configPath }: Bench): Omit<ReloadEngineOptions, "initial"> {
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  const folder = join(configPath, "..");
  return {
    paths: resolvePaths({ env: { OPENCLAW_STATE_DIR: folder }, homeDir: folder, cwd: folder }),
    env: {},
    rules: RELOAD_KINDS,
    parts: [],
    preflight: () => Promise.resolve([]),
    requestRestart: () => {},
    onStatus: () => {},
    logger: silent,
  };
}

function reread({ configPath }: Bench): Promise<LoadedConfig> {
  const folder = join(configPath, "..");
  const paths = resolvePaths({ env: { OPENCLAW_STATE_DIR: folder }, homeDir: folder, cwd: folder });
  return loadConfig({ paths, env: {} });
}
