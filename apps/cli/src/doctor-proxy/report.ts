import type { Methods } from "@openclaw/client";

import type { CommandContext } from "../context.ts";
import { quoted } from "../doctor/shell.ts";
import type { LookAnswer } from "./send-look.ts";

type Seen = NonNullable<Methods["proxy.seen"]["result"]["seen"]>;

/** One thing that keeps people behind a proxy out, or lets them in as somebody they are not. */
export interface ProxyFinding {
  readonly code:
    | "proxy-not-reached"
    | "proxy-untrusted"
    | "proxy-nameless"
    | "proxy-hidden"
    | "proxy-origin"
    | "proxy-host"
    | "proxy-no-websocket";
  readonly text: string;
  /** What to type here; what begins with `in the proxy:` belongs into its configuration. */
  readonly fix: string;
}

/** A request as it was sent, as it was seen, and what is wrong about it. Docs: doctor.md#proxies */
export interface ProxyReport {
  readonly ok: boolean;
  /** Where it was sent. */
  readonly url: string;
  /** The gateway that was asked whether it came. */
  readonly gateway: string;
  readonly answer: LookAnswer;
  readonly webSocket: LookAnswer;
  /** Null when it did not come. */
  readonly seen: Seen | null;
  readonly findings: readonly ProxyFinding[];
}

/** What is known of a look. */
export type ProxyFacts = Omit<ProxyReport, "ok" | "findings">;

/** Draws the conclusions. */
export function reportOn(context: CommandContext, facts: ProxyFacts): ProxyReport {
  const { seen } = facts;
  const findings =
    seen === null
      ? [notReached(facts)]
      : [...senderFindings(context, facts, seen), ...browserFindings(context, facts, seen)];
  const isHeard = seen !== null && findings.length === 0;
  const all = isHeard ? [...findings, ...webSocketFindings(facts)] : findings;
  return { ok: all.length === 0, ...facts, findings: all };
}

const SEND_FORWARDED =
  "in the proxy: send X-Forwarded-For with its client (nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for)";

function notReached({ url, gateway, answer }: ProxyFacts): ProxyFinding {
  const what = "error" in answer ? answer.error : `it answered ${answer.status}`;
  return {
    code: "proxy-not-reached",
    text: `A request to ${url} does not come to the gateway at ${gateway}: ${what}.`,
    fix: `in the proxy: pass requests on to ${gateway.replace(/^ws/, "http")}`,
  };
}

function senderFindings(
  { program, loaded }: CommandContext,
  { url, gateway }: ProxyFacts,
  { verdict, peer, forwarding }: Seen,
): readonly ProxyFinding[] {
  switch (verdict) {
    case "untrusted-proxy":
      return [
        {
          code: "proxy-untrusted",
          text: `A proxy at ${peer} speaks for somebody, and gateway.trustedProxies does not name it: everybody behind it is refused.`,
          fix: `${program} config set gateway.trustedProxies ${added(loaded.config.gateway?.trustedProxies, peer)}`,
        },
      ];
    case "nameless-proxy":
      return [
        {
          code: "proxy-nameless",
          text: `The proxy at ${peer} does not say who its client is: nobody behind it counts as known.`,
          fix:
            "x-real-ip" in forwarding
              ? `${program} config set gateway.allowRealIpFallback true`
              : SEND_FORWARDED,
        },
      ];
    case "local":
    case "hidden-proxy":
      return isDirect(url, gateway)
        ? []
        : [
            {
              code: "proxy-hidden",
              text:
                verdict === "local"
                  ? "What lies in between does not tell that it is there: everybody who comes through it counts as a program of this machine."
                  : "What lies in between does not tell that it is there: everybody who comes through it counts as one client.",
              fix: SEND_FORWARDED,
            },
          ];
    default:
      return [];
  }
}

function browserFindings(
  { program, loaded }: CommandContext,
  { url, gateway }: ProxyFacts,
  { browser, origin, host }: Seen,
): readonly ProxyFinding[] {
  // Nobody opens the Control UI by the address that was only asked because none was given.
  if (origin === null || isDirect(url, gateway)) return [];
  if (browser === "origin not allowed")
    return [
      {
        code: "proxy-origin",
        text: `Browsers that come from ${origin} are refused.`,
        fix: `${program} config set gateway.controlUi.allowedOrigins ${added(loaded.config.gateway?.controlUi?.allowedOrigins, origin)}`,
      },
    ];
  if (browser !== "host not allowed") return [];
  return [
    {
      code: "proxy-host",
      text: `Browsers are refused: the request names the host ${host ?? "(none)"}, which is none of the gateway's.`,
      fix: "in the proxy: pass the Host of the request on (nginx: proxy_set_header Host $host)",
    },
  ];
}

function webSocketFindings({ webSocket }: ProxyFacts): readonly ProxyFinding[] {
  if ("status" in webSocket && webSocket.status === SWITCHING_PROTOCOLS) return [];
  const what = "error" in webSocket ? webSocket.error : `the answer is ${webSocket.status}`;
  return [
    {
      code: "proxy-no-websocket",
      text: `Requests come to the gateway, WebSockets do not: ${what}.`,
      fix: 'in the proxy: pass upgrades on (nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade")',
    },
  ];
}

const SWITCHING_PROTOCOLS = 101;

/** Whether nothing lies in between: the address is the gateway's own. */
function isDirect(url: string, gateway: string): boolean {
  return new URL(url).host === new URL(gateway).host;
}

function added(list: readonly string[] | undefined, entry: string): string {
  return quoted(JSON.stringify([...(list ?? []), entry]));
}
