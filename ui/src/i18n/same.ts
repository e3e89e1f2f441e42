/** Texts that are the same in another language as in English, by rights: names, and words it shares. */
export const SAME: ReadonlySet<string> = new Set([
  "Pforte",
  "ISO 8601",
  "Station",
  "Stations",
  "Roles",
  "Applications",
  "Notice",
  "No",
  "Error",
  "Name",
  "Person",
  "Directory",
  "Tank 1",
]);
