/** The fields of a directory with their labels, as a conflict shows them. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Shown } from "../../parts/Conflict";
import { directoriesQuery } from "./data";
import { type DirectoryForm, LOGINS, PROTECTIONS, SCHEMAS } from "./form";

export function useShownFields<T extends DirectoryForm>(): Shown<T>[] {
  const { t } = useTranslation("directories");
  const { data = [] } = useQuery(directoriesQuery);
  const nameOf = (id: string): string => data.find((one) => one.id === id)?.name ?? id;
  return [
    { field: "name", label: t("name") },
    {
      field: "schema",
      label: t("schema"),
      show: ({ schema }) => t(`schemas.${SCHEMAS.find((one) => one === schema) ?? SCHEMAS[0]}`),
    },
    { field: "domain", label: t("domain") },
    {
      field: "found",
      label: t("servers"),
      show: ({ found }) => t(found ? "serversFound" : "serversNamed"),
    },
    { field: "servers", label: t("controllers"), show: ({ servers }) => servers.join(", ") },
    { field: "dns", label: t("dns") },
    { field: "site", label: t("site") },
    { field: "base", label: t("base") },
    {
      field: "protection",
      label: t("protection"),
      show: ({ protection }) =>
        t(`protections.${PROTECTIONS.find((one) => one === protection) ?? PROTECTIONS[0]}`),
    },
    {
      field: "login",
      label: t("login"),
      show: ({ login }) => t(`logins.${LOGINS.find((one) => one === login) ?? LOGINS[0]}`),
    },
    { field: "foreign", label: t("foreign"), show: ({ foreign }) => foreign.map(nameOf).join(", ") },
    {
      field: "trust",
      label: t("trust"),
      show: ({ trust }) => t(trust === "given" ? "trustGiven" : "trustSystem"),
    },
    { field: "ca", label: t("ca") },
    { field: "host", label: t("host") },
    { field: "address", label: t("address") },
    { field: "pam", label: t("pam") },
    { field: "leastUid", label: t("leastUid") },
    { field: "account", label: t("account") },
    {
      field: "password",
      label: t("password"),
      show: ({ password }) => (password === "" ? t("unchanged") : "••••••"),
    },
    { field: "knownHours", label: t("knownHours") },
  ];
}
