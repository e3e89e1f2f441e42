import { iconArrowLeft } from "@siemens/ix-icons/icons";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Loaded, Page, Time } from "../../parts";
import { AskedFor, ChangesAsked } from "../../parts/signature/AskedFor";
import { Documents } from "../../parts/signature/Documents";
import { Given, MomentWithZone } from "../../parts/signature/Given";
import { RecordShown } from "../../parts/signature/RecordShown";
import { RulesTold } from "../../parts/signature/RulesTold";
import { isOpen, type Request } from "../../parts/signature/rules";
import { State } from "../../parts/signature/State";
import { useRulesTelling } from "../../parts/signature/telling";
import { PageLink, useGo } from "../people/go";
import { Name } from "../people/shown";
import { Cancel } from "./cancel";
import { requestQuery } from "./data";

/** One request: what was asked, who signed, how it ended, and what proves it. */
export function RequestPage({ id }: { id: string }) {
  const { t } = useTranslation("signatures");
  const go = useGo();
  const query = useQuery(requestQuery(id));
  const request = query.data;
  const [cancelling, setCancelling] = useState(false);
  const mayBeCancelled =
    request !== undefined && isOpen(request.state) && request.rules.cancel_roles.length > 0;
  return (
    <Page
      title={request?.object ?? t("request")}
      actions={
        <>
          {mayBeCancelled && <Button onClick={() => setCancelling(true)}>{t("cancel")}</Button>}
          {request !== undefined && (
            <Button onClick={() => go("signatures", undefined, { object: request.object })}>
              {t("history")}
            </Button>
          )}
          <Button icon={iconArrowLeft} onClick={() => go("signatures", undefined, {})}>
            {t("toList")}
          </Button>
        </>
      }
    >
      <Loaded query={query}>
        {(found) => (
          <>
            <div className="si-two">
              <What request={found} />
              <How request={found} />
            </div>
            {found.changes.length > 0 && (
              <section className="card stack" aria-labelledby="si-changes">
                <h2 id="si-changes">{t("changes")}</h2>
                <ChangesAsked request={found} />
              </section>
            )}
            <section className="stack" aria-labelledby="si-given">
              <h2 id="si-given">{t("signatures")}</h2>
              <Missing request={found} />
              <Given request={found} />
            </section>
            <RecordShown request={found} />
            <Documents request={found} />
            {cancelling && <Cancel request={found} onClose={() => setCancelling(false)} />}
          </>
        )}
      </Loaded>
    </Page>
  );
}

function What({ request }: { request: Request }) {
  const { t } = useTranslation("signatures");
  return (
    <section className="card stack" aria-labelledby="si-what">
      <h2 id="si-what">{t("what")}</h2>
      <AskedFor request={request}>
        <dt>{t("key")}</dt>
        <dd>
          <Name>{request.key}</Name>
        </dd>
        <dt>{t("opening")}</dt>
        <dd className="sg-hash">{request.opening}</dd>
      </AskedFor>
    </section>
  );
}

function How({ request }: { request: Request }) {
  const { t } = useTranslation("signatures");
  const { ending, policy, policy_version: version } = request;
  return (
    <section className="card stack" aria-labelledby="si-how">
      <h2 id="si-how">{t("how")}</h2>
      <dl className="facts">
        <dt>{t("state")}</dt>
        <dd>
          <span role="status">
            <State state={request.state} />
          </span>
        </dd>
        <dt>{t("requested")}</dt>
        <dd>
          <Time at={request.requested_at} />
        </dd>
        {request.expires_at && isOpen(request.state) && (
          <>
            <dt>{t("expires")}</dt>
            <dd>
              <Time at={request.expires_at} />
            </dd>
          </>
        )}
        {ending && (
          <>
            <dt>{t("ended")}</dt>
            <dd>
              <MomentWithZone at={ending.at} />
            </dd>
          </>
        )}
        {ending?.by && (
          <>
            <dt>{t("endedBy")}</dt>
            <dd>
              <Name>{ending.by.name}</Name>
            </dd>
          </>
        )}
        {ending?.reason && (
          <>
            <dt>{t("endedWhy")}</dt>
            <dd className="sg-text" dir="auto">
              {ending.reason}
            </dd>
          </>
        )}
        <dt>{t("policy")}</dt>
        <dd>
          <PageLink
            to="signature-policies"
            id={policy.id}
            search={{ version: String(version) }}
            className="p-link p-row-link"
          >
            <span>
              <Name>{policy.name}</Name> {t("versionOf", { n: version })}
            </span>
          </PageLink>
        </dd>
      </dl>
      <RulesTold rules={request.rules} />
    </section>
  );
}

/** What an open request still waits for, step by step. */
function Missing({ request }: { request: Request }) {
  const { t } = useTranslation("signatures");
  const { step } = useRulesTelling();
  if (!isOpen(request.state)) return null;
  const missing = request.rules.steps.flatMap((one, at) => {
    const count = request.missing[at] ?? 0;
    return count > 0 ? [step({ ...one, count })] : [];
  });
  return (
    <div>
      <p className="soft">{t("missing")}</p>
      <ul className="si-missing">
        {missing.map((told) => (
          <li key={told} dir="auto">
            {told}
          </li>
        ))}
      </ul>
    </div>
  );
}
