import type { Migration } from "../migrate.ts";
import { initial } from "./0001-initial.ts";
import { usageAndSettings } from "./0002-usage-and-settings.ts";
import { nodes } from "./0003-nodes.ts";
import { audit } from "./0004-audit.ts";
import { archives } from "./0005-archives.ts";

/** Every step of the schema, oldest first. Released ones are never edited; a change is a new one at the end. */
export const MIGRATIONS: readonly Migration[] = [initial, usageAndSettings, nodes, audit, archives];
