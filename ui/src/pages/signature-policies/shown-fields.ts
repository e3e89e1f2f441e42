/** How each field is shown where two versions of a policy stand side by side. */
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format";
import { type Duration, secondsOf } from "../../parts/signature/duration";
import { useRulesTelling } from "../../parts/signature/telling";
import { type FIELDS, type Form, reasonsOf } from "./form";

export interface ShownField {
  field: (typeof FIELDS)[number];
  label: string;
  show: (form: Form) => string;
}

export function useShownFields(): readonly ShownField[] {
  const { t } = useTranslation("signature-policies");
  const { list } = useFormat();
  const telling = useRulesTelling();
  const yes = (on: boolean): string => t(on ? "yes" : "no");
  const names = (things: readonly { name: string }[]): string => list(things.map((one) => one.name)) || "–";
  const time = (span: Duration | null, none: string): string => {
    if (span === null) return none;
    const seconds = secondsOf(span);
    return seconds === undefined ? span.amount : telling.duration(seconds);
  };
  return [
    { field: "name", label: t("name"), show: (form) => form.name },
    { field: "enabled", label: t("enabled"), show: (form) => yes(form.enabled) },
    { field: "actions", label: t("actions"), show: (form) => list(form.actions) || "–" },
    { field: "areas", label: t("areas"), show: (form) => names(form.areas) },
    {
      field: "steps",
      label: t("steps"),
      show: (form) => form.steps.map((one, at) => `${at + 1}. ${telling.step(one)}`).join("\n") || "–",
    },
    { field: "ordered", label: t("ordered"), show: (form) => yes(form.ordered) },
    { field: "oneStation", label: t("oneStation"), show: (form) => yes(form.oneStation) },
    { field: "performerDiffers", label: t("performerDiffers"), show: (form) => yes(form.performerDiffers) },
    { field: "onePersonOnce", label: t("onePersonOnce"), show: (form) => yes(form.onePersonOnce) },
    { field: "when", label: t("when"), show: (form) => t(`whens.${form.when}`) },
    { field: "reason", label: t("reason"), show: (form) => telling.demand(form.reason) },
    { field: "reasons", label: t("reasons"), show: (form) => reasonsOf(form).join("\n") || "–" },
    { field: "comment", label: t("comment"), show: (form) => telling.demand(form.comment) },
    { field: "valid", label: t("valid"), show: (form) => time(form.valid, t("never")) },
    { field: "continuous", label: t("continuous"), show: (form) => time(form.continuous, "–") },
    { field: "strength", label: t("strength"), show: (form) => telling.proof(form.strength) },
    { field: "cancelRoles", label: t("cancelRoles"), show: (form) => names(form.cancelRoles) },
  ];
}
