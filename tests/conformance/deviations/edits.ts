import { at } from "../recording/json.ts";
import type { Entry, Frame, Recording } from "../recording/recording.ts";

/** Any object. */
export const something: Frame = { "...": "anything" };

/** An answer with this payload. */
export const answered = (id: string, payload: Frame = something): Entry => ({
  kind: "receive",
  frame: { type: "res", id, ok: true, payload },
});

/** An answer with this error. */
export const refused = (id: string, error: Frame): Entry => ({
  kind: "receive",
  frame: { type: "res", id, ok: false, error },
});

/** The refusal of a method this build does not have, to somebody who may know. */
export const unknownMethod = (id: string, method: string): Entry =>
  refused(id, { code: "INVALID_REQUEST", message: `unknown method: ${method}` });

/** The hello of dialect 3, as far as which dialect it is. */
export const hello3: Frame = {
  type: "hello-ok",
  protocol: 3,
  server: { version: "<version>", connId: "<connId>" },
  features: something,
  snapshot: something,
  policy: something,
};

/** The hello of dialect 4 for a connection with these scopes. */
export const hello4 = (scopes: readonly string[], auth: Frame = {}): Frame => ({
  type: "hello-ok",
  protocol: 4,
  server: { version: "<version>", connId: "<connId>", bootId: "<text>" },
  features: something,
  snapshot: something,
  auth: { method: "token", role: "operator", scopes, ...auth },
  policy: something,
});

/** Tells a conversation as it goes with us. */
export type Edit = (recording: Recording) => Recording;

/** Puts other entries in the place of `count` recorded ones. */
export function splice(connection: string, start: number, count: number, ...entries: Entry[]): Edit {
  return (recording) => edit(recording, connection, (known) => known.toSpliced(start, count, ...entries));
}

/** Puts entries before the first received frame that fits. */
export function before(isPlace: (frame: Frame) => boolean, ...entries: Entry[]): Edit {
  return (recording) =>
    edit(recording, undefined, (known) => {
      const index = known.findIndex((entry) => entry.kind === "receive" && isPlace(entry.frame));
      return index < 0 ? known : known.toSpliced(index, 0, ...entries);
    });
}

/** Leaves out received frames. */
export function without(isLeftOut: (frame: Frame) => boolean): Edit {
  return (recording) =>
    edit(recording, undefined, (known) =>
      known.filter((entry) => entry.kind !== "receive" || !isLeftOut(entry.frame)),
    );
}

/** Ends a conversation after the last frame that fits. */
export function upTo(isLast: (frame: Frame) => boolean): Edit {
  return (recording) =>
    edit(recording, undefined, (known) =>
      known.slice(0, known.findLastIndex((entry) => entry.kind === "receive" && isLast(entry.frame)) + 1),
    );
}

/** Puts another payload into answers. */
export function withAnswer(isAnswer: (frame: Frame) => boolean, payload: Frame): Edit {
  return (recording) =>
    edit(recording, undefined, (known) =>
      known.map((entry) =>
        entry.kind === "receive" && entry.frame["type"] === "res" && isAnswer(entry.frame)
          ? { ...entry, frame: { ...entry.frame, payload } }
          : entry,
      ),
    );
}

/** Changes the entries of one connection, or of all. */
export function edit(
  recording: Recording,
  name: string | undefined,
  change: (entries: readonly Entry[]) => readonly Entry[],
): Recording {
  const connections = recording.connections.map((connection) =>
    name === undefined || connection.name === name
      ? { ...connection, entries: change(connection.entries) }
      : connection,
  );
  return { ...recording, connections };
}

/** Puts the start of a run before its failure: what cannot begin with us begins and fails. */
export const withStart: Edit = (recording) => {
  const isFailure = (frame: Frame): boolean => at(frame, "payload", "data", "phase") === "error";
  const failed = recording.connections
    .flatMap(({ entries }) => entries)
    .find((entry) => entry.kind === "receive" && isFailure(entry.frame));
  if (failed?.kind !== "receive") throw new Error("the recording has no failed run");
  const payload = failed.frame["payload"] as Frame;
  const start = { ...failed.frame, payload: { ...payload, data: { phase: "start", startedAt: "<ms>" } } };
  return before(isFailure, { kind: "receive", frame: start })(recording);
};

/** Id of the first request of the first connection. */
export function connectId({ connections }: Recording): string {
  const sent = connections[0]?.entries.find(({ kind }) => kind === "send");
  return sent?.kind === "send" ? String(sent.frame["id"]) : "";
}
