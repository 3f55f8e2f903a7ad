import type { EditPlan } from "@openclaw/config";
import type { ConfigEffects } from "@openclaw/protocol";
import { isLiveSetting } from "../live-settings.ts";

/** A method that writes the configuration. */
export type WriteMethod =
  "config.set" | "config.apply" | "config.patch" | "agents.create" | "agents.update" | "agents.delete";

/** What a change leads to. */
export interface ChangeEffects {
  readonly effects: ConfigEffects;
  readonly isRestartDue: boolean;
  /** Paths that are not in force without a restart. */
  readonly waiting: readonly string[];
}

/**
 * Sorts changed settings by what has to be done. The reload mode is the one of the new configuration; `config.apply` and
 * the mode `restart` want a restart also for what is applied live. Docs: configuration.md#restarts
 */
export function effectsOf(
  { changedPaths, after }: Pick<EditPlan, "after" | "changedPaths">,
  method: WriteMethod,
): ChangeEffects {
  const mode = after.config.gateway?.reload?.mode ?? "hybrid";
  const hot = changedPaths.filter(isLiveSetting);
  const waiting = changedPaths.filter((path) => !isLiveSetting(path));
  if (mode === "off" || mode === "hot") {
    const effects = { hot, restart: [], none: [], ignored: waiting };
    return { effects, isRestartDue: false, waiting };
  }
  const isRestartDue =
    waiting.length > 0 || (hot.length > 0 && (mode === "restart" || method === "config.apply"));
  return { effects: { hot, restart: waiting, none: [], ignored: [] }, isRestartDue, waiting };
}
