import type { AgentsConfig } from "../config.ts";
import type { ModelCatalog } from "../models/catalog.ts";
import type { ModelRef } from "../models/types.ts";

const DEFAULT_TRIGGERS: readonly string[] = ["/new", "/reset"];

/** A message that asks to start the session over. */
export interface ResetRequest {
  /** The first message of the new session; blank when there is none. */
  readonly rest: string;
  /** The model to go on with. */
  readonly model: ModelRef | undefined;
}

/** Reads `/new [text|model]`, `/reset` and other configured triggers; undefined for any other message. */
export function parseReset(
  text: string,
  config: AgentsConfig["session"],
  catalog: ModelCatalog,
): ResetRequest | undefined {
  const message = text.trim();
  const triggers = config?.resetTriggers ?? DEFAULT_TRIGGERS;
  const lower = message.toLowerCase();
  const trigger = triggers
    .map((word) => word.trim().toLowerCase())
    .find((word) => word !== "" && lower.startsWith(word) && /^(?:\s|$)/u.test(message.slice(word.length)));
  if (trigger === undefined) return undefined;
  const rest = message.slice(trigger.length).trim();
  const model = modelNamed(rest, catalog);
  return { rest: model === undefined ? rest : "", model };
}

/** A single word that names a model which may be used. */
function modelNamed(text: string, catalog: ModelCatalog): ModelRef | undefined {
  if (text === "" || /\s/u.test(text)) return undefined;
  const ref = catalog.isName(text) ? catalog.parse(text) : undefined;
  return ref !== undefined && catalog.isAllowed(ref) ? ref : undefined;
}
