import { iconArrowLeft, iconTrashcan } from "@siemens/ix-icons/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { asProblem } from "../../api/problem";
import { useAccess } from "../../app/access";
import { Button, EditBar, Loaded, Page, Told, useAddress, useEdit } from "../../parts";
import { RulesTold } from "../../parts/signature/RulesTold";
import { Ask } from "../areas/ask";
import { useGo } from "../people/go";
import { Clash } from "./clash";
import { type Policy, policiesQuery, policyQuery, showPolicy } from "./data";
import { DoubtsTold } from "./doubts";
import { Fields } from "./fields";
import { FIELDS, type Form, formOf, isValid, rulesOf, toApi } from "./form";
import { useShownFields } from "./shown-fields";
import { OneVersion, Versions } from "./versions";

/** One policy: its rules, what is doubtful about them, and every version that there was. */
export function PolicyPage({ id }: { id: string }) {
  const { t } = useTranslation("signature-policies");
  const mayManage = useAccess().may("signatures.manage");
  const go = useGo();
  const [{ version }] = useAddress();
  const [removing, setRemoving] = useState(false);
  const query = useQuery(policyQuery(id));
  const policy = query.data;
  // Its versions and its requests stay when a policy is taken out of use.
  const gone = policy === undefined && query.error !== null && asProblem(query.error).code === "not-found";
  return (
    <Page
      title={policy?.name ?? t("policy")}
      actions={
        <>
          {policy !== undefined && mayManage && (
            <Button icon={iconTrashcan} onClick={() => setRemoving(true)}>
              {t("remove")}
            </Button>
          )}
          <Button icon={iconArrowLeft} onClick={() => go("signature-policies", undefined, {})}>
            {t("toList")}
          </Button>
        </>
      }
    >
      {version !== undefined && <OneVersion key={version} id={id} version={version} />}
      {gone ? (
        <Told kind="warning">{t("gone")}</Told>
      ) : (
        <Loaded query={query}>
          {(found) => (
            <>
              <DoubtsTold warnings={found.warnings} />
              {mayManage ? (
                <Change policy={found} />
              ) : (
                <section className="card stack" aria-label={t("policy")}>
                  <RulesTold rules={found} scope={formOf(found)} />
                </section>
              )}
              {removing && <Remove policy={found} onClose={() => setRemoving(false)} />}
            </>
          )}
        </Loaded>
      )}
      <Versions id={id} now={policy?.version} />
    </Page>
  );
}

/** What is edited, with the policy that it belongs to. */
type Edited = Form & { policy: Policy };

const edited = (policy: Policy): Edited => ({ ...formOf(policy), policy });

function Change({ policy }: { policy: Policy }) {
  const client = useQueryClient();
  const fields = useShownFields();
  const [saved, setSaved] = useState(false);
  const { id } = policy;
  const edit = useEdit<Edited>({
    stored: edited(policy),
    reload: async () => edited(await showPolicy(id)),
    fields: FIELDS,
    save: async (value, { policy: stored }) => {
      const saved = await call(
        api.PUT("/api/v1/signature-policies/{id}", {
          params: { path: { id } },
          body: toApi(value, stored.version),
        }),
      );
      client.setQueryData(policyQuery(id).queryKey, saved);
      return edited(saved);
    },
    onSaved: () => {
      setSaved(true);
      void client.invalidateQueries({ queryKey: ["signature-policies"] });
    },
  });
  return (
    <>
      <Fields value={edit.value} set={edit.set} />
      <Clash form={edit.value} id={id} />
      <EditBar edit={edit} valid={isValid(edit.value)} fields={fields}>
        {/* Whoever has just saved looks here, and not at the top of the page. */}
        {saved && !edit.dirty && <DoubtsTold warnings={policy.warnings} loud />}
        <RulesTold rules={rulesOf(edit.value)} scope={edit.value} live />
      </EditBar>
    </>
  );
}

function Remove({ policy, onClose }: { policy: Policy; onClose: () => void }) {
  const { t } = useTranslation("signature-policies");
  const client = useQueryClient();
  const go = useGo();
  const [gone, setGone] = useState(false);
  const { id, name } = policy;
  useEffect(() => {
    if (!gone) return;
    // The list does not show for a moment what is gone.
    client.setQueryData(policiesQuery.queryKey, (all) => all?.filter((one) => one.id !== id));
    go("signature-policies", undefined, {});
    client.removeQueries({ queryKey: policyQuery(id).queryKey });
    void client.invalidateQueries({ queryKey: ["signature-policies"] });
  }, [gone, go, client, id]);
  return (
    <Ask
      title={t("removeTitle", { name })}
      yes={t("remove")}
      danger
      whom={name}
      act={() => call(api.DELETE("/api/v1/signature-policies/{id}", { params: { path: { id } } }))}
      onDone={() => setGone(true)}
      onClose={onClose}
    >
      <p>{t("removeWhy")}</p>
    </Ask>
  );
}
