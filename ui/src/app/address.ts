/** Addresses as people read and write them: plain texts behind the question mark. */

/** The parameters of an address; the first of a name counts. */
export function readSearch(search: string): Record<string, string> {
  const params: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(search)) {
    if (!(name in params)) params[name] = value;
  }
  return { ...params };
}

/** The part of an address behind the path. */
export function writeSearch(params: Record<string, unknown>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== null && value !== "") search.append(name, String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

const HERE = "https://here.invalid";

/**
 * Where to go after the log-on: an address of this server's own pages, or nowhere. An address that was
 * sent to somebody must not lead elsewhere.
 */
export function ownAddress(to: string | undefined): string | undefined {
  if (to === undefined || !URL.canParse(to, HERE)) return undefined;
  const url = new URL(to, HERE);
  const own = url.origin === HERE && /^\/(admin|hmi|sign|station|waiting)(\/|$)/.test(url.pathname);
  return own ? url.pathname + url.search : undefined;
}
