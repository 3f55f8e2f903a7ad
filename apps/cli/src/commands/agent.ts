import { runAgent } from "../agent/run-agent.ts";
import type { ConnectionFlags } from "../connection/flags.ts";
import { withLongCall } from "../connection/open-gateway.ts";
import type { CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";

interface Options extends Omit<ConnectionFlags, "timeout"> {
  readonly message: string;
  readonly agent?: string;
  readonly session?: string;
  readonly sessionId?: string;
  readonly thinking?: string;
  /** Seconds, unlike the other commands' deadline. */
  readonly timeout?: string;
  readonly json?: boolean;
}

const DEFAULT_TIMEOUT_SECONDS = 600;
const CONNECT_MS = 10_000;
// The gateway ends the run at its timeout and still has to say so.
const GRACE_MS = 30_000;

/** `agent`: one message to an agent; the answer is written as it comes on a terminal, whole elsewhere. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const { timeout, ...connection } = options;
  const seconds = timeoutSeconds(timeout);
  const { message, agent, session, sessionId, thinking, json = false } = options;
  const params = {
    message,
    ...(agent !== undefined && { agentId: agent }),
    ...(session !== undefined && { sessionKey: session }),
    ...(sessionId !== undefined && { sessionId }),
    ...(thinking !== undefined && { thinking }),
    timeout: seconds,
    deliver: false,
    idempotencyKey: context.io.newId(),
  };
  const finalTimeoutMs = seconds === 0 ? Number.POSITIVE_INFINITY : seconds * 1_000 + GRACE_MS;
  // Whoever gives a run two seconds does not wait ten for the gateway.
  const hurry =
    timeout !== undefined && seconds > 0 ? { timeout: String(Math.min(seconds * 1_000, CONNECT_MS)) } : {};
  return withLongCall(context, { ...connection, ...hurry }, (client) =>
    runAgent(context.io, client, { params, finalTimeoutMs, json }),
  );
}

function timeoutSeconds(text: string | undefined): number {
  const seconds = text === undefined ? DEFAULT_TIMEOUT_SECONDS : Number(text);
  if (Number.isInteger(seconds) && seconds >= 0) return seconds;
  throw new CliFailure(`invalid --timeout: ${text}`, { code: "usage" });
}
