/** The same ways as a list of sentences: for screen readers, and to be copied into a message. */
import { useTranslation } from "react-i18next";
import { MOST_WAYS, type Reason, waysOf } from "./reason";

export function WaysAsText({ reason, person }: { reason: Reason; person: string }) {
  const { t } = useTranslation("explain");
  const ways = waysOf(reason);
  const right = reason.right?.name;
  if (ways.length === 0 || right === undefined) return null;
  return (
    <details className="card as-text">
      <summary>{t("asText")}</summary>
      <ol>
        {ways.map(({ assignment, groups, role, area, unmet }) => (
          <li key={assignment} className="wrap">
            {[
              person,
              ...groups.map(({ name, told }) => t(`steps.${told}`, { name })),
              area === null
                ? t("steps.role", { name: role.name })
                : t("steps.roleIn", { name: role.name, area: area.name }),
              t("steps.right", { name: right }),
            ].join(" → ")}
            {" – "}
            {unmet.length === 0
              ? t("allows")
              : t("lacks", { what: unmet.map((one) => t(`unmets.${one}`)).join(", ") })}
          </li>
        ))}
      </ol>
      {ways.length >= MOST_WAYS && <p className="soft small">{t("cut", { count: MOST_WAYS })}</p>}
    </details>
  );
}
