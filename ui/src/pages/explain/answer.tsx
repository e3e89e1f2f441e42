/** A decision with its reason: the way from the person to the right, as a picture of its steps. */
import {
  iconClose,
  iconKey,
  iconRoles,
  iconSingleCheck,
  iconUser,
  iconUserGroup,
} from "@siemens/ix-icons/icons";
import { IxIcon } from "@siemens/ix-react";
import { useTranslation } from "react-i18next";
import { type Missing, namesOf, type Reason, type Step, type StepKind, stepsOf } from "./reason";
import "./explain.css";

const ICONS: Record<StepKind, string> = {
  user: iconUser,
  group: iconUserGroup,
  role: iconRoles,
  right: iconKey,
};

export function ReasonShown({ reason }: { reason: Reason }) {
  const { t } = useTranslation("explain");
  const steps = stepsOf(reason);
  return (
    <section className="stack" aria-live="polite">
      <p className={`verdict ${reason.allowed ? "allowed" : "refused"}`}>
        <IxIcon name={reason.allowed ? iconSingleCheck : iconClose} size="24" aria-hidden="true" />
        <strong>{t(reason.allowed ? "allowed" : "notAllowed")}</strong>
      </p>
      {!reason.allowed && reason.path !== null && <p className="soft">{t("nearest")}</p>}
      <ol className="way" aria-label={t("way")}>
        {steps.map((step, place) => (
          // The same group never stands twice on a way.
          <li key={`${step.kind} ${step.name}`} className={place === steps.length - 1 ? "last" : ""}>
            <StepShown step={step} />
          </li>
        ))}
      </ol>
      {reason.missing !== null && <MissingTold missing={reason.missing} />}
    </section>
  );
}

function StepShown({ step }: { step: Step }) {
  const { t } = useTranslation("explain");
  const of = step.told ?? (step.area === undefined ? step.kind : "roleIn");
  return (
    <div className={`step ${step.kind}`}>
      <IxIcon name={ICONS[step.kind]} size="24" aria-hidden="true" />
      <div>
        <span className="soft small">{t(`steps.${of}`, { area: step.area })}</span>
        <strong className="wrap">{step.name}</strong>
      </div>
    </div>
  );
}

function MissingTold({ missing }: { missing: Missing }) {
  const { t } = useTranslation("explain");
  const names = namesOf(missing).join(", ") || "–";
  return (
    <p className="missing wrap">
      <strong>{t("missing")}</strong> {t(`missings.${missing.what}`, { names })}
    </p>
  );
}
