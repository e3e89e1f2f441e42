/** Counts down before the session ends by itself; one touch keeps it. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { secondsUntil } from "../api/clock";
import { SESSION, type Session, sessionQuery } from "../api/session";
import { span } from "../i18n/format";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { ProblemTold } from "../parts/ProblemTold";
import { useNow } from "../parts/seconds";
import { stay } from "./live";

/** How long before its end the session warns, at most. */
const WARN_S = 60;

export interface Ending {
  /** Seconds until the session ends by itself. */
  left: number;
  /** Whether doing something puts the end off. */
  canStay: boolean;
  /** Whether it is time to say so. */
  warns: boolean;
}

/** When a session ends: idle, or at the latest moment of all. A short session warns in its last third. */
export function endingOf(session: Session): Ending {
  const idle = secondsUntil(session.idle_ends_at);
  const latest = secondsUntil(session.ends_at);
  const left = Math.min(idle, latest);
  const idleTime = (Date.parse(session.idle_ends_at) - Date.parse(session.active_at)) / 1000;
  const canStay = idle < latest;
  return { left, canStay, warns: left <= Math.min(WARN_S, canStay ? idleTime / 3 : WARN_S) };
}

/** The ending of the session, counted down by the second. */
export function useEnding(session: Session): Ending {
  useNow(500);
  return endingOf(session);
}

/** Asks for a sign of life when the end is near; any answer to the question is one. */
export function Countdown() {
  // Not one that is over and waits.
  const session = useQuery(sessionQuery).data;
  return session ? <Warning session={session} /> : null;
}

function Warning({ session }: { session: Session }) {
  const { t } = useTranslation("app");
  const client = useQueryClient();
  const { left, canStay, warns } = useEnding(session);
  const [problem, setProblem] = useState<unknown>(null);
  const [seen, setSeen] = useState<string | null>(null);
  if (!warns || left === 0 || (!canStay && seen === session.ends_at)) return null;
  const keep = (): void => {
    if (!canStay) {
      setSeen(session.ends_at);
      return;
    }
    stay().then(
      (next) => {
        setProblem(null);
        client.setQueryData(SESSION, next);
      },
      (error) => setProblem(error),
    );
  };
  return (
    <Dialog
      title={t(canStay ? "idleTitle" : "endTitle")}
      alert
      onClose={keep}
      actions={
        <Button kind="primary" className="large" autoFocus onClick={keep}>
          {t(canStay ? "stay" : "understood")}
        </Button>
      }
    >
      <p>{t(canStay ? "idleWhy" : "endWhy")}</p>
      <p className="countdown" role="timer">
        {span(left)}
      </p>
      <ProblemTold error={problem} />
    </Dialog>
  );
}
