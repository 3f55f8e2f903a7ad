import { applyDefaults, expandHomePaths } from "./defaults.ts";
import type { Env } from "./environment.ts";
import type { OpenClawConfig } from "./schema/config-schema.ts";
import { findLegacy } from "./legacy/find-legacy.ts";
import { findWarnings } from "./rules/find-warnings.ts";
import type { ConfigIssue } from "./snapshot.ts";
import { completeEnv, mayProvide } from "./source/dot-env.ts";
import { resolveIncludes } from "./source/include.ts";
import { linesOf } from "./source/lines-of.ts";
import { parseJson5InTurns } from "./source/parse-json5.ts";
import { isRecord } from "./source/record.ts";
import type { SourceFiles } from "./source/source-files.ts";
import { substitute } from "./source/substitute.ts";
import { Turn } from "./source/turn.ts";
import { type LocatedIssue, validateConfig } from "./validate.ts";

export interface InterpretOptions {
  readonly text: string;
  readonly configPath: string;
  readonly home: string;
  readonly env: Env;
  readonly files: SourceFiles;
}

/** What a text means, whether it stands in the file already or is about to be written. */
export interface Interpretation {
  readonly parsed: unknown;
  /** With includes merged, variables in place. */
  readonly written: unknown;
  readonly resolved: Readonly<Record<string, unknown>>;
  readonly valid: boolean;
  readonly config: OpenClawConfig;
  readonly issues: readonly ConfigIssue[];
  readonly warnings: readonly ConfigIssue[];
  /** Those of the issues that are about keys of older releases. */
  readonly legacyIssues: readonly ConfigIssue[];
  readonly env: Env;
}

/** A finding, and where its key stands if not at its path. */
type Located = ConfigIssue & Partial<Pick<LocatedIssue, "place" | "unknown">>;

const MAX_ISSUES = 100;

/** Text → includes → variables → old keys → checks → defaults. Stops at the first stage that finds something wrong. */
export async function interpretConfig(options: InterpretOptions): Promise<Interpretation> {
  const { text, configPath, home, env, files } = options;
  const turn = new Turn();
  const source = await parseJson5InTurns(text, turn);
  if (!source.ok) {
    const line = source.line === undefined ? {} : { line: source.line };
    return invalid({
      env,
      issues: [{ path: "", message: `JSON5 parse failed: ${source.message}`, ...line }],
    });
  }
  const parsed = source.value;
  const included = await resolveIncludes(parsed, configPath, files);
  if (!included.ok) return invalid({ env, parsed, issues: [{ path: "", message: included.message }] });

  await turn.pass();
  const offered = envBlock(included.value);
  const { value, issues: missing } = substitute(included.value, completeEnv(env, offered, "config"));
  const resolved = isRecord(value) ? value : {};
  const completed = completeEnv(env, envBlock(value), "config");
  const known = {
    env: completed,
    parsed,
    written: included.value,
    resolved,
    warnings: withLines(text, [...refusedVariables(offered), ...findWarnings(value)]),
  };
  if (missing.length > 0) return invalid({ ...known, issues: withLines(text, missing) });

  // Before the schema, which knows old keys no better than mistyped ones.
  const legacyIssues = withLines(text, findLegacy(value));
  if (legacyIssues.length > 0) return invalid({ ...known, issues: legacyIssues, legacyIssues });

  await turn.pass();
  const checked = checkSettings(value, home);
  if (!checked.ok) return invalid({ ...known, issues: withLines(text, checked.issues) });
  return { ...known, valid: true, issues: [], legacyIssues, config: checked.config };
}

/** Checks a tree without includes and variables, and completes it with defaults. */
export function checkSettings(resolved: unknown, home: string): ReturnType<typeof validateConfig> {
  const checked = validateConfig(expandHomePaths(resolved, home));
  return checked.ok ? { ...checked, config: applyDefaults(checked.config) } : checked;
}

function invalid(found: Partial<Interpretation> & Pick<Interpretation, "env" | "issues">): Interpretation {
  const nothing = { parsed: null, written: {}, resolved: {}, warnings: [], legacyIssues: [] };
  return { ...nothing, ...found, valid: false, config: {} };
}

/** Variables the `env` section offers: those under `vars` and every other text key. */
export function envBlock(tree: unknown): Env {
  const block = isRecord(tree) && isRecord(tree["env"]) ? tree["env"] : {};
  const vars = isRecord(block["vars"]) ? block["vars"] : {};
  const texts = [...Object.entries(block), ...Object.entries(vars)].flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value] as const] : [],
  );
  return Object.fromEntries(texts);
}

function refusedVariables(offered: Env): readonly ConfigIssue[] {
  return Object.keys(offered)
    .filter((name) => !mayProvide("config", name))
    .map((name) => ({
      path: `env.${name}`,
      message: "ignored: this variable cannot be set in the configuration",
    }));
}

/** Adds lines to the findings, and leaves out those nobody would read. */
function withLines(text: string, issues: readonly Located[]): readonly ConfigIssue[] {
  const shown = issues.slice(0, MAX_ISSUES);
  const lines = linesOf(
    text,
    shown.map(({ path, place }) => place ?? path.split(".")),
  );
  const located = shown.map(({ place: _place, unknown: _unknown, ...issue }, index) => {
    const line = lines[index];
    return { ...issue, ...(line !== undefined && { line }) };
  });
  const hidden = issues.length - shown.length;
  return hidden === 0 ? located : [...located, { path: "", message: `${hidden} more issues not shown` }];
}
