import type { Deviation } from "./deviations/deviation.ts";
import { CLI_3 } from "./deviations/cli-3.ts";
import { CLI_4 } from "./deviations/cli-4.ts";
import { CONFIG_3 } from "./deviations/config-3.ts";
import { DIALECT_4 } from "./deviations/dialect-4.ts";
import { EVERYWHERE } from "./deviations/everywhere.ts";
import { HANDSHAKE_3 } from "./deviations/handshake-3.ts";
import { LISTS_3 } from "./deviations/lists-3.ts";
import { NODES } from "./deviations/nodes.ts";
import { REQUESTS_3 } from "./deviations/requests-3.ts";
import { RUNS_3 } from "./deviations/runs-3.ts";
import { SESSIONS_4 } from "./deviations/sessions-4.ts";
import { THIRD_PARTY_4 } from "./deviations/third-party-4.ts";

/** Every deliberate difference from the recordings, with what asks for it. */
export const DEVIATIONS: readonly Deviation[] = [
  ...EVERYWHERE,
  ...HANDSHAKE_3,
  ...REQUESTS_3,
  ...LISTS_3,
  ...RUNS_3,
  ...CONFIG_3,
  ...NODES,
  ...CLI_3,
  ...DIALECT_4,
  ...CLI_4,
  ...SESSIONS_4,
  ...THIRD_PARTY_4,
];
