import type { SentEvent } from "@openclaw/rpc-server";
import { shortId } from "./traffic-line.ts";

type Fields = Readonly<Record<string, unknown>>;

const TEXT_CHARS = 160;

/** What the traffic log says about an event besides its name. */
export function eventMeta({ event, payload, clients, connId, seq, stateVersion }: SentEvent): Fields {
  return {
    ...(event === "agent" && isFields(payload) && runStep(payload)),
    seq,
    ...(connId === undefined && { clients }),
    presenceVersion: stateVersion?.presence,
    healthVersion: stateVersion?.health,
  };
}

/** A step of a run in a few words: which run, which stream, and what matters of it. */
function runStep({ runId, agentId, sessionKey, stream, seq, data }: Fields): Fields {
  const about = isFields(data) ? data : {};
  return {
    run: typeof runId === "string" ? shortId(runId) : undefined,
    agent: agentId,
    session: sessionKey,
    stream,
    aseq: seq,
    ...streamMeta(stream, about),
  };
}

function streamMeta(stream: unknown, data: Fields): Fields {
  switch (stream) {
    case "assistant":
      return { text: beginning(data["delta"] ?? data["text"]) };
    case "tool":
      return {
        tool: `${String(data["phase"])}:${String(data["name"])}`,
        call: data["toolCallId"],
        err: data["isError"],
      };
    case "lifecycle":
      return { phase: data["phase"], aborted: data["aborted"], error: data["error"] };
    default:
      return { reason: data["reason"] };
  }
}

function beginning(text: unknown): string | undefined {
  if (typeof text !== "string") return undefined;
  return text.length <= TEXT_CHARS ? text : `${text.slice(0, TEXT_CHARS)}…`;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
