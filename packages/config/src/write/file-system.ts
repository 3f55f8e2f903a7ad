import {
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
} from "node:fs/promises";

/** The calls of `node:fs/promises` that writing makes; injectable, so that a test can let one fail. */
export interface FileSystem {
  readonly lstat: typeof lstat;
  readonly mkdir: typeof mkdir;
  readonly open: typeof open;
  readonly readdir: typeof readdir;
  readonly readFile: typeof readFile;
  readonly readlink: typeof readlink;
  readonly realpath: typeof realpath;
  readonly rename: typeof rename;
  readonly rm: typeof rm;
  readonly stat: typeof stat;
}

/** The file system of this machine; a command line that writes nothing does not load it. */
export const fileSystem: FileSystem = {
  get lstat() {
    return lstat;
  },
  get mkdir() {
    return mkdir;
  },
  get open() {
    return open;
  },
  get readdir() {
    return readdir;
  },
  get readFile() {
    return readFile;
  },
  get readlink() {
    return readlink;
  },
  get realpath() {
    return realpath;
  },
  get rename() {
    return rename;
  },
  get rm() {
    return rm;
  },
  get stat() {
    return stat;
  },
};
