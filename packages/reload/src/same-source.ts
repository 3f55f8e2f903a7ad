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
