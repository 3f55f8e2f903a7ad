import * as v from "valibot";

import { nonEmpty } from "../schemas.ts";
import { method, result } from "./define.ts";
import { SESSION_LIST_PARAMS, type SessionsList } from "./sessions.ts";

const session = { key: nonEmpty, agentId: v.optional(nonEmpty) };

/**
 * Watching sessions. A subscription belongs to its connection and ends with it.
 *
 * Docs: protocol.md#session-subscriptions
 */
export const SUBSCRIPTION_METHODS = {
  "sessions.subscribe": method({
    params: SESSION_LIST_PARAMS,
    scope: "operator.read",
    result: result<{ readonly subscribed: true; readonly list?: SessionsList }>(),
    advertised: false,
  }),
  "sessions.messages.subscribe": method({
    params: v.strictObject({ ...session, includeApprovals: v.optional(v.boolean()) }),
    scope: "operator.read",
    result: result<{ readonly subscribed: true; readonly key: string }>(),
    advertised: false,
  }),
  "sessions.messages.unsubscribe": method({
    params: v.strictObject(session),
    scope: "operator.read",
    result: result<{ readonly subscribed: false; readonly key: string }>(),
    advertised: false,
  }),
};
