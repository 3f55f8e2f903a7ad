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
  const colored = withoutNoColor(argv);
  const flags = readFlags(colored);
  if ("message" in flags) return { ok: false, message: flags.message };
  const { rest, isDev, logLevel } = flags;
  const profile = isDev ? "dev" : flags.profile;
  const { env } = environment;
  return {
    ok: true,
    argv: rest,
    env: {
      ...env,
      ...(profile !== undefined && profileVariables(profile, environment)),
      ...(isDev && { OPENCLAW_GATEWAY_PORT: readVariable(env, "OPENCLAW_GATEWAY_PORT") ?? DEV_PORT }),
      ...(logLevel !== undefined && { OPENCLAW_LOG_LEVEL: logLevel }),
      ...(colored.length < argv.length && { NO_COLOR: "1", FORCE_COLOR: "0" }),
    },
  };
}

interface Flags {
  readonly profile?: string;
  readonly isDev: boolean;
  readonly logLevel?: string;
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
    if (word === "--dev") {
      isDev = true;
    } else if (name === "--profile" || name === "--log-level") {
      const value = inline ?? argv[(index += 1)] ?? "";
      const isFlag = inline === undefined && value.startsWith("-");
      if (value.trim() === "" || isFlag) return { message: `${name} requires a value` };
      values[name === "--profile" ? "profile" : "logLevel"] = value.trim();
    } else {
      rest.push(word);
    }
  }
  if (isDev && values.profile !== undefined) return { message: "Cannot combine --dev with --profile" };
  if (values.profile !== undefined && !/^[a-z0-9][a-z0-9_-]{0,63}$/i.test(values.profile)) {
    return { message: 'Invalid --profile (use letters, numbers, "_", "-" only)' };
  }
  return { ...values, isDev, rest: [...rest, ...argv.slice(commandAt)] };
}

/** `--no-color` is taken from anywhere, but not from what `--` hands on. */
function withoutNoColor(argv: readonly string[]): readonly string[] {
  const separator = argv.indexOf("--");
  const end = separator < 0 ? argv.length : separator;
  return argv.filter((word, index) => word !== "--no-color" || index >= end);
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
