import type { FirstStart, FirstStartOptions } from "./first-start.ts";

export async function devBootstrap(options: FirstStartOptions): Promise<FirstStart> {
  throw new Error(`not yet ${String(options)}`);
}
