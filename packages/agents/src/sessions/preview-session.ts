import { setImmediate as nextTurn } from "node:timers/promises";
import { AgentsError } from "../errors.ts";
import type { RunContext } from "../runs/run-context.ts";
import { cutText } from "../text/message-text.ts";
import type { HistoryMessage } from "./history-projection.ts";
import { readHistory } from "./history.ts";
import { resolveSession } from "./roster.ts";

/** The last messages of one session. */
export interface SessionPreview {
  /** As asked for. */
  readonly key: string;
  readonly status: "ok" | "empty" | "missing" | "error";
  readonly items: readonly PreviewItem[];
}

/** One message, cut short. */
export interface PreviewItem {
  readonly role: "user" | "assistant" | "tool" | "system" | "other";
  readonly text: string;
}

const ROLES: ReadonlyMap<string, PreviewItem["role"]> = new Map([
  ["user", "user"],
  ["assistant", "assistant"],
  ["toolResult", "tool"],
  ["system", "system"],
]);
const ELLIPSIS = "...";
/** A preview looks at no more of a transcript; many of them may be asked for at once. */
const PREVIEW_BYTES = 1_048_576;

/** Previews in the order of the keys, one at a time so that everybody else gets a turn in between. */
export async function previewSessions(
  ctx: RunContext,
  keys: readonly string[],
  o: { readonly limit: number; readonly maxChars: number },
): Promise<readonly SessionPreview[]> {
  const previews: SessionPreview[] = [];
  for (const key of keys) {
    previews.push(await previewSession(ctx, key, o));
    await nextTurn();
  }
  return previews;
}

/** The newest `limit` messages that say something, oldest first, each of at most `maxChars` characters. */
async function previewSession(
  ctx: RunContext,
  sessionKey: string,
  o: { readonly limit: number; readonly maxChars: number },
): Promise<SessionPreview> {
  try {
    const entry = await ctx.store.session(resolveSession(ctx.config(), { sessionKey }).key);
    if (entry === undefined) return { key: sessionKey, status: "missing", items: [] };
    const query = { limit: o.limit, maxBytes: PREVIEW_BYTES };
    const { messages } = await readHistory(ctx.store, entry.sessionId, query);
    const items = messages.flatMap((message) => previewItem(message, o.maxChars));
    return { key: sessionKey, status: items.length === 0 ? "empty" : "ok", items };
  } catch (error) {
    // One bad key must not cost the others their preview.
    if (!(error instanceof AgentsError))
      ctx.logger?.warn("a session could not be previewed", { sessionKey, error });
    return { key: sessionKey, status: "error", items: [] };
  }
}

function previewItem(message: HistoryMessage, maxChars: number): PreviewItem[] {
  const text = textOf(message["content"]).trim();
  if (text === "") return [];
  const cut = text.length <= maxChars ? text : cutText(text, maxChars - ELLIPSIS.length) + ELLIPSIS;
  return [{ role: ROLES.get(message.role) ?? "other", text: cut }];
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .flatMap((part: { readonly text?: unknown }) => (typeof part.text === "string" ? [part.text] : []))
    .join("\n");
}
