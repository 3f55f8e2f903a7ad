import type { FirstStart, FirstStartOptions } from "./first-start.ts";

export interface SetupOptions extends FirstStartOptions {
  /** Workspace to record in the file and to create; @default `paths.workspaceDir` */
  readonly workspace?: string;
}

export async function setupConfig(options: SetupOptions): Promise<FirstStart> {
  throw new Error(`not yet ${String(options)}`);
}
