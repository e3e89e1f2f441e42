/** Under which conditions an assignment counts, and which of them are not met. */
import { iconClose, iconSingleCheck } from "@siemens/ix-icons/icons";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format";
import { Icon } from "../../parts/Icon";
import { whenTold } from "../assignments/telling";
import { textOf } from "../assignments/week";
import type { Named, Unmet, Way } from "./reason";

/** So many names of areas or stations stand on a card. */
const FEW = 4;

const MICROS = 1000;

export function ConditionsShown({ way, asked }: { way: Way; asked: string | undefined }) {
  const { t } = useTranslation("explain");
  const format = useFormat();
  const { conditions, unmet, area } = way;
  const line = (what: Unmet, content: ReactNode) => (
    <Condition key={what} met={!unmet.includes(what)}>
      {content}
    </Condition>
  );
  const inArea =
    area === null ? (
      <>
        {t("onlyIn")} <Names of={conditions?.areas ?? []} />
      </>
    ) : (
      <Strip from={area.name} to={asked ?? area.name} />
    );
  if (conditions === undefined)
    return <ul className="conditions">{area !== null && line("area", inArea)}</ul>;
  const { stations, schedule, from, until, strength } = conditions;
  const spans = (schedule ?? []).map(({ from, to }) => ({ from: textOf(from), to: textOf(to) }));
  const when = [
    ...(spans.length === 0 ? [] : [whenTold(spans, format, t("allDay"))]),
    ...(from === null ? [] : [t("from", { time: format.time(from / MICROS) })]),
    ...(until === null ? [] : [t("until", { time: format.time(until / MICROS) })]),
  ];
  return (
    <ul className="conditions">
      {line("area", inArea)}
      {stations !== null &&
        line(
          "station",
          <>
            {t("onlyAt")} <Names of={stations} />
          </>,
        )}
      {when.length > 0 && line("time", `${t("onlyWhen")} ${when.join("; ")}`)}
      {strength !== null && line("strength", t("needs", { strength: t(`strengths.${strength}`) }))}
    </ul>
  );
}

function Condition({ met, children }: { met: boolean; children: ReactNode }) {
  const { t } = useTranslation("explain");
  return (
    <li className={met ? "met" : "unmet"}>
      <Icon icon={met ? iconSingleCheck : iconClose} size="16" />
      <span className="wrap">
        <span className="unseen">{t(met ? "met" : "unmet")} </span>
        {children}
      </span>
    </li>
  );
}

function Names({ of }: { of: readonly Named[] }) {
  const { t } = useTranslation("explain");
  if (of.length === 0) return t("gone");
  const names = of.slice(0, FEW).map(({ id, name }) => <bdi key={id}>{name}</bdi>);
  return (
    <>
      {names.flatMap((name, at) => (at === 0 ? [name] : [", ", name]))}
      {of.length > FEW && ` ${t("furtherNames", { count: of.length - FEW })}`}
    </>
  );
}

/** The way down the plant: from where the assignment stands to the place that is asked about. */
function Strip({ from, to }: { from: string; to: string }) {
  const { t } = useTranslation("explain");
  const above = from.split("/").length - 1;
  const steps = to.split("/");
  return (
    <>
      {t("givenIn")}{" "}
      <span className="strip">
        {steps.map((step, at) => (
          <span
            // Places of a path: the same name may stand on it twice.
            key={steps.slice(0, at + 1).join("/")}
            className={at < above ? "over" : at === above ? "here" : "under"}
          >
            <bdi>{step}</bdi>
          </span>
        ))}
      </span>
    </>
  );
}
