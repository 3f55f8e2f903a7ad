import type { ToolResultMessage } from "../sessions/transcript.ts";
import type { ToolResult } from "../tools/registry.ts";
import type { Narrator } from "./narrator.ts";
import type { RunContext } from "./run-context.ts";
import type { Run } from "./run.ts";

/** What the model asked for. */
interface Call {
  readonly id: string;
  readonly name: string;
  readonly arguments: unknown;
}

/** Calls a tool and tells about it. Whatever goes wrong is an answer to the model, not the end of the run. */
export async function callTool(
  ctx: RunContext,
  o: { readonly run: Run; readonly narrator: Narrator; readonly call: Call },
): Promise<ToolResultMessage> {
  const { run, narrator, call } = o;
  const { id: toolCallId, name } = call;
  narrator.tool({ type: "tool", phase: "start", name, toolCallId, args: call.arguments });
  const result = await resultOf(ctx, run, call);
  const { content, meta, details } = result;
  const isError = result.isError ?? false;
  const told = {
    ...(meta !== undefined && { meta }),
    result: { content, ...(details !== undefined && { details }) },
  };
  narrator.tool({ type: "tool", phase: "result", name, toolCallId, isError, ...told });
  return {
    ...{ role: "toolResult", toolCallId, toolName: name, content, isError, timestamp: ctx.now() },
    ...(details !== undefined && { details }),
  };
}

async function resultOf(ctx: RunContext, run: Run, call: Call): Promise<ToolResult> {
  const { name } = call;
  if (typeof call.arguments !== "object" || call.arguments === null || Array.isArray(call.arguments)) {
    return failed(name, "arguments must be a JSON object");
  }
  const context = {
    ...{ runId: run.runId, sessionKey: run.sessionKey, agentId: run.agentId },
    ...{ toolCallId: call.id, signal: run.signal },
  };
  try {
    const called = ctx.tools.call(name, call.arguments, context);
    return (await untilAborted(called, run.signal)) ?? unknownTool(name);
  } catch (error) {
    return failed(name, error instanceof Error ? error.message : String(error));
  }
}

function unknownTool(name: string): ToolResult {
  return { content: [{ type: "text", text: `Tool ${name} not found` }], isError: true };
}

function failed(tool: string, error: string): ToolResult {
  return {
    content: [{ type: "text", text: JSON.stringify({ status: "error", tool, error }) }],
    isError: true,
  };
}

/** A tool that does not look at its signal must not hold the run. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new Error("The run was aborted."));
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
