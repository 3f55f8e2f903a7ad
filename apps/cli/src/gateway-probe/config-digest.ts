import type { Methods } from "@openclaw/client";

import { readFields } from "../read-fields.ts";

type Snapshot = Methods["config.get"]["result"];

/** The parts of a gateway's configuration that decide who can reach it; `null` where the file says nothing. */
export interface ConfigDigest extends Pick<
  Snapshot,
  "path" | "exists" | "valid" | "issues" | "legacyIssues"
> {
  readonly gateway: {
    readonly mode: string | null;
    readonly bind: string | null;
    readonly port: number | null;
    readonly controlUiEnabled: boolean | null;
    readonly controlUiBasePath: string | null;
    readonly authMode: string | null;
    readonly authTokenConfigured: boolean;
    readonly authPasswordConfigured: boolean;
    readonly remoteUrl: string | null;
    readonly remoteTokenConfigured: boolean;
    readonly remotePasswordConfigured: boolean;
    readonly tailscaleMode: string | null;
  };
  readonly discovery: { readonly wideAreaEnabled: boolean | null };
}

/** Digests what `config.get` answers; secrets come redacted, so only whether there is one can be told. */
export function configDigest(snapshot: Snapshot): ConfigDigest {
  const { path, exists, valid, issues, legacyIssues } = snapshot;
  const settings = readFields(snapshot.resolved);
  const gateway = readFields(settings["gateway"]);
  const [auth, remote, controlUi, tailscale] = ["auth", "remote", "controlUi", "tailscale"].map((name) =>
    readFields(gateway[name]),
  );
  return {
    ...{ path, exists, valid, issues, legacyIssues },
    gateway: {
      mode: text(gateway["mode"]),
      bind: text(gateway["bind"]),
      port: typeof gateway["port"] === "number" ? gateway["port"] : null,
      controlUiEnabled: flag(controlUi?.["enabled"]),
      controlUiBasePath: text(controlUi?.["basePath"]),
      authMode: text(auth?.["mode"]),
      authTokenConfigured: Boolean(auth?.["token"]),
      authPasswordConfigured: Boolean(auth?.["password"]),
      remoteUrl: text(remote?.["url"]),
      remoteTokenConfigured: Boolean(remote?.["token"]),
      remotePasswordConfigured: Boolean(remote?.["password"]),
      tailscaleMode: text(tailscale?.["mode"]),
    },
    discovery: {
      wideAreaEnabled: flag(readFields(readFields(settings["discovery"])["wideArea"])["enabled"]),
    },
  };
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function flag(value: unknown): boolean | null {
  return typeof value === "boolean" ? value : null;
}
