// What the protocol says about a message, worked out again from its text: the gateway's own parser is on trial here.

const MAX_PRE_AUTH_BYTES = 65_536;
const MAX_DEPTH = 64;
const MAX_KEYS = 10_000;
const MAX_ITEMS = 100_000;

/**
 * @typedef {{ kind: "too-large" | "not-json" | "invalid", id?: unknown } | { kind: "request", id: string, method: string, params: unknown }} Reading
 */

/** Reads a message as a gateway must. @returns {Reading} */
export function read(message, dialect) {
  if (Buffer.byteLength(message) > MAX_PRE_AUTH_BYTES && dialect === undefined) return { kind: "too-large" };
  const text = message.toString("utf8");
  if (isExcessive(text)) return { kind: "invalid", id: "invalid" };
  let json;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: "not-json" };
  }
  if (!isRequest(json, dialect)) return { kind: "invalid", id: idOf(json) };
  return { kind: "request", id: json.id, method: json.method, params: json.params };
}

/** Counted on the text, strings left out, as protocol.md#limits says. */
function isExcessive(text) {
  const bare = text.replace(/"(?:[^"\\]|\\[\s\S])*(?:"|$)/g, "");
  let depth = 0;
  let keys = 0;
  let items = 1;
  for (const letter of bare) {
    if (letter === "{" || letter === "[") depth += 1;
    if (letter === "}" || letter === "]") depth -= 1;
    if (letter === ":") keys += 1;
    if (letter === ",") items += 1;
    if (depth > MAX_DEPTH || keys > MAX_KEYS || items > MAX_ITEMS) return true;
  }
  return false;
}

function isRequest(json, dialect) {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return false;
  const keys = [
    "type",
    "id",
    "method",
    "params",
    ...(dialect === 3 ? [] : ["traceparent", "expectedProfileId"]),
  ];
  if (Object.keys(json).some((key) => !keys.includes(key))) return false;
  if (json.type !== "req" || !isText(json.id) || !isText(json.method)) return false;
  if (
    json.traceparent !== undefined &&
    (typeof json.traceparent !== "string" || json.traceparent.length > 128)
  )
    return false;
  return (
    json.expectedProfileId === undefined ||
    (isText(json.expectedProfileId) && json.expectedProfileId.length <= 128)
  );
}

const isText = (value) => typeof value === "string" && value.length > 0;

function idOf(json) {
  if (typeof json !== "object" || json === null || !Object.hasOwn(json, "id")) return "invalid";
  return json.id;
}

const FIRST = "invalid handshake: first request must be connect";

/**
 * Whether the end of a socket is one the protocol allows for its first message.
 * @param end `{ frames, code, reason }`: what came after the challenge, and the close (none when it was greeted)
 * @returns {string | undefined} what is wrong
 */
export function judgeFirst(message, end, secret) {
  const reading = read(message);
  const answers = end.frames.filter(({ type }) => type === "res");
  const is = (code, reason, count) => end.code === code && end.reason === reason && answers.length === count;
  switch (reading.kind) {
    case "too-large":
      return is(1009, "", 0) ? undefined : "a message over 64 KiB must be closed with 1009";
    case "not-json":
      return is(1000, "", 0) ? undefined : "text that is not JSON must be closed with 1000";
    case "invalid":
      return is(1008, "invalid request frame", 0) ? undefined : "no request frame: 1008, unanswered";
    default:
      return reading.method === "connect"
        ? judgeConnect(reading, { end, answers, message, secret })
        : is(1008, FIRST, 1) && answers[0].ok === false && answers[0].id === reading.id
          ? undefined
          : "a first request other than connect must be refused";
  }
}

function judgeConnect({ id, params }, { end, answers, message, secret }) {
  if (end.code === 1008 && end.reason === "invalid-handshake" && answers.length === 0)
    return String(message).includes("worker") ? undefined : "only workers are not answered";
  const [answer] = answers;
  if (answers.length !== 1 || answer.id !== id) return "a connect must be answered once, under its id";
  if (answer.ok === true) {
    const presented = [params?.auth?.token, params?.auth?.password].some((text) => text?.trim?.() === secret);
    return presented && answer.payload?.type === "hello-ok" ? undefined : "greeted without the secret";
  }
  const problem = judgeError(answer);
  if (problem) return problem;
  if (end.code !== 1008 && end.code !== 1002)
    return `a refused connect must be closed with 1008 or 1002, not ${end.code}`;
  if (end.reason === "") return "a refused connect must be closed with a reason";
  return end.frames.some(({ event }) => event !== undefined) ? "an event before hello" : undefined;
}

const CODES = ["INVALID_REQUEST", "NOT_PAIRED", "UNAVAILABLE", "FORBIDDEN", "APPROVAL_NOT_FOUND"];

/** What is wrong with an error answer. */
export function judgeError({ error, payload }) {
  if (!CODES.includes(error?.code)) return `unknown error code ${String(error?.code)}`;
  if (typeof error.message !== "string" || error.message === "") return "an error without text";
  if (error.message.length > 20_000) return "an error text without end";
  if (error.message === "internal error") return "a handler failed in a way nobody foresaw";
  if (payload !== undefined && payload?.status !== "error") return "an error with a result";
  return undefined;
}

/**
 * What is wrong with an answer after hello.
 * @param mayCall whether the connection holds what a method asks for
 */
export function judgeAnswer(answer, { dialect, methodOf, mayCall }) {
  if (answer.type !== "res" || typeof answer.ok !== "boolean") return "no answer frame";
  if (!answer.ok) {
    if (dialect === 3 && answer.error?.code === "FORBIDDEN") return "FORBIDDEN in dialect 3";
    return judgeError(answer);
  }
  const method = methodOf(answer.id);
  return method !== undefined && mayCall(method) ? undefined : `${String(method)} was done without its scope`;
}

/** The class an answer is counted under. */
export function classOf({ ok, error }) {
  if (ok) return "ok";
  const text = String(error?.message)
    .replace(/^(invalid) (?!request frame)\S+ (params)[\s\S]*/, "$1 … $2")
    .replace(
      /^(invalid request frame|unknown method|missing scope|unauthorized role|unauthorized)[\s\S]*/,
      "$1",
    );
  return `${String(error?.code)} ${text.length > 60 ? "…" : text}`;
}
