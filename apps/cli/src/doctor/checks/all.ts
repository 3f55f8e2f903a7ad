import type { Check } from "../examination.ts";
import { checkKeys, checkText, checkValues, checkWarnings } from "./config.ts";
import { checkCrashes } from "./crashes.ts";
import { checkGateway } from "./gateway.ts";
import { checkNeighbours } from "./neighbours.ts";
import { checkSecurity } from "./security.ts";
import { checkDrift, checkOthers, checkSupervisor } from "./service.ts";
import { checkAuth, checkGuards, checkMode, checkVariables } from "./start.ts";
import { checkFiles, checkFolder, checkNames } from "./state-folder.ts";
import { checkStoreFile } from "./store.ts";

/** Every check, in the order of service.md §11: what others rely on comes first. */
export const CHECKS: readonly Check[] = [
  checkNames,
  checkText,
  checkKeys,
  checkValues,
  checkWarnings,
  checkMode,
  checkVariables,
  checkGuards,
  checkAuth,
  checkFolder,
  checkFiles,
  checkStoreFile,
  checkCrashes,
  checkOthers,
  checkNeighbours,
  checkDrift,
  checkSecurity,
  checkSupervisor,
  checkGateway,
];
