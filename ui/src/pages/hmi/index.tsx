/**
 * A small process picture of the demo dairy. It uses nothing but the public API: who is in charge, and
 * what this person may do, here, now.
 */
import { iconWarningFilled } from "@siemens/ix-icons/icons";
import { IxIcon } from "@siemens/ix-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { logOnOptions, useLogOff, useSession } from "../../api/session";
import type { Asked } from "../../api/signing";
import { Countdown } from "../../app/countdown";
import { Frame } from "../../app/frame";
import { Button } from "../../parts/Button";
import { ProblemTold } from "../../parts/ProblemTold";
import { Told } from "../../parts/Told";
import { Picture } from "./picture";
import { type Act, done, type Process } from "./process";
import { askRelease, ReleaseEnded, ReleaseWaits } from "./release";
import { mayNow, useAllowed, useSomebodyElse } from "./rights";
import { change, type Release, useRunning } from "./running";
import "./hmi.css";

export default function HmiPage() {
  const { t } = useTranslation("hmi");
  const plant = useQuery(logOnOptions).data?.plant ?? "";
  const session = useSession();
  useSomebodyElse();
  useEffect(() => {
    document.title = `${t("title")} · Pforte`;
  }, [t]);
  return (
    <Frame plant={plant} station={session?.station?.name}>
      <main className="hmi stack">
        <h1 className="unseen">{t("title")}</h1>
        <Who />
        <Control />
      </main>
      {session && <Countdown />}
    </Frame>
  );
}

/** Who is in charge, and the way to somebody else. */
function Who() {
  const { t } = useTranslation("hmi");
  const session = useSession();
  const navigate = useNavigate();
  const logOff = useLogOff();
  const [problem, setProblem] = useState<unknown>(null);
  // Who is in charge stays so until somebody else is logged on.
  const logOn = (): void =>
    void navigate({ to: "/logon", search: { to: "/hmi", ...(session && { change: "user" }) } as never });
  return (
    <section className="hmi-who row" aria-label={t("inCharge")}>
      <p className="grow wrap" data-in-charge={session?.user.name ?? ""}>
        {session ? t("somebody", { name: session.person.name }) : t("nobody")}
      </p>
      <Button kind={session ? "secondary" : "primary"} onClick={logOn}>
        {t(session ? "changeUser" : "logOn")}
      </Button>
      {session && <Button onClick={() => void logOff().catch(setProblem)}>{t("logOff")}</Button>}
      <ProblemTold error={problem} />
    </section>
  );
}

/** The picture with its buttons: live by right, grey without. */
function Control() {
  const { t } = useTranslation("hmi");
  const { process, release } = useRunning();
  const [refused, setRefused] = useState<Act | null>(null);
  const [notDone, setNotDone] = useState(false);
  const [ended, setEnded] = useState<{ asked: Asked; batch: string } | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const allowed = useAllowed();
  const put = (wanted: Act): void => change((now) => ({ ...now, process: done(now.process, wanted) }));
  const alone = async (wanted: Act): Promise<void> => {
    if (await mayNow(wanted)) put(wanted);
    else setRefused(wanted);
  };
  const releaseIt = async (): Promise<void> => {
    setNotDone(process.batch !== "done");
    if (process.batch !== "done" || release !== null) return;
    const asked = await askRelease(process);
    if (asked === null) await alone("release");
    else change((now) => ({ ...now, release: asked }));
  };
  const act = async (wanted: Act): Promise<void> => {
    setRefused(null);
    setNotDone(false);
    setEnded(null);
    setProblem(null);
    try {
      await (wanted === "release" ? releaseIt() : alone(wanted));
    } catch (error) {
      setProblem(error);
    }
  };
  const end = useCallback((of: Release, asked: Asked): void => {
    change((now) => ({
      release: null,
      process: asked.state === "complete" ? done(now.process, "release") : now.process,
    }));
    setEnded({ asked, batch: of.batch });
  }, []);
  return (
    <>
      <Picture process={process} />
      <Alarm process={process} />
      {refused !== null && (
        <Told kind="warning" loud>
          {t("refused", { act: t(`acts.${refused}`) })}
        </Told>
      )}
      {notDone && <Told kind="info">{t("notDone")}</Told>}
      {release !== null && <ReleaseWaits release={release} onEnd={(asked) => end(release, asked)} />}
      {ended !== null && <ReleaseEnded asked={ended.asked} batch={ended.batch} />}
      <ProblemTold error={problem} />
      <Buttons process={process} allowed={allowed} onAct={(wanted) => void act(wanted)} />
    </>
  );
}

function Alarm({ process }: { process: Process }) {
  const { t } = useTranslation("hmi");
  if (process.alarm === "none") return <p className="soft">{t("noAlarm")}</p>;
  return (
    <p className={`hmi-alarm ${process.alarm}`} role="status">
      <IxIcon name={iconWarningFilled} size="24" aria-hidden="true" />
      {process.alarm === "new" ? t("alarmNew") : t("alarmSeen")}
    </p>
  );
}

interface ButtonsProps {
  process: Process;
  allowed: ReadonlySet<Act>;
  onAct: (act: Act) => void;
}

/** The acts by the part of the plant they belong to. */
const GROUPS = [
  { name: "reception", acts: ["valve"] },
  { name: "pasteuriser", acts: ["cooler", "warmer"] },
  { name: "line2", acts: ["mixer", "acknowledge", "override"] },
  { name: "batch", acts: ["start", "hold", "release"] },
] as const satisfies readonly { name: string; acts: readonly Act[] }[];

function Buttons({ process, allowed, onAct }: ButtonsProps) {
  const { t } = useTranslation("hmi");
  const state: Partial<Record<Act, string>> = {
    valve: t(process.valveOpen ? "open" : "closed"),
    mixer: t(process.mixing ? "runs" : "stands"),
    override: t(process.overridden ? "overridden" : "locked"),
    warmer: t("setpoint", { degrees: process.setpoint }),
    release:
      process.number === ""
        ? t(`batches.${process.batch}`)
        : `${t(`batches.${process.batch}`)} · ${process.number}`,
  };
  return (
    <div className="hmi-groups">
      {GROUPS.map((group) => (
        <fieldset key={group.name} className="card">
          <legend>{t(`groups.${group.name}`)}</legend>
          {group.acts.map((act) => (
            <Button
              key={act}
              className="hmi-act"
              data-act={act}
              disabled={!allowed.has(act)}
              title={allowed.has(act) ? undefined : t("notAllowed")}
              onClick={() => onAct(act)}
            >
              <span>{t(`acts.${act}`)}</span>
              {state[act] !== undefined && <span className="hmi-state">{state[act]}</span>}
            </Button>
          ))}
        </fieldset>
      ))}
    </div>
  );
}
