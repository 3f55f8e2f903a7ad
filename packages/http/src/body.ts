import { jsonExcess } from "@openclaw/protocol";
import { invalidRequest, type Checked, type Refusal } from "./reply.ts";

/** Bounds of reading one request body. */
export interface BodyLimits {
  readonly maxBytes: number;
  /** Time for the whole body. */
  readonly timeoutMs: number;
}

// The rest of the body is not read, so the connection cannot carry another request.
const CLOSE = { connection: "close" };
const TOO_LARGE: Refusal = {
  status: 413,
  type: "invalid_request_error",
  message: "Payload too large",
  headers: CLOSE,
};
const TOO_SLOW: Refusal = {
  status: 408,
  type: "invalid_request_error",
  message: "Request body timeout",
  headers: CLOSE,
};

/**
 * Reads a body as UTF-8 text and stops at the first byte over the limit, declared or not.
 *
 * The rest is left unread rather than cancelled: cancelling tears the socket down before the answer is written.
 */
export async function readText(request: Request, limits: BodyLimits): Promise<Checked<string>> {
  if (Number(request.headers.get("content-length") ?? 0) > limits.maxBytes)
    return { ok: false, refusal: TOO_LARGE };
  if (!request.body) return { ok: true, value: "" };
  const reader = request.body.getReader();
  const deadline = startDeadline(limits.timeoutMs);
  try {
    return await collect(reader, limits.maxBytes, deadline.passed);
  } catch {
    return invalidRequest("Request body could not be read.");
  } finally {
    deadline.cancel();
    reader.releaseLock();
  }
}

async function collect(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
  tooSlow: Promise<"too-slow">,
): Promise<Checked<string>> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (;;) {
    const chunk = await Promise.race([reader.read(), tooSlow]);
    if (chunk === "too-slow") return { ok: false, refusal: TOO_SLOW };
    if (chunk.done) return { ok: true, value: text + decoder.decode() };
    bytes += chunk.value.byteLength;
    if (bytes > maxBytes) return { ok: false, refusal: TOO_LARGE };
    text += decoder.decode(chunk.value, { stream: true });
  }
}

function startDeadline(ms: number): { readonly passed: Promise<"too-slow">; cancel(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const passed = new Promise<"too-slow">((resolve) => {
    timer = setTimeout(() => resolve("too-slow"), ms);
  });
  return { passed, cancel: () => clearTimeout(timer) };
}

/**
 * Parses a JSON object; an empty body and any other JSON value count as `{}`. What would hold the event loop for
 * seconds is refused unparsed, by the limits of every message (T-DOS-10).
 */
export function parseJsonObject(text: string): Checked<Readonly<Record<string, unknown>>> {
  const excess = jsonExcess(text);
  if (excess !== undefined)
    return invalidRequest(`Request body ${excess}. Leave out older messages, or join them.`);
  try {
    const value: unknown = text.trim() === "" ? {} : JSON.parse(text);
    return { ok: true, value: isRecord(value) ? value : {} };
  } catch (error) {
    return invalidRequest(
      error instanceof Error && error.message !== "" ? error.message : "Request body is not JSON.",
    );
  }
}

/** Whether a JSON value is an object with keys. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
