import { ConnectionError, RpcError, type ConnectionErrorCode } from "@openclaw/client";
import { type GatewayTarget, invalidConfigFix, type TargetFailure } from "@openclaw/config";

import type { CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { startLine } from "../service/start-line.ts";
import { unauthorizedStep } from "./unauthorized.ts";

/** Says why no connection may be tried: the address or the credentials are not usable as given. */
export function targetFailure({ code, lines }: TargetFailure): CliFailure {
  const [message, ...details] = lines;
  return new CliFailure(message, { code, details });
}

/** Turns what a call ran into into a failure the user can act on; anything unknown is passed on as it is. */
export async function callFailure(
  error: unknown,
  context: CommandContext,
  target: GatewayTarget,
): Promise<unknown> {
  if (error instanceof RpcError) return new CliFailure(error.message, { code: error.code, cause: error });
  if (!(error instanceof ConnectionError)) return error;
  const { cause } = error;
  return new CliFailure(error.message, {
    code: error.code,
    // Scripts look for this line; the message below is about the socket, this one about the refusal.
    preface: cause instanceof RpcError ? [`gateway connect failed: Error: ${cause.message}`] : [],
    details: target.details,
    hint:
      error.code === "unauthorized" && !isLockedOut(error)
        ? unauthorizedStep(context, target)
        : await nextStep(error.code, context, target.source),
    cause: error,
  });
}

/** Whether the gateway has stopped listening to credentials for a while, right ones too. */
function isLockedOut({ message }: ConnectionError): boolean {
  return message.includes("too many failed authentication attempts");
}

/** A failure in one line, in the network's own words where there are some: `connect failed: connect ECONNREFUSED …`. */
export function explainFailure(failure: CliFailure): string {
  const connection = failure.cause;
  const network = connection instanceof Error ? connection.cause : undefined;
  if (network instanceof Error && network.message !== "") return `connect failed: ${network.message}`;
  return failure.message;
}

// No start is offered that would be refused: with a file that is invalid, or where none is to run.
async function howToStart(context: CommandContext): Promise<string> {
  const { loaded, program } = context;
  if (!loaded.valid) return `mend the configuration first: ${program} ${invalidConfigFix(loaded)}`;
  if (loaded.config.gateway?.mode === "remote")
    return `gateway.mode is remote, so none is to run here; look at the one that is used: ${program} health`;
  return `start it with: ${await startLine(context)}`;
}

/** The command to try next after a connection failure. */
async function nextStep(
  code: ConnectionErrorCode,
  context: CommandContext,
  source: GatewayTarget["source"],
): Promise<string> {
  const { program } = context;
  const isLocal = source === "local loopback";
  switch (code) {
    case "unreachable":
      return isLocal
        ? await howToStart(context)
        : "check the address, the tunnel and that the gateway runs there";
    case "untrusted":
      return "compare gateway.remote.tlsFingerprint with the fingerprint on the gateway's machine";
    case "foreign_service":
      return isLocal
        ? `another program has the port; see which, and what to do: ${program} doctor`
        : "another program answers there: correct the address or the tunnel";
    case "unauthorized":
      return `wait, then see what it takes: ${program} doctor`;
    case "pairing_required":
      return "ask an operator of the gateway to approve this device, then try again";
    case "incompatible":
      return "bring this command and the gateway to the same release";
    case "busy":
      return "the gateway is starting or stopping: try again shortly";
    case "timeout":
      return isLocal
        ? `see why it does not answer: ${program} doctor`
        : "check the address, the tunnel, and whether the gateway there is busy";
    case "refused":
    case "closed":
    case "not_connected":
    case "too_large":
      return isLocal ? `${program} gateway status --deep` : "look into the log of the gateway where it runs";
  }
}
