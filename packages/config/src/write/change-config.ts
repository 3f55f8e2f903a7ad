import type { Env } from "../environment.ts";
import type { Paths } from "../paths.ts";
import type { ConfigIssue } from "../snapshot.ts";
import type { ConfigChange } from "./patch-config-text.ts";
import type { FileSystem } from "./file-system.ts";
import type { Writer } from "./audit.ts";
import type { ConfigWrite } from "./write-config-file.ts";

export interface ChangeConfigOptions {
  readonly paths: Paths;
  readonly env: Env;
  readonly changes: readonly ConfigChange[];
  readonly writer: Writer;
  readonly baseHash?: string;
  readonly fs?: FileSystem;
  readonly now?: () => number;
}

export type ConfigChangeResult =
  | { readonly ok: true; readonly write: ConfigWrite }
  | { readonly ok: false; readonly issues: readonly ConfigIssue[] };

export async function changeConfig(options: ChangeConfigOptions): Promise<ConfigChangeResult> {
  throw new Error(`not yet ${String(options)}`);
}
