import { at, isObject } from "../recording/json.ts";
import type { Frame } from "../recording/recording.ts";
import { edit, without, type Edit } from "./edits.ts";

/** Leaves out events and stream steps of parts that come later; clients of dialect 4 pass over what they do not know. */
export const withoutLaterEvents: Edit = without((frame) => {
  const { event, payload } = frame;
  if (event === "task" || event === "chat.metadata.changed") return true;
  if (event === "chat" && at(payload, "state") === "status") return true;
  if (event === "sessions.changed" && LATER_REASONS.has(at(payload, "reason"))) return true;
  const stream = at(payload, "stream");
  const phase = at(payload, "data", "phase") ?? at(payload, "phase");
  return stream === "usage" || stream === "run_status" || phase === "model" || phase === "finishing";
});

/** Leaves out fields of parts that come later, wherever a recorded frame has them. */
export const withoutLaterFields: Edit = (recording) =>
  edit(recording, undefined, (known) =>
    known.map((entry) =>
      entry.kind === "receive" ? { ...entry, frame: stripped(entry.frame) as Frame } : entry,
    ),
  );

const LATER_REASONS: ReadonlySet<unknown> = new Set([
  "activity-summary",
  "participants",
  "agent.input.settled",
  "agent.run.started",
]);

/** Sharing, archive, placement, automation, costs, sub-agents and looks of sessions. */
const LATER_FIELDS = new Set(
  `activeModel activeModelProvider activitySummary agentRuntime agentStatus ancestorSessions archived archivedAt
  archivedBy archiveReason autoLabel boardPresentation channelAvatarUrl classification color contextBudgetStatus
  controlOwnerSessionKey createdActor createdVia effectiveFastMode effectiveFastModeSource effectiveQueueMode
  effectiveResponseUsage estimatedCostUsd expandedParticipants fastAutoOnSeconds goal hasAutomation icon isBackground
  isHeartbeat isMain itemId lastRunError lastRunId markedUnreadAt modelOverrideSource modelSelectionTarget observerDigest
  owner participantCount participants permissionMode permissionModePending pinned pinnedAt placement placementMove
  providerReview responseId restartRecoveryStatus runtimeSelectionLocked senderIsOwner sharingRole swarm thinkingDefault
  thinkingLevels thinkingOptions toolOverrides transcriptPosition transport unread visibility`.split(/\s+/u),
);

function stripped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripped);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) =>
      LATER_FIELDS.has(key) ? [] : [[key, stripped(member)]],
    ),
  );
}
