// Where the files lie, and what they are called.
export { chosenName, dailyNames, fixedName, type LogFileNames } from "./log-file-name.ts";
export { findLogFolder, type LogFolderOptions, resolveLogFolder } from "./log-folder.ts";

// Writing.
export { LogFile, type LogFileOptions } from "./log-file.ts";
export type { Retention } from "./log-retention.ts";

// Reading.
export { type LogTail, type LogTailRequest, tailLog } from "./tail-log.ts";
