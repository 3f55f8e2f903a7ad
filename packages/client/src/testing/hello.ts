import { negotiateDialect, PROTOCOL_VERSION, type ConnectParams, type HelloOk } from "@openclaw/protocol";

type Range = Partial<Pick<ConnectParams, "minProtocol" | "maxProtocol">>;

/** A small valid hello-ok that grants what was asked for, in the newest dialect both ends know. */
export function helloOk(
  params: Pick<ConnectParams, "role" | "scopes"> & Range,
  overrides: Partial<HelloOk> = {},
): HelloOk {
  const { minProtocol = PROTOCOL_VERSION, maxProtocol = PROTOCOL_VERSION } = params;
  return {
    type: "hello-ok",
    protocol: negotiateDialect(minProtocol, maxProtocol) ?? PROTOCOL_VERSION,
    server: { version: "2026.11.0", connId: "00000000-0000-4000-8000-000000000001", bootId: "boot-1" },
    features: { methods: ["health", "status", "agent"], events: ["tick", "agent", "chat"] },
    snapshot: { presence: [], health: {}, stateVersion: { presence: 1, health: 1 }, uptimeMs: 1 },
    auth: { method: "token", role: params.role ?? "operator", scopes: params.scopes ?? [] },
    policy: { maxPayload: 26_214_400, maxBufferedBytes: 52_428_800, tickIntervalMs: 30_000 },
    ...overrides,
  };
}
