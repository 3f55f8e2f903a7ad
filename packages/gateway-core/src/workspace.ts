import type { LoadedConfig } from "@openclaw/config";
import type { Loaded } from "./load.ts";

/** The folder agents work in. */
export function workspaceOf({ config }: LoadedConfig, { paths }: Loaded): string {
  return config.agents?.defaults?.workspace ?? paths.workspaceDir;
}
