import type { Removed } from "../removal/remove.ts";
import type { Mode } from "./flags.ts";
import type { HealthLook } from "./health.ts";
import type { ServiceStep } from "./service.ts";

/** Which command it is: `onboard` makes an installation complete, `configure` changes what it is told to. */
export type OnboardingKind = "onboard" | "configure";

/** What was done; the answer under `--json`. Docs: command-output.md#actions */
export interface Onboarded {
  readonly ok: true;
  readonly mode: Mode;
  readonly config: string;
  /** Whether there was no configuration before. */
  readonly created: boolean;
  readonly changedPaths: readonly string[];
  /** With `--reset`. */
  readonly moved: Removed["moved"];
  /** Folder of the default agent; null for a gateway elsewhere. */
  readonly workspace: string | null;
  /** Null when none was asked for. */
  readonly service: ServiceStep | null;
  readonly health: HealthLook | "skipped";
  readonly warnings: readonly string[];
  /** What to type. */
  readonly next: readonly string[];
}
