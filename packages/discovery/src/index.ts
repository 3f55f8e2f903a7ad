// Being found.
export { announce, type Announcer, type AnnouncerOptions } from "./announce/announcer.ts";
export type { AnnouncedGateway, AnnounceMode } from "./announce/service.ts";

// Finding others.
export { browse, type BrowseOptions, type BrowseResult } from "./browse/browse.ts";
export type { Beacon } from "./browse/beacon.ts";

// Where there are neighbours.
export { type Link, localLinks } from "./links/link.ts";
