import { describe, expect, test } from "vitest";
import { scriptedAgents } from "../testing/scripted-agents.ts";
import { testApp } from "../testing/test-app.ts";

const two = scriptedAgents({}, [{ id: "main" }, { id: "beta" }]);
const model = (id: string) => ({ id, object: "model", created: 0, owned_by: "openclaw", permission: [] });

describe("GET /v1/models", () => {
  test("lists the default agent under both its names and every agent under its id", async () => {
    const response = await testApp({ agents: two }).send("/v1/models");
    const ids = ["openclaw", "openclaw/default", "openclaw/main", "openclaw/beta"];
    expect([response.status, await response.json()]).toEqual([200, { object: "list", data: ids.map(model) }]);
  });

  test.each(["openclaw", "openclaw/beta", "openclaw%2Fbeta", "openclaw/default"])("shows %s", async (id) => {
    const response = await testApp({ agents: two }).send(`/v1/models/${id}`);
    expect([response.status, await response.json()]).toEqual([200, model(decodeURIComponent(id))]);
  });

  test.each([
    ["nope", 400, "Invalid model id."],
    ["openclaw%252Fbeta", 400, "Invalid model id."],
    ["openclaw%2F..%2F..", 400, "Invalid model id."],
    ["%ff", 400, "Invalid model id encoding."],
    ["openclaw/ghost", 404, "Model 'openclaw/ghost' not found."],
  ])("answers an id it cannot show: %s", async (id, status, message) => {
    const response = await testApp({ agents: two }).send(`/v1/models/${id}`);
    expect([response.status, await response.json()]).toEqual([
      status,
      { error: { message, type: "invalid_request_error" } },
    ]);
  });

  test("answers other methods with 405 before it looks at credentials", async () => {
    const response = await testApp().send("/v1/models", { method: "POST", isAnonymous: true });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET"]);
  });

  test.each([
    [{ chatCompletions: { enabled: false }, responses: { enabled: false } }, 404],
    [{ chatCompletions: { enabled: false }, responses: { enabled: true } }, 200],
  ])("is served when an OpenAI endpoint is enabled: %j gives %i", async (config, status) => {
    expect((await testApp({ config }).send("/v1/models")).status).toBe(status);
  });

  test("T-AZ-05 needs the scope of models.list", async () => {
    const response = await testApp({ grant: { scopes: ["operator.pairing"] } }).send("/v1/models");
    const error = { type: "forbidden", message: "missing scope: operator.read" };
    expect([response.status, await response.json()]).toEqual([403, { ok: false, error }]);
  });

  test("T-AZ-19 refuses a node, whatever its scopes", async () => {
    const response = await testApp({ grant: { role: "node" } }).send("/v1/models");
    expect(response.status).toBe(403);
  });
});
