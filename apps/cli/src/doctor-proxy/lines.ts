import { visible } from "../output/visible.ts";
import type { ProxyReport } from "./report.ts";
import type { LookAnswer } from "./send-look.ts";

type Seen = NonNullable<ProxyReport["seen"]>;

const VERDICTS: Readonly<Record<Seen["verdict"], string>> = {
  local: "a program of this machine",
  direct: "somebody elsewhere, without a proxy",
  proxied: "whom a trusted proxy names",
  "nameless-proxy": "somebody whom a trusted proxy does not name",
  "untrusted-proxy": "refused: somebody behind a proxy that is not trusted",
  "hidden-proxy": "a program of this machine, under the name of another",
};

/** The text of `doctor proxy`. */
export function proxyLines(report: ProxyReport): string[] {
  const { url, gateway, answer, webSocket, seen, findings } = report;
  return [
    `Request to ${url}: ${answerText(answer)}`,
    `WebSocket: ${answerText(webSocket)}`,
    "",
    ...(seen === null ? [`Seen by the gateway at ${gateway}: no`] : seenLines(gateway, seen)),
    ...findings.flatMap(({ code, text, fix }) => ["", `- ${text} [${code}]`, `  Fix: ${fix}`]),
    ...(findings.length === 0 ? ["", "Nothing to change."] : []),
  ];
}

// What others send is shown without anything that could repaint the terminal.
function seenLines(gateway: string, seen: Seen): string[] {
  const { peer, isTrustedProxy, forwarding, host, origin, browser, clientIp, isLocal, verdict } = seen;
  const chain = Object.entries(forwarding).map(([name, value]) => `  ${name}: ${visible(value)}`);
  return [
    `Seen by the gateway at ${gateway}:`,
    `  Peer: ${peer} (${isTrustedProxy ? "a trusted proxy" : "no trusted proxy"})`,
    chain.length === 0 ? "  Forwarded: nothing" : "  Forwarded:",
    ...chain.map((line) => `  ${line}`),
    `  Host: ${visible(host ?? "(none)")}`,
    `  Origin: ${visible(origin ?? "(none)")}${browser === null ? "" : ` (${browser})`}`,
    `  Client: ${clientIp === "" ? "unknown" : clientIp}${isLocal ? " (local)" : ""}`,
    `  Verdict: ${VERDICTS[verdict]}`,
  ];
}

function answerText(answer: LookAnswer): string {
  return "error" in answer ? visible(answer.error) : `answered ${answer.status}`;
}
