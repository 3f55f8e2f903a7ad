import type { Recording } from "./recording/recording.ts";
import type { Difference } from "./matching/difference.ts";
import { replay, type ReplayResult } from "./replay.ts";
import { type Answerer, startGateway } from "./stage/gateways.ts";
import { startModelProvider } from "./stage/model-provider.ts";
import type { Scenario } from "./stage/scenario.ts";
import { Stage } from "./stage/stage.ts";

/** Plays a conversation on a stage of its own: a new gateway, a new model provider, new devices. */
export async function perform(
  recording: Recording,
  scenario: Scenario & { readonly model: Answerer },
  differences: readonly Difference[] = [],
): Promise<ReplayResult> {
  const provider = await startModelProvider();
  const running = await startGateway({
    kind: scenario.gateway ?? "token",
    model: scenario.model,
    providerUrl: provider.baseUrl,
  });
  try {
    return await replay(recording, { stage: new Stage(running), scenario, differences });
  } finally {
    await running.close();
    await provider.close();
  }
}
