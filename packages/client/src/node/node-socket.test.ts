import { createServer } from "node:https";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { encodeEvent, encodeResponse, parseRequestFrame } from "@openclaw/protocol";
import { describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";

import { connectNode } from "../node.ts";
import { helloOk } from "../testing/index.ts";

// A certificate nobody signed, for a name nobody asks for; made for this test, valid for a hundred years.
const CERT = `
-----BEGIN CERTIFICATE-----
MIIBhTCCASugAwIBAgIULQ71fMpNFmH+u4TS1Ba7Sv14rYIwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMZ2F0ZXdheS50ZXN0MCAXDTI2MTEyMjE3MjIwNFoYDzIxMjYx
MDI5MTcyMjA0WjAXMRUwEwYDVQQDDAxnYXRld2F5LnRlc3QwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAARGSydHiIuUnd9uXMZ4azs5siRf34z1NRb648iC9fupn5lg
Nq7dStEkSvMneBaeUCuECKMZEL6we/Er8jP3stWdo1MwUTAdBgNVHQ4EFgQUUHjH
KHt50o2x1yQ79u1Lk3EIOJEwHwYDVR0jBBgwFoAUUHjHKHt50o2x1yQ79u1Lk3EI
OJEwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA9UF+gqgDUrac
gcPxmqY350O2kam1tITrPzbgfBnSwzYCIFeO04c1VLIaMGorVJDhBgupNeoVFz5G
9G5sUO2RDTtx
-----END CERTIFICATE-----
`;
const KEY = `
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgEKkMmFphnyDzBA0E
/+9frcWd3gNavS1D9MAqt0b1pj+hRANCAARGSydHiIuUnd9uXMZ4azs5siRf34z1
NRb648iC9fupn5lgNq7dStEkSvMneBaeUCuECKMZEL6we/Er8jP3stWd
-----END PRIVATE KEY-----
`;
const FINGERPRINT =
  "BD:4D:0A:6E:BD:46:A2:E3:7D:3B:1A:0C:23:0D:9E:02:30:EA:61:0B:DA:AE:F4:06:A4:05:3B:2F:30:DB:E3:55";

async function startTlsGateway() {
  const server = createServer({ cert: CERT, key: KEY }).listen(0, "127.0.0.1");
  const sockets = new WebSocketServer({ server });
  const seen = { upgrades: 0 };
  sockets.on("connection", (socket) => {
    seen.upgrades += 1;
    socket.send(encodeEvent("connect.challenge", JSON.stringify({ nonce: "n", ts: Date.now() })));
    socket.on("message", (data: Buffer) => {
      const parsed = parseRequestFrame(data.toString("utf8"));
      if (parsed.kind !== "request") return;
      socket.send(encodeResponse({ id: parsed.frame.id, ok: true, payload: helloOk({ role: "operator" }) }));
    });
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const end = async () => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  return { url: `wss://127.0.0.1:${port}`, seen, [Symbol.asyncDispose]: end };
}

describe("a pinned certificate", () => {
  test.each([
    FINGERPRINT,
    `sha256:${FINGERPRINT.toLowerCase()}`,
    FINGERPRINT.replaceAll(":", ""),
    FINGERPRINT.replaceAll(":", " "),
  ])("is accepted without an authority, written as %s", async (tlsFingerprint) => {
    await using gateway = await startTlsGateway();
    const client = await connectNode({ url: gateway.url, tlsFingerprint });
    expect(client.hello?.protocol).toBe(4);
    await client.close();
  });

  test("keeps every other server from hearing anything", async () => {
    await using gateway = await startTlsGateway();
    const tlsFingerprint = "00".repeat(32);
    const error = await connectNode({ url: gateway.url, tlsFingerprint }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: "untrusted", nextStep: expect.stringContaining("fingerprint") });
    expect(gateway.seen.upgrades).toBe(0);
  });

  test("is the only way to trust a certificate that nobody signed", async () => {
    await using gateway = await startTlsGateway();
    await expect(connectNode({ url: gateway.url })).rejects.toMatchObject({ code: "untrusted" });
  });

  test("is refused where it could not be checked: bad digits, no TLS", async () => {
    await expect(connectNode({ url: "wss://127.0.0.1:1", tlsFingerprint: "abc" })).rejects.toThrow(TypeError);
    await expect(connectNode({ url: "ws://127.0.0.1:1", tlsFingerprint: FINGERPRINT })).rejects.toThrow(
      "a pinned certificate needs a wss: address",
    );
  });
});
