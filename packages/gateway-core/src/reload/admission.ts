import type { AuthSettings, GatewaySettings, LoadedConfig } from "@openclaw/config";
import type { ReloadPart } from "@openclaw/reload";
import { type Loaded, settingsFor } from "../load.ts";
import type { GatewayOptions } from "../options.ts";
import { type CredentialChange, credentialChanges } from "./credential-changes.ts";

/** The settings in force. What decides about admission follows the configuration, all else stays as it started. */
export interface Admission {
  /** The same object until something changes. */
  readonly current: GatewaySettings;
  readonly part: ReloadPart<LoadedConfig>;
  close(): void;
}

/** The settings that {@link withAdmission} takes over. */
const FOLLOWED = [
  "gateway.auth",
  "gateway.trustedProxies",
  "gateway.allowRealIpFallback",
  "gateway.controlUi",
  "gateway.nodes",
  "gateway.writeBudget",
  ".env.OPENCLAW_GATEWAY_TOKEN",
  ".env.OPENCLAW_GATEWAY_PASSWORD",
];

/**
 * Time until connections are judged anew, in ms: who changed the secret it came with still reads that it worked. Well
 * below the second within which a rotated secret counts (T-AUTH-15).
 */
const GRACE_MS = 100;

/** Docs: configuration.md#live-credentials */
export function createAdmission(o: {
  readonly options: GatewayOptions;
  readonly loaded: Loaded;
  /** Another admission is in force: whoever is connected may have lost its own. */
  readonly onChange: () => void;
  /** Credentials of the gateway are others than before. */
  readonly onRotation: (changes: readonly CredentialChange[]) => void;
}): Admission {
  const { options, loaded, onChange, onRotation } = o;
  let current = loaded.settings;
  let timer: NodeJS.Timeout | undefined;
  const judgeAnew = () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, GRACE_MS);
    timer.unref();
  };
  return {
    get current() {
      return current;
    },
    part: {
      name: "gateway/auth",
      follows: FOLLOWED,
      provision: (next) => {
        const resolution = settingsFor(next, options, loaded.paths);
        if (!resolution.ok) throw new Error(resolution.failure.lines[0]);
        const old = current;
        const made = withAdmission(old, resolution.settings);
        return {
          swap: () => void (current = made),
          finish: () => {
            onRotation(credentialChanges(old.auth, current.auth));
            judgeAnew();
          },
          revert: () => void (current = old),
        };
      },
    },
    close: () => clearTimeout(timer),
  };
}

function withAdmission(current: GatewaySettings, next: GatewaySettings): GatewaySettings {
  const { trustedProxies, allowRealIpFallback, controlUi, nodes, writeBudget } = next;
  return {
    ...current,
    auth: withSecret(current.auth, next.auth),
    trustedProxies,
    allowRealIpFallback,
    controlUi,
    nodes,
    writeBudget,
  };
}

/** The mode needs a restart. Without a secret for it in the file, the one that was generated or given before goes on. */
function withSecret(current: AuthSettings, next: AuthSettings): AuthSettings {
  const { mode, modeSource, token, tokenSource, password, passwordSource } = current;
  return {
    ...(token !== undefined && { token }),
    ...(tokenSource !== undefined && { tokenSource }),
    ...(password !== undefined && { password }),
    ...(passwordSource !== undefined && { passwordSource }),
    ...next,
    mode,
    modeSource,
  };
}
