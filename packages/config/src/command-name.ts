import { join } from "node:path";
import { type Env, readVariable } from "./environment.ts";
import type { Paths } from "./paths.ts";

/**
 * How this command is typed to mean the same instance again: `openclaw`, `openclaw --profile work`, and in front of it
 * the folder and the file that the environment chose. Docs: configuration.md#profiles
 */
export function commandName(paths: Paths, env: Env): string {
  const { home, profile, stateDir, configPath, isStateExplicit } = paths;
  const own = join(home, profile === undefined ? ".openclaw" : `.openclaw-${profile}`);
  const isConfigExplicit = readVariable(env, "OPENCLAW_CONFIG_PATH", "CLAWDBOT_CONFIG_PATH") !== undefined;
  return [
    // A profile sets both itself.
    ...(isStateExplicit && stateDir !== own ? [`OPENCLAW_STATE_DIR=${quoted(stateDir)}`] : []),
    ...(isConfigExplicit && configPath !== join(stateDir, "openclaw.json")
      ? [`OPENCLAW_CONFIG_PATH=${quoted(configPath)}`]
      : []),
    "openclaw",
    ...(profile === undefined ? [] : profile === "dev" ? ["--dev"] : ["--profile", profile]),
  ].join(" ");
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
