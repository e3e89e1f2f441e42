import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { asProblem } from "../../api/problem";
import { type Options, SESSION, type Session } from "../../api/session";
import { Button } from "../../parts/Button";
import { notOfRules } from "../../parts/broken";
import { useCapsLock } from "../../parts/caps";
import { PasswordField, SelectField, TextField } from "../../parts/Field";
import { ProblemTold, useProblemTexts } from "../../parts/ProblemTold";
import { BrokenRules, isRenewed, NOT_RENEWED, RenewFields } from "../../parts/RenewFields";
import { useSeconds } from "../../parts/seconds";
import { Told } from "../../parts/Told";

interface Typed {
  directory: string;
  user: string;
  password: string;
}

export interface LogOnFormProps {
  options: Options;
  /** Whose session goes on until the new one stands; nobody's at a plain log-on. */
  inCharge: Session | null;
  /** The session that is over and whose unsaved work waits at this address. */
  waiting?: Session;
  /** Where to go afterwards; `null` to stay. */
  to: string | null;
}

export function LogOnForm({ options, inCharge, waiting, to }: LogOnFormProps) {
  const { t } = useTranslation("logon");
  const title = inCharge === null ? t("title") : t("changeTitle");
  return (
    <section className="log-on" aria-labelledby="log-on-title">
      {options.notice !== "" && <Notice text={options.notice} />}
      <h1 id="log-on-title">{title}</h1>
      {options.station_refused === true && (
        <Told kind="alarm" loud>
          <strong>{t("stationRefused")}</strong>
          <p>{t("stationRefusedWhy")}</p>
        </Told>
      )}
      {inCharge !== null && (
        <Told>
          <p>{t("staysInCharge", { name: inCharge.person.name })}</p>
        </Told>
      )}
      {waiting !== undefined && (
        <Told loud>
          <p>{t("workWaits", { name: waiting.person.name })}</p>
        </Told>
      )}
      <Fields options={options} changes={inCharge !== null} to={to} waitsFor={waiting?.user.id} />
    </section>
  );
}

/** What the administrator wrote; plain text, line breaks kept. */
function Notice({ text }: { text: string }) {
  const { t } = useTranslation("logon");
  return (
    // Long notices scroll by themselves, so the keyboard must reach them.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls needs the focus
    <section className="notice" aria-label={t("notice")} tabIndex={0}>
      {text}
    </section>
  );
}

const byPassword = (typed: Typed & { new_password?: string }) =>
  call(api.POST("/api/v1/sessions", { body: { ...typed, cookie: true } }));

/** The browser itself shows the server the ticket of this computer's user. */
const byTicket = () => call(api.POST("/api/v1/sessions/negotiate", { body: { cookie: true } }));

type LoggedOn = Awaited<ReturnType<typeof byPassword>>;

/** Calls the server and puts the new session in the place of the old one. */
function useLogOn<T>(
  begin: (typed: T) => Promise<LoggedOn>,
  { to, waitsFor }: { to: string | null; waitsFor: string | undefined },
) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: begin,
    onSuccess: async ({ session }) => {
      // What was asked before would be told that nobody is logged on.
      await client.cancelQueries();
      // What the one before was allowed to see is not the next one's.
      if (session.user.id === waitsFor) void client.invalidateQueries();
      else
        client.removeQueries({
          predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] && queryKey[0] !== "logon",
        });
      client.setQueryData(SESSION, session);
      if (to !== null) await navigate({ to, replace: true });
    },
  });
}

/** The codes that ask for another password. */
const ASKS_FOR_NEW: ReadonlySet<string> = new Set(["password-must-change", "password-expired"]);

const asksForNew = (error: unknown): boolean => error !== null && ASKS_FOR_NEW.has(asProblem(error).code);

interface FieldsProps {
  options: Options;
  changes: boolean;
  to: string | null;
  /** The user whose work waits. */
  waitsFor: string | undefined;
}

function Fields({ options, changes, to, waitsFor }: FieldsProps) {
  const { t } = useTranslation("logon");
  const [typed, setTyped] = useState<Typed>({ directory: "", user: "", password: "" });
  const [renews, setRenews] = useState(false);
  const [renewed, setRenewed] = useState(NOT_RENEWED);
  const password = useRef<HTMLInputElement>(null);
  const caps = useCapsLock();
  const logOn = useLogOn(byPassword, { to, waitsFor });
  const single = useLogOn(byTicket, { to, waitsFor });
  const offered = options.directories.some((one) => one.single_sign_on === true);
  const busy = logOn.isPending || single.isPending;
  const error = logOn.error ?? single.error;
  const wait = useSeconds(error === null ? undefined : asProblem(error).retryAt);
  const known = options.directories.some((one) => one.name === typed.directory);
  const directory = known ? typed.directory : (options.directories[0]?.name ?? "");
  const complete = typed.user.trim() !== "" && typed.password !== "" && (!renews || isRenewed(renewed));
  const ready = complete && wait === 0;

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!ready || busy) return;
    single.reset();
    const asked = { ...typed, directory, ...(renews ? { new_password: renewed.next } : {}) };
    logOn.mutate(asked, {
      onError: (error) => {
        if (asksForNew(error)) setRenews(true);
        else if (notOfRules(error) !== null) password.current?.select();
      },
    });
  };
  const keepOld = (): void => {
    setRenews(false);
    setRenewed(NOT_RENEWED);
    logOn.reset();
  };
  const showTicket = (): void => {
    if (busy) return;
    logOn.reset();
    single.mutate();
  };
  return (
    <form className="stack" onSubmit={submit} aria-busy={busy}>
      <div className="log-on-fields">
        <SelectField
          label={t("directory")}
          value={directory}
          options={options.directories.map(({ name }) => ({ value: name, label: name }))}
          onText={(text) => setTyped({ ...typed, directory: text })}
        />
        <TextField
          label={t("name")}
          name="username"
          autoComplete="username"
          maxLength={256}
          required
          autoFocus
          value={typed.user}
          onText={(user) => setTyped({ ...typed, user })}
        />
        <PasswordField
          label={renews ? t("password:old") : t("password")}
          name="password"
          autoComplete="current-password"
          required
          ref={password}
          value={typed.password}
          onText={(text) => setTyped({ ...typed, password: text })}
        />
        {renews && <RenewFields value={renewed} onChange={setRenewed} autoFocus />}
      </div>
      <div className="log-on-end">
        <div className="stack">
          {caps && (
            <Told kind="warning">
              <p>{t("capsLock")}</p>
            </Told>
          )}
          {asksForNew(logOn.error) ? (
            <NewNeeded error={logOn.error} />
          ) : (
            <>
              <BrokenRules error={logOn.error} />
              <ProblemTold error={notOfRules(logOn.error) ?? single.error} />
            </>
          )}
        </div>
        <Acts changes={changes} renews={renews} busy={logOn.isPending} ready={ready} keepOld={keepOld}>
          <Button kind="tertiary" className="large" onClick={() => setRenews(true)}>
            {t("password:title")}
          </Button>
        </Acts>
        {offered && !renews && (
          <div className="actions">
            <Button className="large" busy={single.isPending} disabled={wait > 0} onClick={showTicket}>
              {t("byTicket")}
            </Button>
          </div>
        )}
      </div>
    </form>
  );
}

/** That the password must be changed is no fault of what was typed. */
function NewNeeded({ error }: { error: unknown }) {
  const { t } = useTranslation("logon");
  const { what, todo } = useProblemTexts(error);
  return (
    <Told kind="warning" loud>
      <strong>{t("password:must")}</strong>
      <p>{what}</p>
      <p>{todo}</p>
    </Told>
  );
}

interface ActsProps {
  changes: boolean;
  renews: boolean;
  busy: boolean;
  ready: boolean;
  keepOld: () => void;
  /** The way to a new password. */
  children: ReactNode;
}

function Acts({ changes, renews, busy, ready, keepOld, children }: ActsProps) {
  const { t } = useTranslation("logon");
  const navigate = useNavigate();
  const done = changes ? t("changeUser") : t("logOn");
  return (
    <div className="actions">
      {renews ? (
        <Button kind="tertiary" className="large" onClick={keepOld}>
          {t("password:keepOld")}
        </Button>
      ) : (
        children
      )}
      {changes && (
        <Button className="large" onClick={() => void navigate({ to: "/station", replace: true })}>
          {t("cancel")}
        </Button>
      )}
      <Button type="submit" kind="primary" className="large" busy={busy} disabled={!ready}>
        {busy ? t("checking") : renews ? t("password:changeAndLogOn") : done}
      </Button>
    </div>
  );
}
