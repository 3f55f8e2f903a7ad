import { createServer } from "node:http";
import { createGateway } from "@openclaw/gateway-core";

const server = createServer((request, response) => {
  if (!gateway.handleRequest(request, response)) response.end("the host's own page\n");
});
const gateway = createGateway({
  server,
  config: { gateway: { auth: { token: process.env.TOKEN ?? "embedded-example" } } },
});

server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", async () => {
  await gateway.start();
  console.log(`host and gateway share ${gateway.address?.httpUrl}`);
});
process.once("SIGINT", () => void gateway.close().then(() => server.close()));
