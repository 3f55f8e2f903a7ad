import { describe, expect, test } from "vitest";
import { commandName } from "./command-name.ts";
import { resolvePaths } from "./paths.ts";
import { applyProfileFlags } from "./profile-flags.ts";

/** What is typed, for a command that was typed with these flags and variables. */
function typed(argv: readonly string[], env: Record<string, string> = {}): string {
  const environment = { env: { HOME: "/h", ...env }, homeDir: "/h", cwd: "/h" };
  const flags = applyProfileFlags(argv, environment);
  if (!flags.ok) throw new Error(flags.message);
  return commandName(
    resolvePaths({ ...environment, env: flags.env }, () => false),
    flags.env,
  );
}

describe("commandName", () => {
  test.each<[readonly string[], Record<string, string>, string]>([
    [[], {}, "openclaw"],
    [["--dev", "status"], {}, "openclaw --dev"],
    [["--profile", "work", "status"], {}, "openclaw --profile work"],
    [[], { OPENCLAW_PROFILE: "default" }, "openclaw"],
    [[], { OPENCLAW_STATE_DIR: "~/.openclaw" }, "openclaw"],
    [[], { OPENCLAW_STATE_DIR: "/srv/a" }, "OPENCLAW_STATE_DIR=/srv/a openclaw"],
    [[], { OPENCLAW_CONFIG_PATH: "~/a.json" }, "OPENCLAW_CONFIG_PATH=/h/a.json openclaw"],
    [
      [],
      { OPENCLAW_CONFIG_PATH: "/srv/a b/it's.json", OPENCLAW_STATE_DIR: "/srv/a b" },
      String.raw`OPENCLAW_STATE_DIR='/srv/a b' OPENCLAW_CONFIG_PATH='/srv/a b/it'\''s.json' openclaw`,
    ],
    [
      ["--profile", "work", "status"],
      { OPENCLAW_STATE_DIR: "/srv/a" },
      "OPENCLAW_STATE_DIR=/srv/a openclaw --profile work",
    ],
  ])("%j with %j is typed %s", (argv, env, expected) => {
    expect(typed(argv, env)).toBe(expected);
  });
});
