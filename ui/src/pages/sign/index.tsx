/**
 * The page on which a request is signed: an application opens it by its address, and never sees a password.
 * It works for everybody who has the address, whoever is logged on here.
 */
import { iconArrowLeft, iconDownload } from "@siemens/ix-icons/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { asProblem, Problem } from "../../api/problem";
import { logOnOptions, useSession } from "../../api/session";
import { type Asked, addressOf, isOver, tellRequest, useRequest } from "../../api/signing";
import { ownAddress } from "../../app/address";
import { Countdown } from "../../app/countdown";
import { Frame } from "../../app/frame";
import { useParamsOfAddress } from "../../parts/address";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { ProblemTold } from "../../parts/ProblemTold";
import { Failed, Progress } from "../../parts/states";
import { Time } from "../../parts/Time";
import { Told } from "../../parts/Told";
import { type Said, SignForm } from "./form";
import { Seen } from "./seen";
import { Left, Rules, Shown } from "./shown";
import { Steps } from "./steps";
import { useMeaning, useMissing } from "./words";
import "./sign.css";

export default function SignPage() {
  const { t } = useTranslation("sign");
  useTranslation("logon");
  const { id } = useParams({ strict: false }) as { id?: string };
  const { view } = useParamsOfAddress();
  const options = useQuery(logOnOptions).data;
  const session = useSession();
  const request = useRequest(id, view);
  useEffect(() => {
    document.title = `${t("title")} · Pforte`;
  }, [t]);
  const asked = request.data;
  return (
    <Frame plant={options?.plant ?? ""} station={session?.station?.name ?? options?.station?.name}>
      {asked === undefined && request.error === null && <Progress />}
      {asked === undefined && request.error !== null && (
        <Hidden error={request.error} retry={() => void request.refetch()} />
      )}
      {asked !== undefined && <Opened key={asked.id} asked={asked} view={view} />}
      {session && <Countdown />}
    </Frame>
  );
}

/** Nothing of a request is shown to who may not see it; who is to sign it may once they are logged on. */
function Hidden({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useTranslation("sign");
  const router = useRouter();
  const session = useSession();
  const { code } = asProblem(error);
  if (code !== "not-found" && code !== "parameter-invalid" && code !== "name-invalid") {
    return <Failed error={error} retry={retry} />;
  }
  return (
    <div className="sign-hidden stack">
      <h1>{t("title")}</h1>
      <ProblemTold error={new Problem("not-found", 404, "")} />
      {session === null && (
        <div className="row">
          <p className="grow">{t("logOnToSee")}</p>
          <Button
            kind="primary"
            onClick={() =>
              void router.navigate({ to: "/logon", search: { to: router.state.location.href } as never })
            }
          >
            {t("logon:logOn")}
          </Button>
        </div>
      )}
      <Back />
    </div>
  );
}

/** The way back to the page of ours that led here. */
function Back() {
  const { t } = useTranslation("sign");
  const navigate = useNavigate();
  const back = ownAddress(useParamsOfAddress().back);
  if (back === undefined) return null;
  return (
    <div className="row">
      <Button icon={iconArrowLeft} onClick={() => void navigate({ to: back })}>
        {t("back")}
      </Button>
    </div>
  );
}

interface OpenedProps {
  asked: Asked;
  view: string | undefined;
}

function Opened({ asked, view }: OpenedProps) {
  const { t } = useTranslation("sign");
  return (
    <div className="sign">
      <article className="stack sign-what" aria-labelledby="sign-title">
        <header className="stack sign-head">
          <p className="row small">
            <span className="soft">{t("title")}</span>
            <State asked={asked} />
            <Left asked={asked} />
          </p>
          <h1 id="sign-title">
            <Seen text={asked.object} />
          </h1>
        </header>
        <Shown asked={asked} view={view} />
        <Steps asked={asked} />
        <Rules asked={asked} />
      </article>
      <aside className="card stack sign-do" aria-label={t("sign")}>
        <Doing asked={asked} />
        {asked.signatures.length > 0 && <Document asked={asked} view={view} />}
        <Back />
      </aside>
    </div>
  );
}

const STATES = ["open", "checking", "complete", "refused", "cancelled", "expired"] as const;
type StateName = (typeof STATES)[number];

const stateOf = (asked: Asked): StateName => STATES.find((one) => one === asked.state) ?? "open";

function State({ asked }: { asked: Asked }) {
  const { t } = useTranslation("sign");
  return (
    <span className={`chip sign-state ${asked.state}`} data-state={asked.state}>
      {t(`states.${stateOf(asked)}`)}
    </span>
  );
}

/** Who has just signed here, and as what. */
interface Just {
  name: string;
  meaning: string;
}

function Doing({ asked }: { asked: Asked }) {
  const { t } = useTranslation("sign");
  const client = useQueryClient();
  const meaning = useMeaning();
  const [just, setJust] = useState<Just | null>(null);
  const told = (now: Asked): void => {
    tellRequest(client, now);
    void client.invalidateQueries({ queryKey: ["waiting"] });
  };
  const sign = async ({ step, ...said }: Said): Promise<void> => {
    const one = { request: asked.id, opening: asked.opening, ...(step === undefined ? {} : { step }) };
    const { signed } = await call(api.POST("/api/v1/signatures", { body: { ...said, requests: [one] } }));
    const now = signed[0];
    if (now === undefined) return;
    const last = now.signatures.at(-1);
    setJust(last ? { name: last.person.name, meaning: meaning(last.meaning) } : null);
    told(now);
  };
  const refuse = async ({ acknowledge: _, ...said }: Said & { reason: string }): Promise<void> => {
    setJust(null);
    const body = { ...said, opening: asked.opening };
    told(
      await call(
        api.POST("/api/v1/signature-requests/{id}/refusal", { params: { path: { id: asked.id } }, body }),
      ),
    );
  };
  const open = asked.rules.steps
    .map((step, place) => ({ value: String(place), label: meaning(step.meaning), place }))
    .filter(({ place }) => !asked.rules.ordered && (asked.missing[place] ?? 0) > 0);
  return (
    <>
      {just !== null && !isOver(asked) && <JustSigned just={just} asked={asked} />}
      {isOver(asked) ? (
        <Ended asked={asked} />
      ) : (
        <>
          <h2>{t("sign")}</h2>
          <SignForm demands={asked.rules} steps={open} label={t("sign")} onSign={sign} onRefuse={refuse} />
        </>
      )}
    </>
  );
}

function JustSigned({ just, asked }: { just: Just; asked: Asked }) {
  const { t } = useTranslation("sign");
  const missing = useMissing();
  return (
    <Told kind="success" loud>
      <strong>{t("signed", { name: just.name, meaning: just.meaning })}</strong>
      <p>{t("stillMissing", { what: missing(asked) })}</p>
    </Told>
  );
}

/** How it ended. */
function Ended({ asked }: { asked: Asked }) {
  const { t } = useTranslation("sign");
  const { ending } = asked;
  return (
    <div className="stack sign-ended" data-ended={asked.state}>
      <Told kind={asked.state === "complete" ? "success" : "warning"} loud>
        <strong>{t(`states.${stateOf(asked)}`)}</strong>
        <p>{t(`ends.${stateOf(asked)}`)}</p>
      </Told>
      <dl className="facts">
        {asked.ended_at && (
          <>
            <dt>{t("endedAt")}</dt>
            <dd>
              <Time at={asked.ended_at} />
            </dd>
          </>
        )}
        {ending?.by && (
          <>
            <dt>{t("endedBy")}</dt>
            <dd>
              <bdi>{ending.by.name}</bdi>
            </dd>
          </>
        )}
        {ending?.reason && (
          <>
            <dt>{t("reason")}</dt>
            <dd>
              <Seen text={ending.reason} />
            </dd>
          </>
        )}
      </dl>
    </div>
  );
}

/** The signatures as a file that anybody checks without Pforte. */
function Document({ asked, view }: OpenedProps) {
  const { t } = useTranslation("sign");
  return (
    <p className="small soft">
      <a
        className="button secondary"
        href={addressOf("document", asked.id, view)}
        download={`signatures-${asked.id}.json`}
      >
        <Icon icon={iconDownload} size="24" />
        {t("document")}
      </a>
      <br />
      {t("documentWhy")} <code>pforte signature verify</code>
    </p>
  );
}
