import type {
  AgentInfo,
  Agents,
  AgentsErrorCode,
  FailureReason,
  RunEvent,
  RunEventBase,
  RunEventBody,
  RunHandle,
  RunOutcome,
  RunRequest,
  Usage,
} from "@openclaw/agents";

/** What a scripted run says, in order, and how it ends. */
export interface Script {
  /** Assistant messages, each a list of deltas. */
  readonly messages?: readonly (readonly string[])[];
  /** Texts of the answer; default: the messages. */
  readonly payloads?: readonly string[];
  readonly failure?: { readonly reason: FailureReason; readonly message: string };
  readonly end?: "timeout" | "aborted" | "never";
  readonly stopReason?: "stop" | "length" | "toolUse";
  readonly usage?: Partial<Usage>;
  /** Thrown by `startRun`. */
  readonly refusal?: { readonly code: AgentsErrorCode; readonly message: string };
}

/** An agents port that plays a script and remembers what it was asked. */
export interface ScriptedAgents extends Pick<Agents, "startRun" | "agentsList"> {
  readonly requests: RunRequest[];
  /** Runs whose client went away. */
  readonly aborted: string[];
}

const NO_COST = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 };

export function scriptedAgents(
  script: Script = {},
  agents: readonly AgentInfo[] = [{ id: "main" }],
): ScriptedAgents {
  const requests: RunRequest[] = [];
  const aborted: string[] = [];
  return {
    requests,
    aborted,
    agentsList: () => ({ defaultId: agents[0]?.id ?? "main", mainKey: "main", scope: "per-sender", agents }),
    startRun: async (request) => {
      requests.push(request);
      if (script.refusal)
        throw Object.assign(new Error(script.refusal.message), {
          name: "AgentsError",
          code: script.refusal.code,
        });
      return { status: "accepted", handle: play(script, request, aborted) };
    },
  };
}

function play(script: Script, request: RunRequest, aborted: string[]): RunHandle {
  const base: RunEventBase = {
    runId: request.runId,
    principal: request.principal,
    kind: request.kind,
    sessionKey: request.sessionKey ?? "agent:main:main",
    rawSessionKey: request.sessionKey ?? "main",
    sessionId: "session",
    agentId: request.agentId ?? "main",
    seq: 1,
    ts: 0,
  };
  const gone = new Promise<"gone">((resolve) => {
    request.signal?.addEventListener("abort", () => {
      aborted.push(request.runId);
      resolve("gone");
    });
  });
  const final =
    script.end === "never"
      ? gone.then(() => outcome(base, { ...script, end: "aborted" }))
      : Promise.resolve(outcome(base, script));
  async function* events(): AsyncGenerator<RunEvent> {
    for (const body of bodies(script)) yield { ...base, ...body };
    await final;
  }
  return { ...base, acceptedAt: 0, final, events, abort: () => {} };
}

function bodies(script: Script): RunEventBody[] {
  return (script.messages ?? []).flatMap((deltas) =>
    deltas.map((delta, index) => ({
      type: "assistant" as const,
      text: deltas.slice(0, index + 1).join(""),
      delta,
    })),
  );
}

function outcome(base: RunEventBase, script: Script): RunOutcome {
  const texts = script.payloads ?? (script.messages ?? []).map((deltas) => deltas.join(""));
  const usage = {
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheWrite: 0,
    totalTokens: 0,
    cost: NO_COST,
    ...script.usage,
  };
  const common = {
    runId: base.runId,
    sessionKey: base.sessionKey,
    agentId: base.agentId,
    text: texts.join("\n\n"),
    payloads: texts.map((text) => ({ text, mediaUrl: null })),
    usage,
    meta: {
      durationMs: 1,
      agentMeta: { sessionId: "session", provider: "builtin", model: "echo" },
      aborted: false,
    },
    endedAt: 1,
  };
  if (script.failure) return { ...common, status: "error", ...script.failure };
  if (script.end === "timeout") return { ...common, status: "timeout", stopReason: "timeout" };
  if (script.end === "aborted") return { ...common, status: "aborted", stopReason: "rpc" };
  return { ...common, status: "ok", stopReason: script.stopReason ?? "stop" };
}
