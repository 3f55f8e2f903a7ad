import type { Migration } from "../migrate.ts";
import { initial } from "./0001-initial.ts";

/** Every step of the schema, oldest first. Released ones are never edited; a change is a new one at the end. */
export const MIGRATIONS: readonly Migration[] = [initial];
