/** What is wrong just now, the worst first. */
import type { Directory, Overview } from "./data";

export type Trouble =
  | { kind: "log"; code: string }
  | { kind: "directory"; directory: Directory }
  | { kind: "servers"; directory: Directory }
  | { kind: "emergency"; count: number };

export function troublesOf({ log, directories, sessions }: Overview): Trouble[] {
  const used = directories.filter((directory) => directory.enabled);
  const down = used.filter((directory) => !directory.up);
  const weak = used.filter((directory) => directory.up && directory.servers.some((server) => !server.up));
  const emergency = sessions?.emergency ?? 0;
  return [
    ...(log.writable ? [] : [{ kind: "log" as const, code: log.code ?? "log-unwritable" }]),
    ...down.map((directory) => ({ kind: "directory" as const, directory })),
    ...(emergency > 0 ? [{ kind: "emergency" as const, count: emergency }] : []),
    ...weak.map((directory) => ({ kind: "servers" as const, directory })),
  ];
}

const FAULTS = [
  { name: "network", of: /^(name-not-resolved|connect-|no-server)/ },
  { name: "certificate", of: /^(certificate-|tls-)/ },
  { name: "account", of: /^(service-account-|account-restricted|bind-not-allowed)/ },
  { name: "connection", of: /^ldap-/ },
] as const;

/** What kind of fault the code of a directory's server is; the page of the directory tells it in full. */
export const faultOf = (code: string | null | undefined): (typeof FAULTS)[number]["name"] | "other" =>
  FAULTS.find(({ of }) => of.test(code ?? ""))?.name ?? "other";
