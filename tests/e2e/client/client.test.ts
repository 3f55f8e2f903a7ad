import { test } from "vitest";

import { hasRecordings } from "./recorded-gateway.ts";
import { clientSuite } from "./suite.ts";
import { recorded, scripted, started } from "./targets.ts";

const targets = [scripted, started, ...(hasRecordings ? [recorded] : [])];
for (const target of targets) for (const dialect of [3, 4] as const) clientSuite(target(dialect));

if (!hasRecordings) test.skip("recordings of other gateways are not on this machine");
