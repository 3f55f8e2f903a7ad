import { test, expect } from "vitest";
import { createGateway } from "@openclaw/gateway-core";
test("starts", async () => {
  const g = createGateway({ config: { gateway: { mode: "local", auth: { mode: "token", token: "t0ken" } } }, flags: { port: 0 } as never, logger: console });
  const a = await g.start();
  console.log(a);
  await g.close();
});
