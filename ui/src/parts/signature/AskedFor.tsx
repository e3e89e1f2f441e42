/** What a request asks people to sign: as exactly as it was asked, every value as text. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Name } from "../../pages/people/shown";
import type { Request } from "./rules";
import "./signature.css";

/** What is done to what, where, and what shall come of it; `children` are further facts. */
export function AskedFor({ request, children }: { request: Request; children?: ReactNode }) {
  const { t } = useTranslation("signature-parts");
  const facts: [string, string | null | undefined][] = [
    [t("object"), request.object],
    [t("action"), request.action],
    [t("area"), request.area.name],
    [t("description"), request.description],
    [t("outcome"), request.outcome],
    [t("performer"), request.performer?.name],
    [t("station"), request.station?.name],
    [t("application"), request.application.name],
  ];
  return (
    <dl className="facts">
      {facts.map(
        ([label, fact]) =>
          fact && (
            <div key={label} className="sg-fact">
              <dt>{label}</dt>
              <dd className="sg-text" dir="auto">
                {fact}
              </dd>
            </div>
          ),
      )}
      {children}
    </dl>
  );
}

/** The values that are written, before and after. */
export function ChangesAsked({ request }: { request: Request }) {
  const { t } = useTranslation("signature-parts");
  if (request.changes.length === 0) return null;
  return (
    <div className="sg-scroll">
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("what")}</th>
            <th scope="col">{t("old")}</th>
            <th scope="col">{t("new")}</th>
          </tr>
        </thead>
        <tbody>
          {request.changes.map((change, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: what was asked never changes
            <tr key={at}>
              <th scope="row">
                <Name>{change.what}</Name>
              </th>
              <td className="sg-text" dir="auto">
                {change.old ?? "–"}
              </td>
              <td className="sg-text" dir="auto">
                {change.new ?? "–"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
