import { parseConfigPath } from "@openclaw/config";

import { CliFailure } from "../failure.ts";

/** A path as typed. @throws {CliFailure} what is wrong with it */
export function typedPath(text: string): readonly string[] {
  const parsed = parseConfigPath(text);
  if (parsed.ok) return parsed.path;
  throw new CliFailure(parsed.message, { code: "usage", label: "" });
}
