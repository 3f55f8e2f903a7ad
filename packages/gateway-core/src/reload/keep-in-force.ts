import { keepInForce, type LoadedConfig, type Paths } from "@openclaw/config";
import type { ReloadEngine } from "@openclaw/reload";
import type { Logger } from "../options.ts";

/** Keeps every text that comes into force, so that what is typed into the file later can be compared, and undone. */
export interface ForceKeeper {
  /** Looks whether another text is in force as a whole; a mixture of two is no text. */
  look(engine: Pick<ReloadEngine, "inForce" | "status">): void;
  /** Resolves when all is on disk. */
  settled(): Promise<void>;
}

export function createForceKeeper({
  paths,
  logger,
}: {
  readonly paths: Pick<Paths, "configPath" | "historyDir">;
  readonly logger: Logger;
}): ForceKeeper {
  let kept: LoadedConfig | undefined;
  let queue = Promise.resolve();
  const keep = (config: LoadedConfig) =>
    keepInForce(config, { paths }).catch((error: unknown) =>
      logger.warn("the configuration in force is not kept", { error }),
    );
  return {
    look: ({ inForce, status }) => {
      // The hash is that of the main file alone; a change of an included one is another reading, too.
      if (status.pending.length > 0 || inForce === kept) return;
      kept = inForce;
      // One after the other: the last one that is kept is the last good one.
      queue = queue.then(() => keep(inForce));
    },
    settled: () => queue,
  };
}
