/** Log-on and change of user, and the set-up of the first administrator. */
import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import i18next from "i18next";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { logOnOptions, type Options, sessionQuery } from "../../api/session";
import { ownAddress } from "../../app/address";
import { Frame } from "../../app/frame";
import { useParamsOfAddress } from "../../parts/address";
import { Failed, Progress } from "../../parts/states";
import { LogOnForm } from "./form";
import "./logon.css";
import { SetUpForm } from "./setup";

/** Fetches what comes after the log-on while the person still types. */
function ahead(): void {
  // What fails here is fetched again when it is needed, and told then.
  void import("../station").catch(() => undefined);
  void i18next.loadNamespaces(["station", "explain", "sign", "password"]).catch(() => undefined);
}

export default function LogOnPage() {
  return <Door>{(options) => <Entrance options={options} />}</Door>;
}

/** The frame around a log-on, when it is known what the server offers. */
export function Door({ children }: { children: (options: Options) => ReactNode }) {
  const { t } = useTranslation("logon");
  const options = useQuery(logOnOptions);
  useEffect(ahead, []);
  useEffect(() => {
    const before = document.title;
    document.title = `${t("title")} · Pforte`;
    // What waits behind a log-on has its title already.
    return () => {
      document.title = before;
    };
  }, [t]);
  return (
    <Frame plant={options.data?.plant ?? ""} station={options.data?.station?.name}>
      {options.data !== undefined && children(options.data)}
      {options.data === undefined && options.error === null && <Progress />}
      {options.data === undefined && options.error !== null && (
        <Failed error={options.error} retry={() => void options.refetch()} />
      )}
    </Frame>
  );
}

/** Somebody who is logged on already goes on to where they wanted, unless they want to change the user. */
function Entrance({ options }: { options: Options }) {
  const session = useQuery(sessionQuery).data;
  const { to, change } = useParamsOfAddress();
  if (options.set_up_open) return <SetUpForm />;
  if (session && change === undefined) return <Navigate to={ownAddress(to) ?? "/station"} replace />;
  return <LogOnForm options={options} inCharge={session ?? null} to={ownAddress(to) ?? "/station"} />;
}
