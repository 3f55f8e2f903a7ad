import * as v from "valibot";

import { nonEmpty, openParams } from "../schemas.ts";
import { method, result } from "./define.ts";

/** Heartbeats and what wakes an agent. */
export const HEARTBEAT_METHODS = {
  // Old clients read the refusal's own text, so the handler looks at `enabled`.
  "set-heartbeats": method({
    params: openParams,
    scope: "operator.admin",
    result: result<{ readonly ok: true; readonly enabled: boolean }>(),
  }),
  wake: method({
    params: v.strictObject({ mode: v.picklist(["now", "next-heartbeat"]), text: nonEmpty }),
    scope: "operator.write",
    result: result<{ readonly ok: boolean }>(),
  }),
};
