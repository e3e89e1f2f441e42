/** What the rules of a signature policy mean, in the reader's words. */
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format";
import { durationTold } from "./duration";
import { DEMANDS, MEANINGS, type Named, PROOFS, type Rules, STATES, type Step } from "./rules";

/** Names in a sentence; more of them are counted. */
const MOST_NAMES = 5;

/** A name within a sentence: its own direction must not turn the words around it. */
const isolated = (name: string): string => `\u2068${name}\u2069`;

/** What is signed so, and where. */
export interface Scope {
  actions: readonly string[];
  areas: readonly Named[];
  enabled: boolean;
}

export interface Telling {
  meaning: (meaning: string) => string;
  proof: (strength: string) => string;
  demand: (demand: string) => string;
  state: (state: string) => string;
  duration: (seconds: number) => string;
  /** `2 × Quality or Shift lead as “approved”`. */
  step: (step: Step) => string;
  /** All of it in a few sentences; with a scope also what is signed where. */
  sentences: (rules: Rules, scope?: Scope) => string;
}

const within = (words: readonly string[], word: string): boolean => words.includes(word);

export function useRulesTelling(): Telling {
  const { t, i18n } = useTranslation("signature-parts");
  const format = useFormat();
  const either = new Intl.ListFormat(i18n.language, { type: "disjunction" });

  const shortened = (all: readonly string[]): string[] => {
    const told = all.slice(0, MOST_NAMES).map(isolated);
    const more = all.length - told.length;
    return more > 0 ? [...told, t("moreNames", { count: more })] : told;
  };
  const roles = (all: readonly Named[]): string =>
    either.format(shortened(all.map((one) => one.name))) || "…";
  const meaning = (asked: string): string => (within(MEANINGS, asked) ? t(`meanings.${asked}`) : asked);
  const proof = (asked: string): string => (within(PROOFS, asked) ? t(`proofs.${asked}`) : asked);
  const demand = (asked: string): string => (within(DEMANDS, asked) ? t(`demands.${asked}`) : asked);
  const state = (asked: string): string => (within(STATES, asked) ? t(`states.${asked}`) : asked);
  const duration = (seconds: number): string => durationTold(seconds, i18n.language);
  const step = (one: Step): string =>
    t("step", { n: format.number(one.count), roles: roles(one.roles), meaning: meaning(one.meaning) });

  const scoped = ({ actions, areas, enabled }: Scope, rules: Rules): string[] => {
    const told = {
      actions: format.list(shortened(actions)) || "…",
      areas: format.list(shortened(areas.map((one) => one.name))) || "…",
    };
    const isAfter = rules.when === "after";
    return [...(enabled ? [] : [t("switchedOff")]), t(isAfter ? "scopeAfter" : "scopeBefore", told)];
  };
  const asked = ({ reason, reasons, comment }: Rules): string[] => [
    ...(reason === "none"
      ? []
      : [
          reasons.length > 0
            ? t(`reasonOfList.${reason}`, { count: reasons.length })
            : t(`reasonFree.${reason}`),
        ]),
    ...(comment === "none" ? [] : [t(`commentAsked.${comment}`)]),
  ];
  // Where sentences end with a full stop as wide as a letter, no gap follows.
  const gap = /^(ja|zh)/.test(i18n.language) ? "" : " ";
  const sentences = (rules: Rules, scope?: Scope): string => {
    const steps = rules.steps.map(step);
    const several = steps.length > 1;
    return [
      ...(scope === undefined ? [] : scoped(scope, rules)),
      several && rules.ordered
        ? t("inOrder", { steps: steps.join(" → ") })
        : t(several ? "anyOrder" : "oneStep", { steps: several ? format.list(steps) : (steps[0] ?? "…") }),
      ...(rules.one_person_once ? [t("onceEach")] : [t("severalTimes")]),
      ...(rules.performer_differs ? [t("performerOnly", { meaning: meaning("performed") })] : []),
      ...(rules.one_station ? [t("sameStation")] : []),
      rules.continuous_seconds > 0
        ? t("passwordAlone", { time: duration(rules.continuous_seconds) })
        : t("bothEachTime"),
      ...(rules.strength === "strong" ? [t("strongProof", { strength: proof("strong") })] : []),
      ...asked(rules),
      rules.valid_seconds ? t("expiresAfter", { time: duration(rules.valid_seconds) }) : t("neverExpires"),
      rules.cancel_roles.length > 0
        ? t("cancelBy", { roles: roles(rules.cancel_roles) })
        : t("cancelByApplication"),
    ].join(gap);
  };
  return { meaning, proof, demand, state, duration, step, sentences };
}
