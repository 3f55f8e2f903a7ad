import { describe, expect, test } from "vitest";
import { explainListeners } from "./explain-listeners.ts";

const holders = (...commands: string[]) =>
  commands.map((command, index) => ({
    process: { pid: index + 2, ppid: 1, startTime: "1", uid: 0, user: "root", name: "x", command },
    addresses: ["127.0.0.1:18789"],
  }));
const explain = (...commands: string[]) =>
  explainListeners({ holders: holders(...commands), hiddenOwners: [] }, "openclaw --profile work");

describe("explainListeners", () => {
  test("names a gateway and the way to stop it", () => {
    const text =
      "Gateway already running locally. Stop it (openclaw --profile work gateway stop) or use a different port.";
    expect([explain("openclaw-gateway"), explain("python3", "node openclaw.js gateway")]).toEqual([
      text,
      text,
    ]);
  });

  test.each(["ssh -N -L 18789:127.0.0.1:18789 user@host", "/usr/bin/ssh -f host", "autossh -M 0 host"])(
    "names an SSH tunnel: %s",
    (command) => {
      expect(explain(command)).toMatch(/^An SSH tunnel listens on this port\./);
    },
  );

  test("takes a program whose name only holds those letters for any other", () => {
    expect(explain("sshd: user", "x")).toBe("Several processes are listening on this port.");
    expect(explain("node ssh.js")).toBe("Another process is listening on this port.");
  });

  test("says who could look when this user cannot", () => {
    expect(explainListeners({ holders: [], hiddenOwners: ["www", "root"] }, "openclaw")).toBe(
      "Port is in use but process details are unavailable (run as www or root or as an admin user).",
    );
    expect(explain()).toContain("(run as the listener's user or as an admin user)");
  });
});
