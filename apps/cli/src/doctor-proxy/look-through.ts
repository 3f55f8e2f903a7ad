import { type ConnectionFlags, timeoutMs } from "../connection/flags.ts";
import { withGateway } from "../connection/open-gateway.ts";
import type { CommandContext } from "../context.ts";
import { CliFailure } from "../failure.ts";
import { type ProxyReport, reportOn } from "./report.ts";
import { sendLook } from "./send-look.ts";

/** An address to look at, and how to reach the gateway behind it. */
export interface LookFlags extends Omit<ConnectionFlags, "url" | "port"> {
  /** @default the gateway's own */
  readonly url?: string;
}

/** Part of the deadline that one request may take: the gateway is still to be asked about it. */
const SHARE = 4;

/**
 * Sends a request on the way that browsers take, and asks the gateway on another, with credentials, how it arrived. The
 * request itself carries none.
 */
export function lookThrough(context: CommandContext, flags: LookFlags): Promise<ProxyReport> {
  const { url: typed, ...connection } = flags;
  const named = typed === undefined ? undefined : webAddress(typed);
  return withGateway(context, connection, async (client, { url: gateway }) => {
    const url = named ?? webAddress(gateway);
    const { lookId, header } = await client.request("proxy.look", {});
    const common = {
      headers: { [header]: lookId, origin: url.origin },
      timeoutMs: Math.ceil(timeoutMs(flags) / SHARE),
    };
    const answer = await sendLook({ ...common, url: healthOf(url) });
    const webSocket = await sendLook({ ...common, url, isUpgrade: true });
    const { seen } = await client.request("proxy.seen", { lookId });
    return reportOn(context, { url: url.href, gateway, answer, webSocket, seen });
  });
}

/** @throws {CliFailure} no address of the web */
function webAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // The same sockets carry both.
  const web = url?.href.replace(/^ws(s?):/, "http$1:");
  if (web === undefined || !/^https?:/.test(web))
    throw new CliFailure(`invalid --url: ${text} (an address such as https://gateway.example.com)`, {
      code: "usage",
    });
  return new URL(web);
}

function healthOf(url: URL): URL {
  const health = new URL(url);
  health.pathname = `${url.pathname.replace(/\/$/, "")}/healthz`;
  return health;
}
