import { AgentsError } from "../errors.ts";
import type { Attachment } from "../runs/types.ts";

/** Largest attachment, decoded. */
export const ATTACHMENT_BYTES = 5_000_000;
const MAX_COUNT = 20;

/**
 * Reads attachments as clients send them: `{mimeType, content | data, fileName?}` with base64 or a data URL.
 * @throws {AgentsError} invalid_attachment
 */
export function parseAttachments(raw: readonly unknown[] | undefined): readonly Attachment[] {
  if (raw === undefined) return [];
  if (raw.length > MAX_COUNT) throw invalid(`at most ${MAX_COUNT} attachments are accepted`);
  return raw.map((item, index) => parseAttachment(item, `attachment ${index + 1}`));
}

function parseAttachment(raw: unknown, name: string): Attachment {
  if (typeof raw !== "object" || raw === null) throw invalid(`${name}: expected an object`);
  const fields = new Map<string, unknown>(Object.entries(raw));
  const content = fields.get("content") ?? fields.get("data");
  if (typeof content !== "string" || content === "")
    throw invalid(`${name}: content must be a base64 string`);
  const comma = content.startsWith("data:") ? content.indexOf(",") : -1;
  const declared = comma < 0 ? fields.get("mimeType") : content.slice(5, comma).replace(/;base64$/iu, "");
  const mimeType = typeof declared === "string" ? declared.trim().toLowerCase() : "";
  if (!/^image\/[a-z0-9.+-]{1,60}$/u.test(mimeType)) throw invalid(`${name}: only images are accepted`);
  const data = checkedBase64(content.slice(comma + 1), name);
  const fileName = fields.get("fileName");
  return { mimeType, data, ...(typeof fileName === "string" && { fileName: fileName.slice(0, 200) }) };
}

/** The size follows from the length: nothing is decoded to find out that it is too much. */
function checkedBase64(data: string, name: string): string {
  const bytes = Math.floor((data.length * 3) / 4);
  if (bytes > ATTACHMENT_BYTES + 2)
    throw invalid(`${name}: exceeds size limit (${bytes} > ${ATTACHMENT_BYTES} bytes)`);
  if (data.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/u.test(data))
    throw invalid(`${name}: invalid base64`);
  return data;
}

function invalid(message: string): AgentsError {
  return new AgentsError("invalid_attachment", message);
}
