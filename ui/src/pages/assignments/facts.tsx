/** An assignment for who may look but not change. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format";
import { PageLink } from "../people/go";
import { Name } from "../people/shown";
import { type Assignment, formOf } from "./data";
import { Means } from "./means";
import { useTelling } from "./telling";

export function Facts({ one }: { one: Assignment }) {
  const { t } = useTranslation("assignments");
  const format = useFormat();
  const telling = useTelling();
  const form = formOf(one);
  const facts: [string, ReactNode][] = [
    [
      t("areas"),
      <ul key="areas" className="chips">
        {form.areas.map((area) => (
          <li key={area.id}>
            <PageLink to="areas" search={{ id: area.id }} className="p-link p-row-link">
              <Name>{area.name}</Name>
            </PageLink>
          </li>
        ))}
      </ul>,
    ],
    [
      t("stations"),
      form.stations === null ? t("anyStation") : form.stations.map((one) => one.name).join(", "),
    ],
    [t("times"), telling.when(form.schedule) || t("always")],
    [t("from"), form.from === "" ? "–" : format.time(form.from)],
    [t("until"), form.until === "" ? "–" : format.time(form.until)],
    [t("least"), one.strength ? telling.strength(one.strength) : t("anyStrength")],
  ];
  return (
    <section className="card stack" aria-label={t("assignment")}>
      <dl className="facts">
        {facts.map(([label, fact]) => (
          <div key={label} className="a-fact">
            <dt>{label}</dt>
            <dd dir="auto">{fact}</dd>
          </div>
        ))}
      </dl>
      <Means whose={{ who: one.principal, role: one.role.name }} form={form} />
    </section>
  );
}
