import { invalidRequest, type Checked } from "../reply.ts";

const MAX_CHARS = 200;

/** Backend model named by `x-openclaw-model: <provider>/<model>`; undefined when the header is absent. */
export function parseModelOverride(header: string | undefined): Checked<string | undefined> {
  if (header === undefined) return { ok: true, value: undefined };
  const reference = header.trim();
  const slash = reference.indexOf("/");
  const isReference = slash > 0 && slash < reference.length - 1 && !/\s/.test(reference);
  if (!isReference || reference.length > MAX_CHARS) return invalidRequest("Invalid `x-openclaw-model`.");
  return { ok: true, value: reference };
}
