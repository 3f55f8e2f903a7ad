import { describe, expect, test } from "vitest";

import { CLIENT_IDS, CLIENT_MODES, parseConnectParams } from "./connect.ts";

const client = { id: "cli", version: "1.0.0", platform: "linux", mode: "cli" };
const params = { minProtocol: 3, maxProtocol: 3, client, role: "operator", scopes: [], caps: [] };
const textOf = (input: unknown) => {
  const parsed = parseConnectParams(input);
  return parsed.ok ? undefined : parsed.text;
};

describe("parseConnectParams", () => {
  test("accepts the smallest connect", () => {
    expect(parseConnectParams({ minProtocol: 3, maxProtocol: 4, client })).toMatchObject({ ok: true });
  });

  test("accepts everything either dialect's clients send", () => {
    const full = {
      ...params,
      client: {
        ...client,
        displayName: "d",
        deviceFamily: "Linux",
        modelIdentifier: "m",
        instanceId: "i",
        buildId: "b",
        timeZone: "UTC",
      },
      commands: ["system.run"],
      permissions: { camera: true },
      pathEnv: "/bin",
      auth: {
        token: "t",
        deviceToken: "d",
        password: "p",
        bootstrapToken: "b",
        approvalRuntimeToken: "a",
        agentRuntimeIdentityToken: "i",
      },
      device: { id: "i", publicKey: "k", signature: "s", signedAt: 0, nonce: "n" },
      locale: "en",
      userAgent: "ua",
      computerUse: true,
      workerRuns: { a: 1 },
      modelCatalog: { agentId: "main" },
    };
    expect(parseConnectParams(full)).toEqual({ ok: true, value: full });
  });

  test("lists every problem of a dialect 3 connect in the words its clients know", () => {
    const { version: _, ...noVersion } = client;
    expect(textOf({ ...params, client: { ...noVersion, id: "not-a-client" }, foo: 1 })).toBe(
      "at root: unexpected property 'foo'; at /client: must have required property 'version'; " +
        "at /client/id: must be equal to constant; at /client/id: must match a schema in anyOf",
    );
  });

  test("words the problems of a dialect 4 connect for its clients", () => {
    expect(textOf({ ...params, minProtocol: 4, maxProtocol: 4, client: { ...client, id: "my-app" } })).toBe(
      "at /client/id: must be equal to one of the allowed values",
    );
  });

  test("names a missing part of a device proof", () => {
    const device = { id: "i", publicKey: "k", signature: "s", signedAt: 0 };
    expect(textOf({ ...params, device })).toBe("at /device: must have required property 'nonce'");
  });

  test("asks for every required key when there are no params", () => {
    expect(textOf(undefined)).toBe(
      "must have required property 'minProtocol'; must have required property 'maxProtocol'; must have required property 'client'",
    );
  });

  test("refuses the mode `operator` that old samples show", () => {
    expect(textOf({ ...params, client: { ...client, mode: "operator" } })).toMatch(
      "at /client/mode: must be equal to constant",
    );
  });

  test("refuses keys of a prototype", () => {
    expect(textOf(JSON.parse(JSON.stringify(params).replace("{", '{"__proto__":{},')))).toBe(
      "at root: unexpected property '__proto__'",
    );
  });
});

describe("CLIENT_IDS and CLIENT_MODES", () => {
  test("accept every id with every mode", () => {
    for (const id of CLIENT_IDS) {
      for (const mode of CLIENT_MODES)
        expect(textOf({ ...params, client: { ...client, id, mode } })).toBeUndefined();
    }
  });
});
