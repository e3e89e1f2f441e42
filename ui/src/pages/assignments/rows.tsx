import { useTranslation } from "react-i18next";
import { serverNow } from "../../api/clock";
import { useFormat } from "../../i18n/format";
import { SortHead, useNow } from "../../parts";
import { PageLink } from "../people/go";
import { Mark, Name } from "../people/shown";
import type { Assignment } from "./data";
import { namesOf, SORTS, type Sort, stateOf } from "./listed";
import { type Telling, useTelling } from "./telling";

export interface RowsProps {
  rows: readonly Assignment[];
  sort: { by: Sort; down: boolean };
  onSort: (by: Sort) => void;
}

/** Assignments as a table; a whole row leads to its assignment. */
export function Rows({ rows, sort, onSort }: RowsProps) {
  const { t } = useTranslation("assignments");
  const telling = useTelling();
  const now = useNow(30_000, serverNow);
  return (
    <table className="plain picking a-rows">
      <thead>
        <tr>
          {SORTS.map((by) => (
            <SortHead
              key={by}
              label={t(by)}
              order={sort.by !== by ? "none" : sort.down ? "descending" : "ascending"}
              onSort={() => onSort(by)}
            />
          ))}
          <th scope="col">{t("stations")}</th>
          <th scope="col">{t("when")}</th>
          <th scope="col">{t("strength")}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((one) => (
          <Row key={one.id} one={one} now={now} telling={telling} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  one: Assignment;
  now: number;
  telling: Telling;
}

function Row({ one, now, telling }: RowProps) {
  const { t } = useTranslation("assignments");
  const { compare } = useFormat();
  const { kind, name, directory } = one.principal;
  const isGroup = kind === "group";
  const state = stateOf(one, now);
  const times = telling.when(one.schedule ?? null);
  const bounds = telling.bounds({ from: one.from ?? "", until: one.until ?? "" });
  return (
    <tr className={state === "over" ? "a-over" : ""}>
      <td>
        <PageLink to="assignments" id={one.id} className="pick">
          <Name cut>{name}</Name>
        </PageLink>
        <span className="small soft a-cut">
          {t(isGroup ? "group" : "user")} · <bdi>{directory}</bdi>
        </span>
      </td>
      <td>
        <Name cut>{one.role.name}</Name>
      </td>
      <td>
        <Name cut>{namesOf(one.areas, compare)}</Name>
      </td>
      <td>
        {one.stations.length === 0 ? (
          <span className="soft">{t("any")}</span>
        ) : (
          <Name cut>{namesOf(one.stations, compare)}</Name>
        )}
      </td>
      <td>
        {times === "" && bounds === "" && <span className="soft">{t("always")}</span>}
        {times !== "" && <Name cut>{times}</Name>}
        {bounds !== "" && <span className="small a-block">{bounds}</span>}
        {state === "over" && <Mark kind="off">{t("over")}</Mark>}
        {state === "coming" && <Mark kind="warning">{t("coming")}</Mark>}
      </td>
      <td>{one.strength ? telling.strength(one.strength) : <span className="soft">{t("any")}</span>}</td>
    </tr>
  );
}
