import type { Client } from "@openclaw/client";

import type { ConnectionFlags } from "../../connection/flags.ts";
import { withGateway } from "../../connection/open-gateway.ts";
import { print, printJson, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";
import { deviceName } from "./lines.ts";

interface Options extends ConnectionFlags {
  readonly latest?: boolean;
  readonly json?: boolean;
}

/** `devices approve [requestId]`: without an id the one that waits, if it is the only one, or the latest on demand. */
export async function run(
  context: CommandContext,
  options: Options,
  words: readonly string[],
): Promise<number> {
  const [named] = words;
  const approved = await withGateway(context, options, async (client) => {
    const requestId = named ?? (await pick(client, context, options.latest === true));
    return client.request("device.pair.approve", { requestId });
  });
  if (options.json) printJson(context.io, approved);
  else print(context.io, `Approved ${deviceName(approved.device)} (${approved.device.deviceId}).`);
  return 0;
}

async function pick(client: Client, { program }: CommandContext, isLatest: boolean): Promise<string> {
  const { pending } = await client.request("device.pair.list");
  const [latest, ...others] = pending;
  if (latest === undefined) throw new CliFailure("no device is waiting", { code: "not_found" });
  if (isLatest || others.length === 0) return latest.requestId;
  // Somebody could put itself in front of the one that is meant.
  throw new CliFailure(`${pending.length} devices are waiting: name one, or take the latest with --latest`, {
    code: "usage",
    hint: `${program} devices list`,
  });
}
