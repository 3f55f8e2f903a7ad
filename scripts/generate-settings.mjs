// Writes the table of all settings into docs/configuration.md. `npm run check:docs` says when it is stale.
import { readFileSync, writeFileSync } from "node:fs";
import { documentPath, withSettings } from "./settings-reference.mjs";

writeFileSync(documentPath, await withSettings(readFileSync(documentPath, "utf8")));
