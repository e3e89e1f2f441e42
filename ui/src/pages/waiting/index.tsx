/** What waits for the signature of who is logged on: one by one, or several with one password. */
import { iconArrowLeft } from "@siemens/ix-icons/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call, type Schema } from "../../api/client";
import { type Asked, tellRequest, waitingQuery } from "../../api/signing";
import { SessionPage } from "../../app/session-page";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { Empty, Loaded } from "../../parts/states";
import { Told } from "../../parts/Told";
import { type Said, SignForm } from "../sign/form";
import { Seen } from "../sign/seen";
import { Left, Shown } from "../sign/shown";
import { useMeaning } from "../sign/words";
import { NotSigned } from "./not-signed";
import "../sign/sign.css";
import "./waiting.css";

type Waits = Schema<"Waiting">;

/** Most requests that the server signs at once. */
const MOST = 100;

export default function WaitingPage() {
  const { t } = useTranslation("sign");
  useTranslation("logon");
  return <SessionPage title={t("waiting")}>{() => <Waiting />}</SessionPage>;
}

interface Outcome {
  signed: number;
  hindered: Schema<"Hindered">[];
  /** What those are called that were not signed. */
  names: ReadonlyMap<string, string>;
}

function Waiting() {
  const { t } = useTranslation("sign");
  const navigate = useNavigate();
  const query = useQuery(waitingQuery);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [signing, setSigning] = useState<readonly Asked[] | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const items = query.data?.items ?? [];
  const marked = items.filter(({ request }) => chosen.has(request.id)).map(({ request }) => request);
  const choose = (ids: readonly string[], on: boolean): void =>
    setChosen((before) => {
      const next = new Set(before);
      for (const id of ids) {
        if (!on) next.delete(id);
        else if (next.size < MOST) next.add(id);
      }
      return next;
    });
  const all = items.slice(0, MOST).map(({ request }) => request.id);
  return (
    <div className="waiting stack">
      <header className="row">
        <h1 className="grow">{t("waiting")}</h1>
        <Button icon={iconArrowLeft} onClick={() => void navigate({ to: "/station" })}>
          {t("app:menu.station")}
        </Button>
      </header>
      {outcome !== null && <OutcomeTold outcome={outcome} />}
      <Loaded
        query={query}
        isEmpty={(data) => data.items.length === 0}
        empty={
          <Empty title={t("waitingNone")}>
            <p className="soft">{t("waitingNoneWhy")}</p>
          </Empty>
        }
      >
        {(data) => (
          <>
            {data.items.length > 1 && (
              <label className="check">
                <input
                  type="checkbox"
                  checked={all.every((id) => chosen.has(id))}
                  onChange={(event) => choose(all, event.target.checked)}
                />
                <span>{t("chooseAll")}</span>
              </label>
            )}
            <ul className="waiting-list">
              {data.items.map((waits) => (
                <One
                  key={waits.request.id}
                  waits={waits}
                  chosen={chosen.has(waits.request.id)}
                  onChoose={(on) => choose([waits.request.id], on)}
                />
              ))}
            </ul>
          </>
        )}
      </Loaded>
      {marked.length > 0 && (
        <div className="actions edit-bar">
          <p className="grow">{t("chosen", { count: marked.length })}</p>
          <Button kind="primary" className="large" onClick={() => setSigning(marked)}>
            {t("signTogether", { count: marked.length })}
          </Button>
        </div>
      )}
      {signing !== null && (
        <Together
          requests={signing}
          onClose={() => setSigning(null)}
          onDone={(done) => {
            setSigning(null);
            setChosen(new Set(done.hindered.map(({ request }) => request)));
            setOutcome(done);
          }}
        />
      )}
    </div>
  );
}

interface OneProps {
  waits: Waits;
  chosen: boolean;
  onChoose: (on: boolean) => void;
}

function One({ waits: { request, steps }, chosen, onChoose }: OneProps) {
  const { t } = useTranslation("sign");
  const navigate = useNavigate();
  const meaning = useMeaning();
  const [opened, setOpened] = useState(false);
  const as = steps.map((step) => meaning(request.rules.steps[step]?.meaning ?? "")).join(", ");
  const open = (): void =>
    void navigate({
      to: "/sign/$id",
      params: { id: request.id },
      search: { back: "/waiting" } as never,
    });
  return (
    <li className="card" data-request={request.id}>
      <div className="waiting-line">
        <label className="check grow">
          <input type="checkbox" checked={chosen} onChange={(event) => onChoose(event.target.checked)} />
          <span className="grow">
            <strong>
              <Seen text={request.object} />
            </strong>
            <span className="waiting-about small">
              {`${request.action} · ${request.area.name}`}
              {request.performer && ` · ${request.performer.name}`}
            </span>
          </span>
        </label>
        <span className="waiting-as small">
          <span>{t("signsWhat", { meaning: as })}</span>
          <Left asked={request} />
        </span>
        <Button onClick={open}>{t("open")}</Button>
      </div>
      <details className="waiting-what" onToggle={(event) => setOpened(event.currentTarget.open)}>
        <summary>{t("what")}</summary>
        {opened && (
          <div className="stack">
            <Shown asked={request} view={undefined} />
          </div>
        )}
      </details>
    </li>
  );
}

/** What the policies ask of a signer; where they differ, one form does not fit all. */
const demandsOf = ({ rules }: Asked): string => JSON.stringify([rules.reason, rules.reasons, rules.comment]);

interface TogetherProps {
  requests: readonly Asked[];
  onClose: () => void;
  onDone: (outcome: Outcome) => void;
}

function Together({ requests, onClose, onDone }: TogetherProps) {
  const { t } = useTranslation("sign");
  const client = useQueryClient();
  const first = requests[0];
  if (first === undefined) return null;
  const mixed = new Set(requests.map(demandsOf)).size > 1;
  const demands = {
    ...first.rules,
    // The password alone suffices only where it does for each of them.
    continuous_seconds: Math.min(...requests.map(({ rules }) => rules.continuous_seconds)),
  };
  const sign = async ({ step: _, ...said }: Said): Promise<void> => {
    const { signed, hindered } = await call(
      api.POST("/api/v1/signatures", {
        body: { ...said, requests: requests.map(({ id, opening }) => ({ request: id, opening })) },
      }),
    );
    for (const asked of signed) tellRequest(client, asked);
    await client.invalidateQueries({ queryKey: ["waiting"] });
    onDone({
      signed: signed.length,
      hindered,
      names: new Map(requests.map(({ id, object }) => [id, object])),
    });
  };
  return (
    <Dialog title={t("signTogether", { count: requests.length })} onClose={onClose}>
      <p className="waiting-names wrap">
        {requests.map(({ id, object }) => (
          <span key={id} className="chip">
            <Seen text={object} />
          </span>
        ))}
      </p>
      {mixed ? (
        <>
          <Told kind="warning">
            <p>{t("mixed")}</p>
          </Told>
          <div className="actions">
            <Button onClick={onClose}>{t("app:close")}</Button>
          </div>
        </>
      ) : (
        <SignForm demands={demands} label={t("sign")} onSign={sign}>
          <Button className="large" onClick={onClose}>
            {t("logon:cancel")}
          </Button>
        </SignForm>
      )}
    </Dialog>
  );
}

/** How many were signed, and why the others were not. */
function OutcomeTold({ outcome }: { outcome: Outcome }) {
  const { t } = useTranslation("sign");
  return (
    <>
      {outcome.signed > 0 && (
        <Told kind="success" loud>
          <p>{t("signedTogether", { count: outcome.signed })}</p>
        </Told>
      )}
      {outcome.hindered.length > 0 && (
        <Told kind="alarm" loud>
          <strong>{t("notSigned", { count: outcome.hindered.length })}</strong>
          <ul className="sign-rules">
            {outcome.hindered.map((one) => (
              <NotSigned
                key={one.request}
                hindered={one}
                name={outcome.names.get(one.request) ?? one.request}
              />
            ))}
          </ul>
        </Told>
      )}
    </>
  );
}
