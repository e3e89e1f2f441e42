/** A decision with its reason: yes or no in one sentence, the ways as a picture and as a list. */
import { iconClose, iconSingleCheck } from "@siemens/ix-icons/icons";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../../parts/Icon";
import { Picture } from "./picture";
import { type Missing, namesOf, type Reason, waysOf } from "./reason";
import { useRightName } from "./rights";
import { WaysAsText } from "./ways";
import "./explain.css";

export interface ReasonProps {
  reason: Reason;
  /** What the person is called; the login without it. */
  person?: string | undefined;
  /** Under which assumptions it was asked. */
  assumed?: ReactNode;
}

export function ReasonShown({ reason, person = reason.user.name, assumed }: ReasonProps) {
  const known = reason.right !== null && reason.area !== null;
  return (
    <section className="stack reason" aria-live="polite">
      <div className={`verdict ${reason.allowed ? "allowed" : "refused"}`}>
        <Icon icon={reason.allowed ? iconSingleCheck : iconClose} />
        <div className="wrap">
          <Sentence reason={reason} person={person} />
          {reason.missing !== null && <MissingTold reason={reason} missing={reason.missing} />}
          {assumed}
        </div>
      </div>
      {known && <Picture reason={reason} person={person} />}
      <WaysAsText reason={reason} person={person} />
    </section>
  );
}

function Sentence({ reason, person }: { reason: Reason; person: string }) {
  const { t } = useTranslation("explain");
  const { missing } = reason;
  const asked = missing?.what === "unknown-right" ? missing.asked : (reason.right?.name ?? "");
  const { label } = useRightName(asked);
  const area = missing?.what === "unknown-area" ? missing.asked : reason.area?.name;
  const of = { person, right: label, area: area ?? "–" };
  return <strong className="sentence">{reason.allowed ? t("yes", of) : t("no", of)}</strong>;
}

function MissingTold({ reason, missing }: { reason: Reason; missing: Missing }) {
  const { t } = useTranslation("explain");
  const list = namesOf(missing);
  const names = missing.what === "strength" ? t(`strengths.${list[0] ?? "strong"}`) : list.join(", ");
  const none = missing.what === "role" && list.length === 0;
  // That the person is disabled is missing on every way.
  const nearest = missing.what !== "enabled" && waysOf(reason).length > 1;
  return (
    <p className="missing">
      {nearest ? t("missingNearest") : t("missing")}{" "}
      {none ? t("noRole") : t(`missings.${missing.what}`, { names: names || "–" })}
    </p>
  );
}
