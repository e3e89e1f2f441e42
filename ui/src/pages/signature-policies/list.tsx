import { iconAdd } from "@siemens/ix-icons/icons";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useAccess } from "../../app/access";
import { useFormat } from "../../i18n/format";
import { Button, Empty, Loaded, Page, Search, useAddress } from "../../parts";
import { useRulesTelling } from "../../parts/signature/telling";
import { PageLink, useGo } from "../people/go";
import { Mark, Name } from "../people/shown";
import { type Policy, policiesQuery } from "./data";
import { useDoubts } from "./doubts";

/** Every policy, by name. */
export function PolicyList() {
  const { t } = useTranslation("signature-policies");
  const { may } = useAccess();
  const { compare } = useFormat();
  const go = useGo();
  const [params, change] = useAddress();
  const query = useQuery(policiesQuery);
  const text = (params.text ?? "").trim().toLocaleLowerCase();
  const fits = ({ name, actions, areas }: Policy): boolean =>
    [name, ...actions.map((one) => one.name), ...areas.map((one) => one.name)].some((told) =>
      told.toLocaleLowerCase().includes(text),
    );
  return (
    <Page
      title={t("app:menu.signature-policies")}
      subtitle={t("about")}
      actions={
        may("signatures.manage") && (
          <Button kind="primary" icon={iconAdd} onClick={() => go("signature-policies", "new", {})}>
            {t("new")}
          </Button>
        )
      }
    >
      <div className="p-tools">
        <Search label={t("search")} value={params.text ?? ""} onSearch={(next) => change({ text: next })} />
      </div>
      <Loaded
        query={query}
        isEmpty={(all) => all.length === 0}
        empty={
          <Empty title={t("none")}>
            <p className="soft">{t("noneWhy")}</p>
          </Empty>
        }
      >
        {(all) => {
          const fitting = all.filter(fits).toSorted((a, b) => compare(a.name, b.name));
          if (fitting.length === 0) return <Empty title={t("noneFound")} />;
          return (
            <section className="sp-list" aria-label={t("app:menu.signature-policies")}>
              <Rows policies={fitting} />
            </section>
          );
        }}
      </Loaded>
    </Page>
  );
}

function Rows({ policies }: { policies: readonly Policy[] }) {
  const { t } = useTranslation("signature-policies");
  const { list } = useFormat();
  const { step } = useRulesTelling();
  const doubts = useDoubts();
  return (
    <table className="plain picking sp-rows">
      <thead>
        <tr>
          <th scope="col">{t("name")}</th>
          <th scope="col">{t("actions")}</th>
          <th scope="col">{t("areas")}</th>
          <th scope="col">{t("steps")}</th>
        </tr>
      </thead>
      <tbody>
        {policies.map((policy) => (
          <tr key={policy.id} className={policy.enabled ? "" : "sp-off"}>
            <td>
              <PageLink to="signature-policies" id={policy.id} search={{}} className="pick">
                <Name cut>{policy.name}</Name>
              </PageLink>
              <span className="sp-marks">
                {!policy.enabled && <Mark kind="off">{t("off")}</Mark>}
                {policy.warnings.map((warning) => (
                  <Mark key={`${warning.code} ${warning.step ?? ""}`} kind="warning">
                    {doubts.short(warning)}
                  </Mark>
                ))}
              </span>
            </td>
            <td>
              <Name cut>{list(policy.actions.map((one) => one.name))}</Name>
            </td>
            <td>
              <Name cut>{list(policy.areas.map((one) => one.name))}</Name>
            </td>
            <td>
              <ol className="sp-steps-told">
                {policy.steps.map((one, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a step has no identity but its place
                  <li key={at} dir="auto">
                    {step(one)}
                  </li>
                ))}
              </ol>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
