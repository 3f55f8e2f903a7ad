import { join } from "node:path";
import { type Env, type Environment, readVariable } from "./environment.ts";
import { resolveHome } from "./paths.ts";

/** Port of the dev profile, unless the environment names one. */
const DEV_PORT = "19001";

/** Arguments without the global flags, and the environment they stand for; or what is wrong with them. */
export type ProfileFlags =
  | { readonly ok: true; readonly argv: readonly string[]; readonly env: Env }
  | { readonly ok: false; readonly message: string };

/**
 * Takes the global flags off a command line (without program and script) and turns them into variables:
 * `--profile`, `--dev` and `--log-level` before the command word, `--no-color` anywhere. Behind the command
 * word `--dev` belongs to that command.
 *
 * Docs: configuration.md#profiles
 */
export function applyProfileFlags(argv: readonly string[], environment: Environment): ProfileFlags {
  const flags = readFlags(argv);
  if ("message" in flags) return { ok: false, message: flags.message };
  const profile = flags.isDev ? "dev" : flags.profile;
  const env = {
    ...environment.env,
    ...(profile !== undefined && profileVariables(profile, environment)),
    ...(flags.isDev && {
      OPENCLAW_GATEWAY_PORT: environment.env["OPENCLAW_GATEWAY_PORT"]?.trim() || DEV_PORT,
    }),
    ...(flags.logLevel !== undefined && { OPENCLAW_LOG_LEVEL: flags.logLevel }),
    ...(flags.noColor && { NO_COLOR: "1", FORCE_COLOR: "0" }),
  };
  return { ok: true, argv: flags.rest, env };
}

interface Flags {
  readonly profile?: string;
  readonly isDev: boolean;
  readonly logLevel?: string;
  readonly noColor: boolean;
  readonly rest: readonly string[];
}

function readFlags(argv: readonly string[]): Flags | { message: string } {
  const commandAt = findCommand(argv);
  const rest: string[] = [];
  const values: { profile?: string; logLevel?: string } = {};
  let isDev = false;
  for (let index = 0; index < commandAt; index += 1) {
    const word = argv[index] ?? "";
    const [name, inline] = splitFlag(word);
    if (name === "--dev" && inline === undefined) {
      isDev = true;
    } else if (name === "--profile" || name === "--log-level") {
      const value = inline ?? argv[(index += 1)];
      if (!value?.trim() || (inline === undefined && value.startsWith("-")))
        return { message: `${name} requires a value` };
      values[name === "--profile" ? "profile" : "logLevel"] = value.trim();
    } else {
      rest.push(word);
    }
  }
  if (isDev && values.profile !== undefined) return { message: "Cannot combine --dev with --profile" };
  if (values.profile !== undefined && !/^[a-z0-9][a-z0-9_-]{0,63}$/i.test(values.profile)) {
    return { message: 'Invalid --profile (use letters, numbers, "_", "-" only)' };
  }
  const words = [...rest, ...argv.slice(commandAt)];
  const visible = beforeSeparator(words);
  const noColor = visible.includes("--no-color");
  const kept = words.filter((word, index) => index >= visible.length || word !== "--no-color");
  return { ...values, isDev, noColor, rest: kept };
}

/** Index of the first word that is neither a flag nor a global flag's value. */
function findCommand(argv: readonly string[]): number {
  let index = 0;
  while (index < argv.length) {
    const word = argv[index] ?? "";
    if (word === "--" || !word.startsWith("-")) break;
    index += word === "--profile" || word === "--log-level" ? 2 : 1;
  }
  return Math.min(index, argv.length);
}

function splitFlag(word: string): [name: string, value: string | undefined] {
  const equals = word.indexOf("=");
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}

function beforeSeparator(words: readonly string[]): readonly string[] {
  const separator = words.indexOf("--");
  return separator < 0 ? words : words.slice(0, separator);
}

function profileVariables(profile: string, environment: Environment): Env {
  const folder = profile.toLowerCase() === "default" ? ".openclaw" : `.openclaw-${profile}`;
  const stateDir =
    readVariable(environment.env, "OPENCLAW_STATE_DIR") ?? join(resolveHome(environment), folder);
  return {
    OPENCLAW_PROFILE: profile,
    OPENCLAW_STATE_DIR: stateDir,
    OPENCLAW_CONFIG_PATH:
      readVariable(environment.env, "OPENCLAW_CONFIG_PATH") ?? join(stateDir, "openclaw.json"),
  };
}
