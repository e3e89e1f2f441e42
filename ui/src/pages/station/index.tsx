/** The view of a station: who is in charge, since when, until when, with which roles. */

import { iconCogwheel, iconLock, iconLogOut, iconPen, iconUser } from "@siemens/ix-icons/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import i18next from "i18next";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { serverNow } from "../../api/clock";
import { type Session, useLogOff } from "../../api/session";
import { waitingQuery } from "../../api/signing";
import { pagesFor, useAccess } from "../../app/access";
import { SessionPage } from "../../app/session-page";
import { Button } from "../../parts/Button";
import { ProblemTold } from "../../parts/ProblemTold";
import { OwnQuestion } from "../explain/own";
import { InCharge } from "./in-charge";
import { PasswordEnds } from "./password";
import "./station.css";

/** Fetches the log-on, to which every way leads from here: a change of user must not begin with an empty page. */
function ahead(): void {
  // What fails here is fetched again when it is needed, and told then.
  void import("../logon").catch(() => undefined);
  void i18next.loadNamespaces("logon").catch(() => undefined);
}

export default function StationPage() {
  const { t } = useTranslation("station");
  useTranslation("sign");
  useTranslation("password");
  useEffect(ahead, []);
  return (
    <SessionPage title={t("title")}>
      {(session) => (
        <div className="station stack">
          <InCharge session={session} />
          {session.password_ends_at && (
            <PasswordEnds
              at={session.password_ends_at}
              now={serverNow()}
              notice={session.password_notice_days ?? 0}
            />
          )}
          <Waiting />
          <Acts session={session} />
          <OwnQuestion />
        </div>
      )}
    </SessionPage>
  );
}

/** The way to what waits for the own signature, and how much that is. */
function Waiting() {
  const { t } = useTranslation("station");
  const navigate = useNavigate();
  const count = useQuery(waitingQuery).data?.items.length ?? 0;
  return (
    <div className="row">
      <Button
        kind={count > 0 ? "secondary" : "tertiary"}
        icon={iconPen}
        data-waiting={count}
        onClick={() => void navigate({ to: "/waiting" })}
      >
        {t("sign:waiting")}
        {count > 0 && <span className="station-count">{count}</span>}
      </Button>
    </div>
  );
}

/** What one can do here: change the user, log off, administer. */
function Acts({ session }: { session: Session }) {
  const { t } = useTranslation("station");
  const navigate = useNavigate();
  const logOff = useLogOff();
  const [problem, setProblem] = useState<unknown>(null);
  const first = pagesFor(useAccess())[0];
  return (
    <>
      <ProblemTold error={problem} whom={session.person.name} />
      <div className="actions station-acts">
        {first !== undefined && (
          <Button
            kind="tertiary"
            className="large"
            icon={iconCogwheel}
            onClick={() => void navigate({ to: first.to })}
          >
            {t("administer")}
          </Button>
        )}
        <Button
          kind="tertiary"
          className="large"
          icon={iconLock}
          onClick={() => void navigate({ to: "/password" })}
        >
          {t("password:title")}
        </Button>
        <Button
          className="large"
          icon={iconUser}
          onClick={() => void navigate({ to: "/logon", search: { change: "user" } as never })}
        >
          {t("changeUser")}
        </Button>
        <Button
          kind="primary"
          className="large"
          icon={iconLogOut}
          onClick={() => void logOff().catch(setProblem)}
        >
          {t("logOff")}
        </Button>
      </div>
    </>
  );
}
