import { readFile } from "node:fs/promises";
import { isAbsolute, normalize } from "node:path";
import { type Env, isTruthy, readVariable } from "../environment.ts";
import { SETTING_DEFAULTS } from "../schema/setting-defaults.ts";
import { getPath } from "../show/config-path.ts";
import type { LoadedConfig } from "../snapshot.ts";
import { isLoaderVariable } from "../source/dot-env.ts";
import { runLoginShell } from "./run-login-shell.ts";

export interface ShellEnvOptions {
  /** Read without the variables of the login shell; need not be valid, it may lack just them. */
  readonly loaded: Pick<LoadedConfig, "env" | "written">;
  /** Environment of the process. */
  readonly env: Env;
  /** Home folder as the operating system knows it. */
  readonly homeDir: string;
  /** Lists the shells of this machine, one a line. @default "/etc/shells" */
  readonly shellsPath?: string;
}

/** What a login shell knows and this process does not. */
export interface ShellEnv {
  readonly variables: Env;
  /** Why there are none although they are wanted. */
  readonly problem?: string;
}

/** What is taken from a login shell, and nothing else. */
const EXPECTED = [
  ...["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "ANTHROPIC_OAUTH_TOKEN", "GEMINI_API_KEY", "ZAI_API_KEY"],
  ...["OPENROUTER_API_KEY", "AI_GATEWAY_API_KEY", "MINIMAX_API_KEY", "SYNTHETIC_API_KEY", "KILOCODE_API_KEY"],
  ...["ELEVENLABS_API_KEY", "TELEGRAM_BOT_TOKEN", "DISCORD_BOT_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"],
  ...["OPENCLAW_GATEWAY_TOKEN", "OPENCLAW_GATEWAY_PASSWORD"],
];
const FALLBACK_SHELL = "/bin/sh";

/**
 * Asks the login shell for credentials that a service is started without, if the configuration
 * (`env.shellEnv.enabled`) or `OPENCLAW_LOAD_SHELL_ENV` says so and none of them is set. They count as variables of the
 * process from then on. Nothing is thrown: a shell that does not answer is a `problem`.
 *
 * Docs: configuration.md#login-shell
 */
export async function importShellEnv(options: ShellEnvOptions): Promise<ShellEnv> {
  const { loaded, env, homeDir, shellsPath = "/etc/shells" } = options;
  const isSet = (name: string) => readVariable(loaded.env, name) !== undefined;
  if (!isWanted(options) || EXPECTED.some(isSet)) return { variables: {} };
  const shell = await shellOf(env, shellsPath);
  try {
    const output = await runLoginShell(shell, {
      env: { ...withoutLoaders(env), HOME: homeDir, SHELL: shell },
      timeoutMs: timeoutOf(options),
    });
    return { variables: expectedIn(output) };
  } catch (error) {
    return { variables: {}, problem: error instanceof Error ? error.message : String(error) };
  }
}

function isWanted({ loaded, env }: ShellEnvOptions): boolean {
  if (isTruthy(env["OPENCLAW_DEFER_SHELL_ENV_FALLBACK"])) return false;
  const enabled =
    getPath(loaded.written, ["env", "shellEnv", "enabled"]) ?? SETTING_DEFAULTS["env.shellEnv.enabled"];
  return enabled === true || isTruthy(env["OPENCLAW_LOAD_SHELL_ENV"]);
}

function timeoutOf({ loaded, env }: ShellEnvOptions): number {
  const candidates = [
    Number(readVariable(env, "OPENCLAW_SHELL_ENV_TIMEOUT_MS")),
    getPath(loaded.written, ["env", "shellEnv", "timeoutMs"]),
  ];
  // More than a timer can wait would be no time at all.
  const isTime = (value: unknown): value is number =>
    typeof value === "number" && value > 0 && value <= 2 ** 31 - 1;
  return candidates.find(isTime) ?? SETTING_DEFAULTS["env.shellEnv.timeoutMs"];
}

/** The shell of the user, if the machine lists it as one: a variable alone names no program to run. */
async function shellOf(env: Env, shellsPath: string): Promise<string> {
  const shell = readVariable(env, "SHELL") ?? "";
  if (!isAbsolute(shell) || normalize(shell) !== shell) return FALLBACK_SHELL;
  const text = await readFile(shellsPath, "utf8").catch(() => "");
  return text.split("\n").some((line) => line.trim() === shell) ? shell : FALLBACK_SHELL;
}

function withoutLoaders(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isLoaderVariable(name)));
}

/** The expected variables of an `env -0`; the shell may have greeted before. */
function expectedIn(output: string): Env {
  const entries = output.split("\0").flatMap((entry) => {
    const [, name = "", value = ""] = /(?:^|\n)([A-Z_]+)=([^]*)$/.exec(entry) ?? [];
    return EXPECTED.includes(name) && value.trim() !== "" ? [[name, value] as const] : [];
  });
  return Object.fromEntries(entries);
}
