import { expect, test } from "vitest";
import { hideSecrets } from "./audit.ts";

test.each<[readonly string[], readonly string[]]>([
  [
    ["gateway", "--token", "x", "--port", "1"],
    ["gateway", "--token", "***", "--port", "1"],
  ],
  [
    ["--password=x", "--remote-token=a=b"],
    ["--password=***", "--remote-token=***"],
  ],
  [
    ["onboard", "--gateway-password", "x", "--openai-api-key", "y"],
    ["onboard", "--gateway-password", "***", "--openai-api-key", "***"],
  ],
  [
    ["config", "set", "a", "b"],
    ["config", "set", "a", "b"],
  ],
])("hides the values of secret flags in %j", (argv, shown) => {
  expect(hideSecrets(argv)).toEqual(shown);
});
