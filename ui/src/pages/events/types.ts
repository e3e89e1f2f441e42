/** The catalogue of events, in the order of the model; a test compares it with the model's own source. */

export const CATEGORIES = ["session", "directory", "rights", "signature", "plant", "system"] as const;
export type Category = (typeof CATEGORIES)[number];

export const SEVERITIES = ["info", "warning", "alarm"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const RESULTS = ["done", "refused", "failed"] as const;
export type Result = (typeof RESULTS)[number];

export interface EventType {
  id: string;
  category: Category;
  severity: Severity;
}

const type = (id: string, category: Category, severity: Severity): EventType => ({ id, category, severity });

export const TYPES: readonly EventType[] = [
  type("logged-on", "session", "info"),
  type("log-on-refused", "session", "warning"),
  type("log-ons-refused", "session", "warning"),
  type("logged-off", "session", "info"),
  type("user-changed", "session", "info"),
  type("session-ended", "session", "info"),
  type("session-expired", "session", "info"),
  type("session-refreshed", "session", "info"),
  type("sessions-not-refreshed", "session", "warning"),
  type("password-guessing", "session", "alarm"),
  type("user-created", "directory", "info"),
  type("user-edited", "directory", "info"),
  type("user-disabled", "directory", "info"),
  type("user-enabled", "directory", "info"),
  type("password-set", "directory", "info"),
  type("password-changed", "directory", "info"),
  type("user-adopted", "directory", "info"),
  type("person-changed", "directory", "info"),
  type("group-created", "directory", "info"),
  type("group-changed", "directory", "info"),
  type("group-adopted", "directory", "info"),
  type("member-added", "directory", "info"),
  type("member-removed", "directory", "info"),
  type("directory-added", "directory", "info"),
  type("directory-changed", "directory", "info"),
  type("directory-removed", "directory", "info"),
  type("directory-tested", "directory", "info"),
  type("directory-queried", "directory", "info"),
  type("directory-lost", "directory", "warning"),
  type("directory-found", "directory", "info"),
  type("directory-unproven", "directory", "warning"),
  type("role-created", "rights", "info"),
  type("role-changed", "rights", "info"),
  type("role-removed", "rights", "info"),
  type("assignment-created", "rights", "info"),
  type("assignment-changed", "rights", "info"),
  type("assignment-removed", "rights", "info"),
  type("act-decided", "rights", "info"),
  type("signature-policy-created", "signature", "info"),
  type("signature-policy-changed", "signature", "info"),
  type("signature-policy-removed", "signature", "info"),
  type("signature-requested", "signature", "info"),
  type("signed", "signature", "info"),
  type("signing-refused", "signature", "warning"),
  type("signature-request-complete", "signature", "info"),
  type("signature-request-refused", "signature", "warning"),
  type("signature-request-cancelled", "signature", "info"),
  type("signature-request-expired", "signature", "warning"),
  type("signature-acknowledged", "signature", "info"),
  type("signature-key-added", "system", "info"),
  type("area-created", "plant", "info"),
  type("area-changed", "plant", "info"),
  type("area-removed", "plant", "info"),
  type("station-registered", "plant", "info"),
  type("station-changed", "plant", "info"),
  type("station-credential-renewed", "plant", "info"),
  type("station-installed", "plant", "info"),
  type("station-forgotten", "plant", "info"),
  type("station-removed", "plant", "info"),
  type("application-registered", "plant", "info"),
  type("application-changed", "plant", "info"),
  type("application-credential-renewed", "plant", "info"),
  type("webhook-lost", "plant", "warning"),
  type("webhook-found", "plant", "info"),
  type("application-removed", "plant", "info"),
  type("rights-registered", "plant", "info"),
  type("set-up", "system", "info"),
  type("first-administrator", "system", "warning"),
  type("set-up-refused", "system", "alarm"),
  type("server-started", "system", "info"),
  type("server-stopped", "system", "info"),
  type("clock-jumped", "system", "warning"),
  type("log-gap", "system", "alarm"),
  type("call-refused", "system", "warning"),
];

const known = new Map(TYPES.map((one) => [one.id, one]));

/** A type by its identifier; none for one of a newer server. */
export const typeOf = (id: string): EventType | undefined => known.get(id);
