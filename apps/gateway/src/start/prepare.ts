import {
  canRestore,
  commandName,
  type Env,
  ensureGatewayToken,
  type GatewayFlags,
  type GatewaySettings,
  invalidConfigFix,
  invalidConfigLines,
  loadConfig,
  type LoadedConfig,
  migrateConfig,
  type Paths,
  resolveGatewaySettings,
  type StartFailure,
  type Writer,
} from "@openclaw/config";

/** A configuration that a gateway can start with. */
export interface Prepared {
  readonly loaded: LoadedConfig;
  readonly settings: GatewaySettings;
  /** What to tell the operator about what was written: old keys brought up to date, a generated token. */
  readonly logLines: readonly string[];
  /** It is not what the file says, but what the last gateway ran with. @default false */
  readonly isLastGood?: boolean;
}

/** Why a start cannot go on; with a code when it is one of those that are known by name. */
export interface Refusal
  extends Pick<StartFailure, "exitCode" | "lines">, Partial<Pick<StartFailure, "code">> {
  /** What mends it, the words after the command's name, where the code alone does not tell. */
  readonly fix?: string;
}

/** A start that can go on, or the reason why not. */
export type Preparation =
  { readonly ok: true; readonly prepared: Prepared } | { readonly ok: false; readonly failure: Refusal };

/** What preparing needs. */
export interface PrepareOptions {
  readonly loaded: LoadedConfig;
  readonly env: Env;
  readonly paths: Paths;
  readonly flags: GatewayFlags;
  readonly writer: Writer;
  /** The file is left as it is: a token that is missing lives for this run. @default false */
  readonly isReadOnly?: boolean;
}

/** Brings old keys up to date, checks a configuration against every guard, and gives it a token when it lacks one. */
export async function prepare(options: PrepareOptions): Promise<Preparation> {
  const { loaded, paths, env } = options;
  if (loaded.legacyIssues.length === 0 || options.isReadOnly === true) return complete(options);
  const migration = await migrateConfig(options);
  if (!migration.ok) return migration;
  const { logLines } = migration;
  const completed = await complete({ ...options, loaded: await loadConfig({ paths, env }) });
  if (!completed.ok) {
    // The file has changed all the same.
    const { failure } = completed;
    return { ok: false, failure: { ...failure, lines: [...failure.lines, ...logLines] } };
  }
  const { prepared } = completed;
  return { ok: true, prepared: { ...prepared, logLines: [...logLines, ...prepared.logLines] } };
}

async function complete(options: PrepareOptions): Promise<Preparation> {
  const { loaded, paths, env, flags, writer } = options;
  if (!loaded.valid)
    return {
      ok: false,
      failure: {
        exitCode: 78,
        lines: invalidConfigLines(loaded, paths, commandName(paths, env)),
        fix: invalidConfigFix(loaded),
      },
    };
  const resolution = resolveGatewaySettings({
    config: loaded.config,
    env: loaded.env,
    paths,
    flags,
    configExists: loaded.exists,
  });
  if (!resolution.ok) return { ok: false, failure: await restorable(resolution.failure, options) };
  const { settings } = resolution;
  if (!settings.tokenMissing) return { ok: true, prepared: { loaded, settings, logLines: [] } };
  const token = await ensureGatewayToken({
    settings,
    paths,
    env: loaded.env,
    writer,
    ...(options.isReadOnly === true && { isForThisRun: true }),
  });
  // A file has changed: what clients see of it, and its hash, must be of the new one; nor is it an edit to react to.
  const current = token.saved ? await loadConfig({ paths, env: options.env }) : loaded;
  return { ok: true, prepared: { loaded: current, settings: token.settings, logLines: token.logLines } };
}

/** A file that was lost comes back as it was where its text is kept: better than a new one. */
async function restorable(failure: StartFailure, options: PrepareOptions): Promise<Refusal> {
  const isLost = failure.code === "missing-config" && (await canRestore(options));
  return isLost ? { ...failure, fix: "config rollback" } : failure;
}
