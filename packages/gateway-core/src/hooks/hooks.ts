import { usableSecret } from "@openclaw/auth";
import type { LoadedConfig } from "@openclaw/config";
import type { HookSettings } from "@openclaw/http";
import type { ReloadPart } from "@openclaw/reload";

/** The webhooks in force; they follow the configuration. */
export interface Hooks {
  /** Undefined while they are not enabled. */
  readonly current: HookSettings | undefined;
  readonly part: ReloadPart<LoadedConfig>;
}

const DEFAULT_PATH = "/hooks";
const DEFAULT_MAX_BODY_BYTES = 262_144;

/** Docs: configuration.md#hooks */
export function createHooks(initial: LoadedConfig): Hooks {
  let current = hookSettings(initial);
  return {
    get current() {
      return current;
    },
    part: {
      name: "hooks",
      follows: ["hooks"],
      provision: (next) => {
        const [old, made] = [current, hookSettings(next)];
        return { swap: () => void (current = made), revert: () => void (current = old) };
      },
    },
  };
}

/** @throws when they are enabled without a secret, which every check of a start finds before */
export function hookSettings({ config: { hooks } }: LoadedConfig): HookSettings | undefined {
  if (hooks?.enabled !== true) return undefined;
  const token = usableSecret(hooks.token);
  if (token === undefined) throw new Error("hooks.enabled requires hooks.token");
  const { path = DEFAULT_PATH, maxBodyBytes = DEFAULT_MAX_BODY_BYTES } = hooks;
  return { token, path: basePath(path), maxBodyBytes };
}

function basePath(path: string): string {
  const bare = path.trim().replace(/^\/+|\/+$/g, "");
  return bare === "" ? DEFAULT_PATH : `/${bare}`;
}
