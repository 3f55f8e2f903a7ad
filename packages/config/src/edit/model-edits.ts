import { getPath } from "../show/config-path.ts";
import type { LoadedConfig } from "../snapshot.ts";
import { isRecord } from "../source/record.ts";
import type { ConfigChange } from "../write/patch-config-text.ts";

const MODEL = ["agents", "defaults", "model"];
const CATALOGUE = ["agents", "defaults", "models"];

/**
 * Makes a model the one that runs use unless somebody chooses another. Fallbacks stay; a catalogue that lists the only
 * models allowed gets it, too.
 *
 * @param ref `provider/model`
 */
export function defaultModelChanges({ written }: LoadedConfig, ref: string): readonly ConfigChange[] {
  const hasFallbacks = isRecord(getPath(written, MODEL));
  const catalogue = getPath(written, CATALOGUE);
  const isListed =
    !isRecord(catalogue) || Object.keys(catalogue).length === 0 || Object.hasOwn(catalogue, ref);
  return [
    { path: hasFallbacks ? [...MODEL, "primary"] : MODEL, value: ref },
    ...(isListed ? [] : [{ path: [...CATALOGUE, ref], value: {} }]),
  ];
}
