import { issueLine, type LoadedConfig } from "@openclaw/config";

/** Says what a configuration warns of, once for as long as it is the same. */
export interface ConfigWarnings {
  tell(config: Pick<LoadedConfig, "warnings">): void;
}

/** Docs: configuration.md#warnings */
export function createConfigWarnings(logger: { warn(line: string): void }): ConfigWarnings {
  let told = "";
  return {
    tell: ({ warnings }) => {
      const lines = warnings.map((warning) => `- ${issueLine(warning)}`);
      const text = lines.join("\n");
      if (lines.length > 0 && text !== told)
        for (const line of ["Config warnings:", ...lines]) logger.warn(line);
      told = text;
    },
  };
}
