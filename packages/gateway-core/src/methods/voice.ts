import { redactValue } from "@openclaw/config";
import { invalidRequest, RpcError, type TalkConfig } from "@openclaw/protocol";
import { type ConnectionView, defineMethods, type MethodHandlers } from "@openclaw/rpc-server";
import type { GatewayContext } from "../context.ts";
import { given } from "./given.ts";

/** Voice: what clients need to talk and to listen for. */
export function voiceMethods(context: GatewayContext): MethodHandlers {
  return defineMethods({
    "talk.config": ({ params: { includeSecrets = false } }) => ({
      config: talkConfig(context, includeSecrets),
    }),

    "talk.mode": ({ params: { enabled, phase = null }, connection }) => {
      if (isWebchat(connection) && ![...context.clients.connections.values()].some(isPhone))
        throw new RpcError("UNAVAILABLE", "talk disabled: no connected iOS/Android nodes");
      const mode = { enabled, phase, ts: context.now() };
      context.clients.broadcast("talk.mode", mode);
      return mode;
    },

    "voicewake.get": () => ({ triggers: context.voiceWake.triggers }),

    "voicewake.set": async ({ params: { triggers } }) => {
      const isTexts = Array.isArray(triggers) && triggers.every((word) => typeof word === "string");
      if (!isTexts) throw invalidRequest("voicewake.set requires triggers: string[]");
      await context.voiceWake.set(triggers);
      const words = { triggers: context.voiceWake.triggers };
      context.clients.broadcast("voicewake.changed", words);
      // Nodes get no broadcasts of operators, but they are the ones that listen.
      for (const { connId, grant } of context.clients.connections.values())
        if (grant.role === "node") context.clients.sendTo(connId, "voicewake.changed", words);
      return words;
    },
  });
}

function talkConfig(context: GatewayContext, includeSecrets: boolean): TalkConfig["config"] {
  const { talk, session, ui } = context.config().config;
  const shown = includeSecrets ? talk : redactValue(talk, ["talk"]);
  return {
    ...(talk !== undefined && { talk: shown }),
    ...(session?.mainKey !== undefined && { session: { mainKey: session.mainKey } }),
    ...(ui?.seamColor !== undefined && { ui: given({ seamColor: ui.seamColor }) }),
  };
}

function isWebchat({ client }: ConnectionView): boolean {
  return client.mode === "webchat" || client.id === "webchat-ui";
}

function isPhone({ grant, client }: ConnectionView): boolean {
  return grant.role === "node" && /^(?:ios|android)/i.test(client.platform);
}
