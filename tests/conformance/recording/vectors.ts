import { deviceAuthPayload } from "@openclaw/protocol";

import { at, isObject, type JsonObject } from "./json.ts";

/** What is wrong with our signed payloads by a file of fixed test vectors. */
export function checkVectors(json: JsonObject): string[] {
  const deviceId = String(json["deviceId"]);
  const vectors = Array.isArray(json["vectors"]) ? json["vectors"].filter(isObject) : [];
  if (vectors.length === 0) return ["neither frames nor vectors"];
  return vectors.flatMap((vector) => {
    const input = vector["input"];
    const text = (key: string) => (at(input, key) ?? undefined) as string | undefined;
    const payload = deviceAuthPayload({
      version: vector["version"] === "v3" ? "v3" : "v2",
      deviceId,
      clientId: text("clientId") ?? "",
      clientMode: text("clientMode") ?? "",
      role: text("role") ?? "",
      scopes: at(input, "scopes") as readonly string[],
      signedAtMs: Number(at(input, "signedAtMs")),
      token: text("token"),
      nonce: text("nonce") ?? "",
      platform: text("platform"),
      deviceFamily: text("deviceFamily"),
    });
    return payload === vector["payload"] ? [] : [`recorded ${String(vector["payload"])}, built ${payload}`];
  });
}
