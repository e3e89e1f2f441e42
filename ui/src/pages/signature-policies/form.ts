/** A policy as it stands in the form. */
import type { Schema } from "../../api/client";
import { type Duration, durationOf, secondsOf } from "../../parts/signature/duration";
import type { Rules } from "../../parts/signature/rules";
import type { Named, Policy } from "./data";

export interface StepForm {
  /** Tells the steps apart while they are put in order. */
  key: string;
  roles: Named[];
  count: number;
  meaning: string;
}

export interface Form {
  name: string;
  enabled: boolean;
  /** Full names of rights. */
  actions: string[];
  areas: Named[];
  steps: StepForm[];
  ordered: boolean;
  oneStation: boolean;
  performerDiffers: boolean;
  onePersonOnce: boolean;
  when: string;
  reason: string;
  /** One in each line. */
  reasons: string;
  comment: string;
  /** `null`: it does not expire. */
  valid: Duration | null;
  /** `null`: name and password each time. */
  continuous: Duration | null;
  strength: string;
  cancelRoles: Named[];
}

/** The bounds of the server. */
export const MOST = {
  actions: 200,
  steps: 10,
  roles: 10,
  count: 5,
  reasons: 50,
  reasonChars: 200,
  name: 128,
  validSeconds: 366 * 86_400,
  continuousSeconds: 12 * 3_600,
} as const;
const LEAST_VALID = 10;

/** What changes in the form; what it says of the policy itself stays out. */
export const FIELDS = [
  "name",
  "enabled",
  "actions",
  "areas",
  "steps",
  "ordered",
  "oneStation",
  "performerDiffers",
  "onePersonOnce",
  "when",
  "reason",
  "reasons",
  "comment",
  "valid",
  "continuous",
  "strength",
  "cancelRoles",
] as const;

const step = (key: string, meaning: string): StepForm => ({ key, roles: [], count: 1, meaning });

/** What most policies begin with. */
export const EMPTY: Form = {
  name: "",
  enabled: true,
  actions: [],
  areas: [],
  steps: [step("first", "performed")],
  ordered: true,
  oneStation: false,
  performerDiffers: true,
  onePersonOnce: true,
  when: "before",
  reason: "optional",
  reasons: "",
  comment: "optional",
  valid: { amount: "10", unit: "minute" },
  continuous: null,
  strength: "single",
  cancelRoles: [],
};

let made = 0;

/** One more step, after those that there are. */
export const newStep = (): StepForm => {
  made += 1;
  return step(`new${made}`, "approved");
};

/** In an order that depends on nothing but the things, so that the same choice is the same form. */
export const inOrder = (things: readonly Named[]): Named[] =>
  things.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));

export const formOf = (policy: Policy): Form => ({
  name: policy.name,
  enabled: policy.enabled,
  actions: policy.actions.map((action) => action.name).toSorted(),
  areas: inOrder(policy.areas),
  steps: policy.steps.map(({ roles, count, meaning }, at) => ({ key: `${at}`, roles, count, meaning })),
  ordered: policy.ordered,
  oneStation: policy.one_station,
  performerDiffers: policy.performer_differs,
  onePersonOnce: policy.one_person_once,
  when: policy.when,
  reason: policy.reason,
  reasons: policy.reasons.join("\n"),
  comment: policy.comment,
  valid: policy.valid_seconds ? durationOf(policy.valid_seconds) : null,
  continuous: policy.continuous_seconds > 0 ? durationOf(policy.continuous_seconds) : null,
  strength: policy.strength,
  cancelRoles: policy.cancel_roles,
});

/** The reasons that stand in the field; none where no reason is asked for. */
export const reasonsOf = ({ reason, reasons }: Pick<Form, "reason" | "reasons">): string[] =>
  reason === "none"
    ? []
    : reasons
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "");

/** The rules as the API tells them, as far as they are typed. */
export const rulesOf = (form: Form): Rules => ({
  steps: form.steps.map(({ roles, count, meaning }) => ({ roles, count, meaning })),
  ordered: form.ordered,
  one_station: form.oneStation,
  performer_differs: form.performerDiffers,
  one_person_once: form.onePersonOnce,
  when: form.when,
  reason: form.reason,
  reasons: reasonsOf(form),
  comment: form.comment,
  valid_seconds: form.valid === null ? null : (secondsOf(form.valid) ?? null),
  continuous_seconds: form.continuous === null ? 0 : (secondsOf(form.continuous) ?? 0),
  strength: form.strength,
  cancel_roles: form.cancelRoles,
});

const ids = (things: readonly Named[]): string[] => things.map((one) => one.id);

/** What the API takes. */
export function toApi(form: Form, version?: number): Schema<"PutSignaturePolicy"> {
  const { steps, cancel_roles, valid_seconds, ...rules } = rulesOf(form);
  return {
    ...rules,
    name: form.name.trim(),
    enabled: form.enabled,
    actions: form.actions,
    areas: ids(form.areas),
    steps: steps.map(({ roles, count, meaning }) => ({ roles: ids(roles), count, meaning })),
    cancel_roles: ids(cancel_roles),
    valid_seconds: valid_seconds ?? null,
    ...(version === undefined ? {} : { version }),
  };
}

/** What cannot be saved so. */
export interface Wrong {
  name: boolean;
  actions: boolean;
  areas: boolean;
  /** The steps without a role, by their keys. */
  steps: ReadonlySet<string>;
  noStep: boolean;
  reasons: boolean;
  valid: boolean;
  continuous: boolean;
}

export function wrongOf(form: Form): Wrong {
  const valid = form.valid === null ? LEAST_VALID : secondsOf(form.valid);
  const continuous = form.continuous === null ? 1 : secondsOf(form.continuous);
  return {
    name: form.name.trim() === "",
    actions: form.actions.length === 0 || form.actions.length > MOST.actions,
    areas: form.areas.length === 0,
    steps: new Set(form.steps.filter((one) => one.roles.length === 0).map((one) => one.key)),
    noStep: form.steps.length === 0,
    reasons: !reasonsFit(reasonsOf(form)),
    valid: valid === undefined || valid < LEAST_VALID || valid > MOST.validSeconds,
    continuous: continuous === undefined || continuous > MOST.continuousSeconds,
  };
}

const reasonsFit = (reasons: readonly string[]): boolean =>
  reasons.length <= MOST.reasons &&
  new Set(reasons).size === reasons.length &&
  reasons.every((reason) => [...reason].length <= MOST.reasonChars);

export const isValid = (form: Form): boolean =>
  Object.values(wrongOf(form)).every((wrong) => (wrong instanceof Set ? wrong.size === 0 : !wrong));
