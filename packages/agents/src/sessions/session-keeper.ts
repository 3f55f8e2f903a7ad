import type { RunContext } from "../runs/run-context.ts";
import { cutSession } from "./cut-session.ts";
import { deleteSession } from "./delete-session.ts";
import { findSession } from "./find-session.ts";
import { injectMessage } from "./inject-message.ts";
import { patchSession } from "./patch-session.ts";
import { previewSessions } from "./preview-session.ts";
import { resetSession } from "./reset-session.ts";
import { resolveSession, type SessionAddress } from "./roster.ts";
import type { SessionView } from "./rows.ts";
import type { SessionName, Sessions } from "./sessions.ts";
import { shownEntry } from "./shown-entry.ts";

/** Everything that can be done to single sessions. */
export function keepSessions(ctx: RunContext, view: SessionView): Sessions {
  const address = ({ key, agentId }: SessionName): SessionAddress =>
    resolveSession(ctx.config(), { sessionKey: key, agentId });
  return {
    async describe(name) {
      const entry = await ctx.store.session(address(name).key);
      return entry === undefined ? undefined : view(entry);
    },
    preview: ({ keys, ...o }) => previewSessions(ctx, keys, o),
    resolve: (selector) => findSession(ctx, selector),
    patch: async (name, patch) => patchSession(ctx, address(name), patch),
    create: async (name, settings) => patchSession(ctx, { ...address(name), mustBeNew: true }, settings),
    async reset(name) {
      const entry = await resetSession(ctx, address(name));
      return { key: entry.key, entry: shownEntry(entry) };
    },
    async delete({ keepTranscript = false, ...name }) {
      const session = address(name);
      return { key: session.key, deleted: await deleteSession(ctx, session, { keepTranscript }) };
    },
    cut: async ({ maxLines, ...name }) => cutSession(ctx, address(name), maxLines),
    async inject({ message, label, ...name }) {
      const session = address(name);
      const injected = await injectMessage(ctx, session, { message, ...(label !== undefined && { label }) });
      return { ...injected, agentId: session.agentId };
    },
    onEvent: (listener) => ctx.news.listen(listener),
  };
}
