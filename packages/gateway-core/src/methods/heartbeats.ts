import { invalidRequest } from "@openclaw/protocol";
import { defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";

/** Heartbeats and what wakes an agent. This build runs none: what is said here shows in `status` and waits as a note. */
export function heartbeatMethods(context: GatewayContext): MethodHandlers {
  return defineMethods({
    "last-heartbeat": () => null,

    "set-heartbeats": ({ params: { enabled } }) => {
      if (typeof enabled !== "boolean")
        throw invalidRequest("invalid set-heartbeats params: enabled (boolean) required");
      context.heartbeats.isOn = enabled;
      context.health.touch();
      return { ok: true, enabled };
    },

    // The note comes before the next message of the main session, whatever the mode.
    wake: ({ params }) => {
      const text = params.text.trim();
      if (text === "") return { ok: false };
      context.agents.systemEvents.enqueue(text);
      return { ok: true };
    },
  });
}
