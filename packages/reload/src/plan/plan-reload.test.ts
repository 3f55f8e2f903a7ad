import { type ReloadKindRule, RELOAD_KINDS } from "@openclaw/config";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PlanOptions, planReload, type ReloadMode } from "./plan-reload.ts";

const RULES: readonly ReloadKindRule[] = [
  { prefix: "gateway.reload", kind: "none", isAlwaysTaken: true },
  { prefix: "gateway.auth.token", kind: "hot" },
  { prefix: "gateway", kind: "restart" },
  { prefix: "hooks", kind: "hot" },
  { prefix: "hooks.gmail", kind: "restart" },
  { prefix: "ui", kind: "none" },
];
const MODES: readonly ReloadMode[] = ["off", "hot", "restart", "hybrid"];

/** A change of one leaf, or of a section with leaves below it. */
function change(path: string, ...below: readonly string[]) {
  const place = path.split(".");
  return { path: place, leaves: below.length === 0 ? [place] : below.map((key) => [...place, key]) };
}
function plan(paths: readonly string[], mode: ReloadMode, more: Partial<PlanOptions> = {}) {
  return planReload(
    paths.map((path) => change(path)),
    { rules: RULES, mode, ...more },
  );
}

describe("planReload", () => {
  const changed = ["hooks.path", "gateway.port", "ui.seamColor"];

  test("in mode hybrid applies what it can, and restarts for the rest", () => {
    expect(plan(changed, "hybrid")).toEqual({
      mode: "hybrid",
      changed,
      hot: ["hooks.path"],
      restart: ["gateway.port"],
      none: ["ui.seamColor"],
      ignored: [],
      restartReasons: ["gateway.port"],
      applied: [
        ["hooks", "path"],
        ["ui", "seamColor"],
      ],
    });
    expect(plan(["hooks.path", "ui.seamColor"], "hybrid").restartReasons).toEqual([]);
  });

  test("in mode hot applies what it can, and leaves out what restarts", () => {
    expect(plan(changed, "hot")).toMatchObject({
      hot: ["hooks.path"],
      restart: [],
      none: ["ui.seamColor"],
      ignored: ["gateway.port"],
      restartReasons: [],
    });
  });

  test("in mode restart restarts also for what it applied, but not for what needs nothing", () => {
    expect(plan(["hooks.path"], "restart").restartReasons).toEqual(["hooks.path"]);
    expect(plan(changed, "restart").restartReasons).toEqual(["gateway.port"]);
    expect(plan(["ui.seamColor"], "restart").restartReasons).toEqual([]);
  });

  test("in mode off takes nothing but the reload settings themselves", () => {
    expect(plan([...changed, "gateway.reload.debounceMs"], "off")).toMatchObject({
      hot: [],
      restart: [],
      none: ["gateway.reload.debounceMs"],
      ignored: changed,
      applied: [["gateway", "reload", "debounceMs"]],
    });
  });

  test("restarts for what is hot when that is asked for, where the mode restarts at all", () => {
    const reasons = (mode: ReloadMode) => plan(["hooks.path"], mode, { restartsForHot: true }).restartReasons;
    expect(MODES.map(reasons)).toEqual([[], [], ["hooks.path"], ["hooks.path"]]);
  });

  test("lets the longest prefix decide, whatever the order, and restarts for what no rule names", () => {
    expect(
      plan(["hooks.gmail.account", "gateway.auth.token", "gateway.auth.tokens", "web"], "hybrid"),
    ).toMatchObject({
      hot: ["gateway.auth.token"],
      restart: ["hooks.gmail.account", "gateway.auth.tokens", "web"],
    });
  });

  test("judges a new section by what is in it, and names it as a whole where all of it is alike", () => {
    const options = { rules: RULES, mode: "hybrid" } as const;
    expect(planReload([change("hooks", "path", "token")], options)).toMatchObject({
      hot: ["hooks"],
      restart: [],
      applied: [
        ["hooks", "path"],
        ["hooks", "token"],
      ],
    });
    expect(planReload([change("hooks", "path", "gmail")], options)).toMatchObject({
      hot: ["hooks.path"],
      restart: ["hooks.gmail"],
    });
  });

  const path = fc.constantFrom(...RULES.flatMap(({ prefix }) => [prefix, `${prefix}.x`]), "other", "other.y");
  const paths = fc.uniqueArray(path, { maxLength: 8 });
  const mode = fc.constantFrom(...MODES);

  test("puts every change in exactly one place, and applies exactly what is hot or needs nothing", () => {
    fc.assert(
      fc.property(paths, mode, fc.boolean(), (changes, reloadMode, restartsForHot) => {
        const made = plan(changes, reloadMode, { restartsForHot });
        const sorted = [...made.hot, ...made.restart, ...made.none, ...made.ignored];
        expect([...sorted].sort()).toEqual([...changes].sort());
        const applied = made.applied.map((leaf) => leaf.join(".")).sort();
        expect(applied).toEqual([...made.hot, ...made.none].sort());
      }),
    );
  });

  test("does not depend on the order of rules or of changes", () => {
    fc.assert(
      fc.property(
        paths,
        mode,
        fc.shuffledSubarray([...RULES], { minLength: RULES.length }),
        (changes, m, rules) => {
          const one = plan(changes, m);
          const other = plan([...changes].reverse(), m, { rules });
          for (const kind of ["hot", "restart", "none", "ignored"] as const)
            expect([...other[kind]].sort()).toEqual([...one[kind]].sort());
        },
      ),
    );
  });

  test("never restarts in modes off and hot, nor without a reason", () => {
    fc.assert(
      fc.property(paths, mode, fc.boolean(), (changes, m, restartsForHot) => {
        const { hot, restart, restartReasons } = plan(changes, m, { restartsForHot });
        if (m === "off" || m === "hot") expect(restartReasons).toEqual([]);
        else if (restart.length > 0) expect(restartReasons).toEqual(restart);
        else expect(restartReasons).toEqual(restartsForHot ? hot : []);
      }),
    );
  });
});

// reload.md §12.1, as far as it is about kinds; what is different is hot here, where the reference restarts (§11).
test.each<[path: string, kind: "hot" | "none" | "restart"]>([
  ["hooks.path", "hot"],
  ["hooks.gmail.account", "hot"],
  ["cron.maxConcurrentRuns", "hot"],
  ["channels.telegram.dmPolicy", "hot"],
  ["channels.defaults.groupPolicy", "hot"],
  ["agents.defaults.heartbeat.every", "hot"],
  ["agents.list", "hot"],
  ["session.dmScope", "none"],
  ["messages.responsePrefix", "none"],
  ["ui.seamColor", "none"],
  ["gateway.reload.debounceMs", "none"],
  ["gateway.remote.url", "none"],
  ["meta.lastTouchedAt", "none"],
  ["gateway.auth.token", "hot"],
  ["gateway.auth.mode", "restart"],
  ["gateway.port", "restart"],
  ["discovery.mdns.mode", "restart"],
  ["plugins.entries.x", "restart"],
  ["commands.restart", "restart"],
  ["env.vars.X", "restart"],
  ["approvals.exec", "restart"],
  ["diagnostics.enabled", "restart"],
  [".env.OPENAI_API_KEY", "none"],
  [".env.OPENCLAW_GATEWAY_TOKEN", "hot"],
])("a change of %s is of kind %s", (path, kind) => {
  // The first key for variables of `.env` files begins with a dot itself.
  const place = path.startsWith(".env.") ? [".env", path.slice(".env.".length)] : path.split(".");
  const made = planReload([{ path: place, leaves: [place] }], { rules: RELOAD_KINDS, mode: "hybrid" });
  expect(made[kind]).toEqual([path]);
});
