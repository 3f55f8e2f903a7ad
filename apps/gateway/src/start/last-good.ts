import { commandName, loadConfigWith, readLastGood } from "@openclaw/config";
import type { Host } from "../host.ts";
import { knownSecrets } from "./known-secrets.ts";
import { prepare, type Preparation, type PrepareOptions, type Refusal } from "./prepare.ts";

/**
 * `--safe`: what a start goes on with when its file cannot be used. That is what the last gateway ran with, included files
 * and all, with the variables of today. Nothing is written, the file is as it was found. Docs: runbook.md#safe-start
 */
export async function prepareLastGood(
  { env, paths, logging }: Pick<Host, "env" | "logging" | "paths">,
  refused: Refusal,
  options: Pick<PrepareOptions, "flags" | "writer">,
): Promise<Preparation> {
  const lastGood = await readLastGood({ paths });
  if (lastGood === undefined) return without(refused, "no gateway has run with this state yet");
  const loaded = await loadConfigWith({ paths, env }, lastGood.files);
  for (const secret of knownSecrets(loaded)) logging.addSecret(secret);
  const preparation = await prepare({ ...options, loaded, env, paths, isReadOnly: true });
  if (!preparation.ok) return without(refused, preparation.failure.lines.join(" "));
  const logger = logging.subsystem("gateway");
  const name = lastGood.hash.slice(0, 12);
  logger.warn(`SAFE MODE: ${paths.configPath} cannot be used: ${refused.lines[0] ?? ""}`);
  for (const line of refused.lines.slice(1)) if (line.startsWith("- ")) logger.warn(`SAFE MODE: ${line}`);
  logger.warn(
    `SAFE MODE: running with the last good configuration (${name}); nothing is written until asked for`,
  );
  logger.warn(
    `SAFE MODE: once the file is valid it is taken over; \`${commandName(paths, env)} config rollback\` brings this text back`,
  );
  return { ok: true, prepared: { ...preparation.prepared, isLastGood: true } };
}

function without(refused: Refusal, reason: string): Preparation {
  const line = `--safe: no last good configuration: ${reason}`;
  return { ok: false, failure: { ...refused, lines: [...refused.lines, line] } };
}
