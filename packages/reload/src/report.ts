import type { ConfigIssue } from "@openclaw/config";
import type { PartFailure } from "./apply/apply-parts.ts";
import type { ReloadPlan } from "./plan/plan-reload.ts";

/** Where operators read what became of their edits. */
export type Logger = Pick<Console, "error" | "info" | "warn">;

/** Paths or problems in one line; a rewritten file may have thousands. */
const MAX_NAMED = 20;

/** The lines of a reload, in the words that tools search for. Paths only, never a value. */
export function createReport(logger: Logger) {
  return {
    detected: ({ changed, mode, ignored }: ReloadPlan) => {
      logger.info(`config change detected; evaluating reload (${listed(changed)})`);
      if (mode === "off" && ignored.length > 0)
        logger.info("config reload disabled (gateway.reload.mode=off)");
      if (mode === "hot" && ignored.length > 0)
        logger.warn(`config reload requires gateway restart; hot mode ignoring (${listed(ignored)})`);
    },
    applied: ({ hot, none }: ReloadPlan) => {
      if (hot.length > 0) logger.info(`config hot reload applied (${listed(hot)})`);
      else if (none.length > 0) logger.info(`config change applied (dynamic reads: ${listed(none)})`);
    },
    restart: (reasons: readonly string[]) =>
      logger.warn(`config change requires gateway restart (${listed(reasons)})`),
    refused: ({ message }: ConfigIssue) =>
      logger.warn(`config reload skipped (restart preflight failed): ${message}`),
    reverted: ({ part, step, error }: PartFailure, path: string) =>
      logger.error(`config reload reverted (${path}): ${part} failed to ${step}: ${String(error)}`),
    invalid: (issues: readonly ConfigIssue[]) => {
      const problems = issues.map(({ path, message }) => `${path}: ${message}`);
      logger.warn(`config reload skipped (invalid config): ${listed(problems)}`);
    },
    untrusted: (doubt: string) => logger.warn(`config reload skipped (untrusted file): ${doubt}`),
    unsafe: (doubt: string) => logger.warn(`edits of the configuration will not be taken over: ${doubt}`),
    retry: (count: number, of: number) =>
      logger.info(`config reload retry (${count}/${of}): config file not found`),
    missing: () => logger.warn("config reload skipped (config file not found)"),
    leftover: (part: string, error: unknown) =>
      logger.error(`config reload: ${part} left something behind: ${String(error)}`),
    failed: (error: unknown) => logger.error(`config reload failed: ${String(error)}`),
  };
}

function listed(items: readonly string[]): string {
  const more = items.length - MAX_NAMED;
  return [...items.slice(0, MAX_NAMED), ...(more > 0 ? [`+${more} more`] : [])].join(", ");
}
