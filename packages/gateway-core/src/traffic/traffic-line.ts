/** What one line of the traffic log says; parts that are absent leave no trace. */
export interface TrafficLine {
  /** `⇄` is a request with its answer, `✗` what could not be read. */
  readonly arrow?: "←" | "→" | "⇄" | "✗";
  readonly kind: "open" | "connect" | "hello-ok" | "req" | "res" | "event" | "close" | "parse-error";
  /** Answers only. */
  readonly ok?: boolean;
  /** Method or event. */
  readonly headline?: string;
  readonly durationMs?: number;
  readonly meta?: Readonly<Record<string, unknown>>;
  readonly connId?: string | undefined;
  readonly id?: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const SHORT_ID_CHARS = 24;
const VALUE_CHARS = 240;

/** Text of a line: `⇄ res ✓ health 3ms conn=2f5a9e4c…6c3f id=r1`. Docs: runbook.md#logs */
export function trafficText({
  arrow,
  kind,
  ok,
  headline,
  durationMs,
  meta = {},
  connId,
  id,
}: TrafficLine): string {
  const tokens = [
    arrow,
    kind,
    ok === undefined ? undefined : ok ? "✓" : "✗",
    headline === undefined ? undefined : cut(headline),
    durationMs === undefined ? undefined : `${Math.round(durationMs)}ms`,
    ...Object.entries(meta).map(([key, value]) =>
      value === undefined ? undefined : `${key}=${valueText(value)}`,
    ),
    connId === undefined ? undefined : `conn=${shortId(connId)}`,
    id === undefined ? undefined : `id=${shortId(id)}`,
  ];
  return tokens.filter((token) => token !== undefined).join(" ");
}

/** Enough of an id to tell it from the others at a glance. */
export function shortId(id: string): string {
  if (UUID.test(id)) return `${id.slice(0, 8)}…${id.slice(-4)}`;
  return id.length <= SHORT_ID_CHARS ? id : `${id.slice(0, 12)}…${id.slice(-4)}`;
}

function valueText(value: unknown): string {
  return cut(typeof value === "string" ? value : JSON.stringify(value));
}

function cut(text: string): string {
  return text.length <= VALUE_CHARS ? text : `${text.slice(0, VALUE_CHARS)}...`;
}
