import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import type { GatewayAddress } from "@openclaw/gateway-core";
import type { Announcer } from "@openclaw/discovery";
import type { Host } from "../host.ts";
import type { Prepared } from "../start/prepare.ts";
import { whySilent } from "./why-silent.ts";

/** A gateway that neighbours may have heard of. */
export interface Announcement {
  /** They hear that it is gone. Never rejects; takes 200 ms at most. */
  withdraw(): Promise<void>;
}

const NOTHING: Announcement = { withdraw: () => Promise.resolve() };

/**
 * Announces a gateway that serves already, where its neighbours can reach it. Happens beside it: nobody waits for it, and
 * whatever fails is a line in the log.
 */
export function announceGateway(
  host: Host,
  address: GatewayAddress | undefined,
  prepared: Prepared,
): Announcement {
  const { mdnsMode: mode } = prepared.settings;
  if (address === undefined || mode === "off") return NOTHING;
  const { hosts, port } = address;
  const logger = host.logging.subsystem("discovery");
  const silence = whySilent({ hosts, env: prepared.loaded.env, hasFile: existsSync });
  if (silence !== undefined) {
    if (silence.reason !== undefined) logger.info(`not announced on the local network: ${silence.reason}`);
    return NOTHING;
  }
  const start = async (): Promise<Announcer> => {
    const { announce, localLinks } = await import("@openclaw/discovery");
    return announce({
      gateway: { mode, port, id: idOf(host), machineName: hostname(), ...cliPath(host) },
      links: () => localLinks(hosts),
      logger,
    });
  };
  const started = start().catch((error: unknown) => void logger.warn("not announced", { error }));
  return { withdraw: async () => (await started)?.close() };
}

/** Tells the gateways of a network apart, over restarts, and tells nothing else. */
function idOf({ paths: { stateDir } }: Host): string {
  return createHash("sha256").update(`${hostname()}\n${stateDir}`).digest("hex").slice(0, 6);
}

function cliPath({ writer: { argv } }: Host): { readonly cliPath?: string } {
  const path = argv?.[1];
  return path === undefined ? {} : { cliPath: path };
}
