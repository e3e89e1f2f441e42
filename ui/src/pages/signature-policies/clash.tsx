import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Told } from "../../parts";
import { PageLink } from "../people/go";
import { Name } from "../people/shown";
import { clashing, policiesQuery } from "./data";
import type { Form } from "./form";

/** Names the policies for the same act in the same area, before the server refuses a second one. */
export function Clash({ form, id }: { form: Form; id?: string }) {
  const { t } = useTranslation("signature-policies");
  const all = useQuery(policiesQuery).data ?? [];
  const others = clashing({ ...form, id }, all);
  if (others.length === 0) return null;
  return (
    <Told kind="warning" loud>
      <strong>{t("clash")}</strong>
      <ul className="sp-doubts">
        {others.map((other) => (
          <li key={other.id}>
            <PageLink to="signature-policies" id={other.id} search={{}} className="p-link p-row-link">
              <Name>{other.name}</Name>
            </PageLink>
          </li>
        ))}
      </ul>
      <p>{t("clashWhy")}</p>
    </Told>
  );
}
