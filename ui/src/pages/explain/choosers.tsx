/** The choosers of a right, an area and a station. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useAccess } from "../../app/access";
import { useFormat } from "../../i18n/format";
import { areasQuery } from "../areas/data";
import { rowsOf as areaRows } from "../areas/tree";
import { rolesQuery, useApplications } from "../roles/data";
import { rowsOf as rightRows, rightsOf } from "../roles/rows";
import { stationsQuery } from "../stations/data";
import { type Choice, Chooser } from "./chooser";

export interface ChooseProps {
  value: string;
  onPick: (value: string) => void;
  onClose: () => void;
}

/** The rights by application. Those that a role alone knows are among them; any other can be typed. */
export function ChooseRight(props: ChooseProps) {
  const { t, i18n } = useTranslation("explain");
  const { compare } = useFormat();
  const applications = useApplications();
  const roles = useQuery({ ...rolesQuery, enabled: useAccess().may("roles.read") });
  const rights = rightsOf(applications.all, roles.data ?? [], i18n.language);
  const choices = (text: string): Choice[] =>
    rightRows(rights, { text, application: "" }, compare).map((row) =>
      row.kind === "head"
        ? { value: row.key, label: row.name, head: true }
        : { value: row.right, label: row.label, also: row.label === row.right ? undefined : row.right },
    );
  return (
    <Chooser
      {...props}
      title={t("chooseRight")}
      search={t("searchRight")}
      known={applications.known && !roles.isLoading}
      error={applications.error ?? roles.error}
      retry={() => void roles.refetch()}
      choices={choices}
      free
    />
  );
}

/** The plant as a tree; an area is named by its path, which people can read in the address. */
export function ChooseArea(props: ChooseProps) {
  const { t } = useTranslation("explain");
  const { compare } = useFormat();
  const areas = useQuery({ ...areasQuery, enabled: useAccess().may("areas.read") });
  const choices = (text: string): Choice[] =>
    areaRows(areas.data ?? [], { closed: new Set(), text, compare }).map(({ area, level }) => ({
      value: area.path,
      label: area.name,
      level: level - 1,
    }));
  return (
    <Chooser
      {...props}
      title={t("chooseArea")}
      search={t("searchArea")}
      known={!areas.isLoading}
      error={areas.error}
      retry={() => void areas.refetch()}
      choices={choices}
      free
    />
  );
}

/** The stations, and none of them at first. */
export function ChooseStation(props: ChooseProps) {
  const { t } = useTranslation("explain");
  const { compare } = useFormat();
  const stations = useQuery({ ...stationsQuery, enabled: useAccess().may("stations.read") });
  const choices = (text: string): Choice[] => {
    const wanted = text.trim().toLocaleLowerCase();
    const fitting = (stations.data ?? [])
      .filter(({ name, area }) => `${name}\n${area.name}`.toLocaleLowerCase().includes(wanted))
      .toSorted((a, b) => compare(a.name, b.name));
    const found = fitting.map(({ id, name, area }) => ({ value: id, label: name, also: area.name }));
    return wanted === "" ? [{ value: "", label: t("noStation") }, ...found] : found;
  };
  return (
    <Chooser
      {...props}
      title={t("chooseStation")}
      search={t("searchStation")}
      known={!stations.isLoading}
      error={stations.error}
      retry={() => void stations.refetch()}
      choices={choices}
    />
  );
}
