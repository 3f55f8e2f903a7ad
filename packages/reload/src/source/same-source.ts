import type { LoadedConfig } from "@openclaw/config";

/** Whether two readings found the same text in every file. */
export function isSameSource(one: LoadedConfig, other: LoadedConfig): boolean {
  return fingerprint(one) === fingerprint(other);
}

function fingerprint({ exists, hash, includes, fileEnv, issues }: LoadedConfig): string {
  const files = includes.map((file) => [file.path, file.hash]);
  // That a file cannot be read shows in the issues alone.
  return JSON.stringify([exists, hash, files, fileEnv, issues.map(({ message }) => message)]);
}

/**
 * Whether a file that was just noticed cannot be a half-written one: a text that is cut off is no JSON5, but lines of a
 * `.env` can be missing without a trace.
 */
export function isWhole(after: LoadedConfig, before: LoadedConfig): boolean {
  const isEnvSame = JSON.stringify(after.fileEnv) === JSON.stringify(before.fileEnv);
  return after.exists && after.valid && isEnvSame;
}
