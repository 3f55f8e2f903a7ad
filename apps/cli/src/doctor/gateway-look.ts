import { ConnectionError, type ConnectionErrorCode, type Methods } from "@openclaw/client";
import type { GatewayTarget } from "@openclaw/config";

import { connectTarget, findTarget } from "../connection/open-gateway.ts";
import type { CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { isUnattended, type DoctorFlags } from "./repair.ts";

const TIMEOUT_MS = 10_000;
/** Where nobody waits for the answer, a script does. */
const UNATTENDED_TIMEOUT_MS = 3_000;

/** What came of asking the gateway how it is. */
export type GatewayLook =
  | {
      readonly kind: "up";
      readonly target: GatewayTarget;
      readonly version: string;
      readonly status: Methods["status"]["result"];
    }
  | {
      readonly kind: "failed";
      readonly target: GatewayTarget;
      readonly code: ConnectionErrorCode;
      readonly message: string;
    }
  /** The configuration leads to no address that may be used. */
  | { readonly kind: "nowhere"; readonly message: string };

/** Asks the gateway of the configuration how it is. Never rejects for what a gateway or the network can do. */
export async function lookAtGateway(context: CommandContext, flags: DoctorFlags): Promise<GatewayLook> {
  let target: GatewayTarget;
  try {
    target = findTarget(context, {});
  } catch (error) {
    if (error instanceof CliFailure) return { kind: "nowhere", message: error.message };
    throw error;
  }
  const ms = isUnattended(flags, context.io.stdinIsTerminal) ? UNATTENDED_TIMEOUT_MS : TIMEOUT_MS;
  try {
    const client = await connectTarget(context, target, { timeout: String(ms) });
    const version = client.hello?.server.version ?? "";
    const status = await client.request("status", {}).finally(() => client.close());
    return { kind: "up", target, version, status };
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    return { kind: "failed", target, code: error.code, message: error.message };
  }
}
