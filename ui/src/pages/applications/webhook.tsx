/** The webhook of an application: where it hears of its signature requests, and whether it does. */
import { iconKey, iconTrashcan } from "@siemens/ix-icons/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "../../api/client";
import { useFormat } from "../../i18n/format";
import {
  Button,
  EditBar,
  LinesField,
  Loaded,
  ProblemTold,
  TextField,
  Time,
  Told,
  useEdit,
} from "../../parts";
import { Ask } from "../areas/ask";
import type { Application } from "./data";
import type { Given } from "./index";
import {
  MOST_WAITING,
  removeWebhook,
  renewSecret,
  saveWebhook,
  showTyped,
  TYPED,
  type Typed,
  testWebhook,
  typedOf,
  type Webhook,
  webhookQuery,
} from "./webhooks";

export interface WebhookProps {
  application: Application;
  mayChange: boolean;
  onGiven: (given: Given) => void;
}

export function WebhookPart(props: WebhookProps) {
  const { t } = useTranslation("applications");
  const query = useQuery(webhookQuery(props.application.id));
  return (
    <>
      <p>{t("webhook.about")}</p>
      <Loaded query={query}>{(webhook) => <There {...props} webhook={webhook} />}</Loaded>
    </>
  );
}

interface ThereProps extends WebhookProps {
  /** `null` where there is none yet. */
  webhook: Webhook | null;
}

function There({ application, mayChange, onGiven, webhook }: ThereProps) {
  const { t } = useTranslation("applications");
  const client = useQueryClient();
  const { id, name } = application;
  const take = ({ webhook: now, secret }: Schema<"SavedWebhook">): Typed => {
    client.setQueryData(webhookQuery(id).queryKey, now);
    if (secret != null) onGiven({ name, credential: secret, of: "webhook" });
    return typedOf(now);
  };
  const test = useMutation({ mutationFn: () => testWebhook(id) });
  const edit = useEdit<Typed>({
    stored: typedOf(webhook),
    fields: TYPED,
    save: async (value, stored) => take(await saveWebhook(id, value, stored)),
    reload: () => showTyped(id),
    onSaved: test.reset,
  });
  const valid = edit.value.url.trim() !== "";
  return (
    <>
      {webhook === null ? (
        <Told>{t("webhook.none")}</Told>
      ) : (
        <section className="card stack" aria-label={t("webhook.state")}>
          <State webhook={webhook} />
          {mayChange && (
            <div className="row">
              <Button busy={test.isPending} disabled={edit.dirty} onClick={() => test.mutate()}>
                {t("webhook.test")}
              </Button>
              <Acts
                application={application}
                onRenewed={(saved) => void take(saved)}
                onRemoved={() => {
                  edit.reset();
                  test.reset();
                  client.setQueryData(webhookQuery(id).queryKey, null);
                }}
              />
            </div>
          )}
          {mayChange && edit.dirty && <p className="small soft">{t("webhook.testSaved")}</p>}
          {test.data !== undefined && !test.isPending && <Tested test={test.data} />}
          <ProblemTold error={test.error} />
        </section>
      )}
      {(mayChange || webhook !== null) && (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (edit.dirty && valid) void edit.save();
          }}
        >
          <TextField
            label={t("webhook.address")}
            hint={t("webhook.addressHint")}
            required
            inputMode="url"
            dir="ltr"
            maxLength={2048}
            readOnly={!mayChange}
            value={edit.value.url}
            onText={(url) => edit.set({ url })}
          />
          <LinesField
            label={t("webhook.authorities")}
            hint={t("webhook.authoritiesHint")}
            rows={4}
            dir="ltr"
            spellCheck={false}
            autoComplete="off"
            readOnly={!mayChange}
            value={edit.value.authority}
            onText={(authority) => edit.set({ authority })}
          />
          <EditBar
            edit={edit}
            readOnly={!mayChange}
            valid={valid}
            fields={[
              { field: "url", label: t("webhook.address") },
              { field: "authority", label: t("webhook.authorities") },
            ]}
          />
          <button type="submit" hidden />
        </form>
      )}
    </>
  );
}

function State({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation("applications");
  const format = useFormat();
  const { waiting, told_at, failing_since, failure } = webhook;
  const number = format.number(waiting);
  return (
    <>
      {failing_since != null && (
        <Told kind="warning">
          <strong>{t("webhook.failing", { time: format.time(failing_since) })}</strong>
          <Said words={failure} />
          <p>{t("webhook.goesOn")}</p>
        </Told>
      )}
      <dl className="facts">
        <dt>{t("webhook.waiting")}</dt>
        <dd>{waiting < MOST_WAITING ? number : t("webhook.waitingMost", { number })}</dd>
        <dt>{t("webhook.toldAt")}</dt>
        <dd>{told_at == null ? t("webhook.never") : <Time at={told_at} />}</dd>
      </dl>
    </>
  );
}

/** The server's own words, which are English in every language of the page. */
const Said = ({ words }: { words: string | null | undefined }) =>
  words ? (
    <blockquote className="app-said" lang="en" dir="ltr">
      {words}
    </blockquote>
  ) : null;

function Tested({ test }: { test: Schema<"WebhookTest"> }) {
  const { t } = useTranslation("applications");
  const number = useFormat().number(test.milliseconds);
  if (test.taken) return <Told kind="success">{t("webhook.testTaken", { number })}</Told>;
  return (
    <Told kind="alarm">
      <strong>{t("webhook.testNot", { number })}</strong>
      <Said words={test.failure} />
    </Told>
  );
}

interface ActsProps {
  application: Application;
  onRenewed: (saved: Schema<"SavedWebhook">) => void;
  onRemoved: () => void;
}

function Acts({ application: { id, name }, onRenewed, onRemoved }: ActsProps) {
  const { t } = useTranslation("applications");
  const [asking, setAsking] = useState<"renew" | "remove" | null>(null);
  const close = (): void => setAsking(null);
  return (
    <>
      <Button icon={iconKey} onClick={() => setAsking("renew")}>
        {t("webhook.renew")}
      </Button>
      <Button icon={iconTrashcan} onClick={() => setAsking("remove")}>
        {t("webhook.remove")}
      </Button>
      {asking === "renew" && (
        <Ask
          title={t("webhook.renewTitle", { name })}
          yes={t("webhook.renew")}
          whom={name}
          act={async () => onRenewed(await renewSecret(id))}
          onDone={close}
          onClose={close}
        >
          <p>{t("webhook.renewWhy")}</p>
        </Ask>
      )}
      {asking === "remove" && (
        <Ask
          title={t("webhook.removeTitle", { name })}
          yes={t("webhook.remove")}
          danger
          whom={name}
          act={() => removeWebhook(id)}
          onDone={() => {
            close();
            onRemoved();
          }}
          onClose={close}
        >
          <p>{t("webhook.removeWhy")}</p>
        </Ask>
      )}
    </>
  );
}
