import type { Env } from "../environment.ts";

const QUOTED = /"(?:\\[^]|[^"\\])*"|'[^']*'|`[^`]*`/.source;
const ASSIGNMENT = new RegExp(
  String.raw`^[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_][\w.-]*)[^\S\n]*=[^\S\n]*((?:${QUOTED})(?=[^\S\n]*(?:#|$))|[^\n#]*)`,
  "gm",
);

/** Reads the assignments of a `.env` text; quotes and comments as the usual `dotenv` loaders have them. */
export function parseDotEnv(text: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [, name = "", value = ""] of text.replace(/\r\n?/g, "\n").matchAll(ASSIGNMENT)) {
    variables[name] = unquote(value.trim());
  }
  return variables;
}

function unquote(value: string): string {
  const quote = value.charAt(0);
  if (value.length < 2 || !/["'`]/.test(quote) || !value.endsWith(quote)) return value;
  const inner = value.slice(1, -1);
  return quote === '"'
    ? inner
        .replace(/\\n/g, "\n")
        .replace(/\\r/g, "\r")
        .replace(/\\(["\\])/g, "$1")
    : inner;
}

// Variables that make the next program load somebody's code, or look for its files elsewhere.
const LOADER_NAMES = new Set([
  "NODE_OPTIONS",
  "NODE_PATH",
  "PYTHONHOME",
  "PYTHONPATH",
  "PERL5LIB",
  "PERL5OPT",
  "RUBYLIB",
  "RUBYOPT",
  "BASH_ENV",
  "ENV",
  "SHELL",
  "SHELLOPTS",
  "PS4",
  "GCONV_PATH",
  "IFS",
  "SSLKEYLOGFILE",
  "HOME",
  "USERPROFILE",
  "ZDOTDIR",
]);
const LOADER_PREFIX = /^(DYLD_|LD_|BASH_FUNC_)/i;
const OWN_PREFIX = /^(OPENCLAW|CLAWDBOT)_/i;
const CREDENTIAL =
  /TOKEN|PASSWORD|PASSWD|SECRET|CREDENTIAL|API_?KEYS?|ACCESS_?KEY|PRIVATE_?KEY|(^|_)AUTH(_|$)/i;
// What decides with whom the process talks and which programs it finds.
const SURROUNDINGS = /^((HTTPS?|ALL|NO|FTP)_PROXY|NODE_.*|SSL_CERT_.*|PATH)$/i;

/** Who offers a variable: the less it is the operator's own, the less it may set (T-CFG-11). */
export type VariableOrigin = "working-dir" | "state-dir" | "config";

/** Whether a variable of this name is taken from this origin. */
export function mayProvide(origin: VariableOrigin, name: string): boolean {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return false;
  if (isLoaderVariable(name)) return false;
  if (origin === "state-dir") return true;
  if (OWN_PREFIX.test(name)) return false;
  return origin === "config" || !(CREDENTIAL.test(name) || SURROUNDINGS.test(name));
}

/** Whether a variable makes the next program load somebody's code, or look for its files elsewhere. */
export function isLoaderVariable(name: string): boolean {
  return LOADER_NAMES.has(name.toUpperCase()) || LOADER_PREFIX.test(name);
}

/** Adds what `variables` may provide and `env` does not have; a blank value counts as not there. */
export function completeEnv(env: Env, variables: Env, origin: VariableOrigin): Env {
  const offered = Object.entries(variables).filter(([name, value]) => value && mayProvide(origin, name));
  const missing = offered.filter(([name]) => !env[name]?.trim());
  return missing.length === 0 ? env : { ...env, ...Object.fromEntries(missing) };
}
