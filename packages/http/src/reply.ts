/** Types of the `error.type` field that OpenAI clients branch on. */
export type ErrorType =
  | "invalid_request_error"
  | "authentication_error"
  | "billing_error"
  | "rate_limit_error"
  | "timeout_error"
  | "unavailable"
  | "api_error";

/** A request that ends here, as data: what to answer and why. */
export interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A value, or the refusal that takes its place. */
export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

/** Answers with JSON and an explicit length, so that HEAD carries the same one. */
export function json(
  body: unknown,
  init: { status?: number; headers?: Readonly<Record<string, string>> } = {},
): Response {
  const text = JSON.stringify(body);
  const length = String(new TextEncoder().encode(text).byteLength);
  const headers = {
    ...init.headers,
    "content-type": "application/json; charset=utf-8",
    "content-length": length,
  };
  return new Response(text, { status: init.status ?? 200, headers });
}

/** Answers with one line of plain text. */
export function text(status: number, line: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(line, { status, headers: { ...headers, "content-type": "text/plain; charset=utf-8" } });
}

/** Answers with `{"error":{"message","type"}}`, the shape of the OpenAI-compatible routes. */
export function refuse(refusal: Refusal): Response {
  const { status, type, message, headers } = refusal;
  return json({ error: { message, type } }, { status, ...(headers !== undefined && { headers }) });
}

/** The caller's mistake, 400 unless another status says it better. */
export function invalidRequest(
  message: string,
  status = 400,
): { readonly ok: false; readonly refusal: Refusal } {
  return { ok: false, refusal: { status, type: "invalid_request_error" satisfies ErrorType, message } };
}

/** No such route, for every namespace alike. */
export const notFound = (): Response => text(404, "Not Found");

/** Wrong method; `allow` lists the right ones. */
export const methodNotAllowed = (allow: string): Response =>
  text(405, "Method Not Allowed", { allow, "cache-control": "no-store" });
