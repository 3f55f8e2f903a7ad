import { devBootstrap, ensureFirstStart, type Paths, type Writer } from "@openclaw/config";

/** What the first start of an installation does before the configuration is read. */
export interface FirstSteps {
  readonly paths: Paths;
  readonly writer: Writer;
  /** `gateway --dev`. */
  readonly isDev: boolean;
}

/** Whether this is a development gateway: by its own flag or by its profile. */
export function isDevelopment({ paths, isDev }: Pick<FirstSteps, "paths" | "isDev">): boolean {
  return isDev || paths.profile === "dev";
}

/** Writes a first configuration where there is none yet; returns lines that say so. */
export async function takeFirstSteps(steps: FirstSteps): Promise<readonly string[]> {
  const { paths, writer } = steps;
  const { lines } = isDevelopment(steps)
    ? await devBootstrap({ paths, writer })
    : await ensureFirstStart({ paths, writer });
  return lines;
}
