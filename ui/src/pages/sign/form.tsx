/**
 * Who signs proves anew who they are. The session of who is in charge here is not touched; what was typed
 * stays until it is signed, the password alone does not.
 */
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import { logOnOptions, useSession } from "../../api/session";
import type { Rules } from "../../api/signing";
import { Guard } from "../../app/guard";
import { currentLanguage } from "../../i18n";
import { Button } from "../../parts/Button";
import { useCapsLock } from "../../parts/caps";
import { CheckField, LinesField, PasswordField, SelectField, TextField } from "../../parts/Field";
import { ProblemTold } from "../../parts/ProblemTold";
import { useSeconds } from "../../parts/seconds";
import { Told } from "../../parts/Told";

/** What is sent with a signature or a refusal, beside what it is about. */
export interface Said {
  directory?: string;
  user?: string;
  password: string;
  reason?: string;
  comment?: string;
  acknowledge: boolean;
  step?: number;
}

type Demands = Pick<Rules, "reason" | "reasons" | "comment" | "continuous_seconds">;

export interface SignFormProps {
  demands: Demands;
  /** The steps of which one may be chosen, where there is a choice. */
  steps?: readonly { value: string; label: string }[];
  /** What the button does. */
  label: string;
  onSign: (said: Said) => Promise<unknown>;
  /** Where one request alone is shown, signing it can be refused. */
  onRefuse?: (said: Said & { reason: string }) => Promise<unknown>;
  /** Further buttons. */
  children?: ReactNode;
}

interface Typed {
  directory: string;
  user: string;
  password: string;
  reason: string;
  comment: string;
  refusal: string;
  step: string;
  acknowledge: boolean;
}

const NOTHING: Typed = {
  directory: "",
  user: "",
  password: "",
  reason: "",
  comment: "",
  refusal: "",
  step: "",
  acknowledge: false,
};

/** The codes after which the same password is sent once more, with what was missing beside it. */
const GOES_ON: ReadonlySet<string> = new Set(["name-needed", "acknowledgement-needed"]);

/** How long a password stays where nobody goes on. */
const FORGET_MS = 60_000;

/** Longest texts that the server takes, in characters. */
const REASON_CHARS = 200;
const COMMENT_CHARS = 2_000;

const isEmpty = (text: string): boolean => text.trim() === "";
const codeOf = (error: unknown): string => (error === null ? "" : asProblem(error).code);

export function SignForm({ demands, steps = [], label, onSign, onRefuse, children }: SignFormProps) {
  const { t } = useTranslation("sign");
  useTranslation("logon");
  const session = useSession();
  const options = useQuery(logOnOptions).data;
  const [typed, setTyped] = useState(NOTHING);
  const [named, setNamed] = useState(false);
  const [refuses, setRefuses] = useState(false);
  const [tried, setTried] = useState(false);
  /** The statement that is still to be acknowledged, as it is stored. */
  const [statement, setStatement] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const caps = useCapsLock();
  const directories = options?.directories ?? [];
  const own = demands.continuous_seconds > 0 && session && !named ? session : null;
  const put = (changes: Partial<Typed>): void => setTyped((before) => ({ ...before, ...changes }));

  const act = useMutation({
    mutationFn: (refusal: boolean) => {
      const who = own === null ? { user: typed.user.trim(), directory: directoryOf(typed, directories) } : {};
      const said: Said = { ...who, password: typed.password, acknowledge: typed.acknowledge };
      if (refusal && onRefuse) return onRefuse({ ...said, reason: typed.refusal.trim() });
      if (!isEmpty(typed.reason)) said.reason = typed.reason.trim();
      if (!isEmpty(typed.comment)) said.comment = typed.comment.trim();
      if (typed.step !== "") said.step = Number(typed.step);
      return onSign(said);
    },
    onSuccess: () => {
      setTyped(NOTHING);
      setNamed(false);
      setTried(false);
      setRefuses(false);
      setStatement(null);
    },
    onError: (error) => {
      // Nothing was missing; what is asked for now is told by the fault.
      setTried(false);
      const { code, detail } = asProblem(error);
      if (code === "acknowledgement-needed") setStatement(detail);
      if (code === "name-needed") {
        setNamed(true);
        put({ directory: session?.directory.name ?? "" });
      }
      if (!GOES_ON.has(code)) put({ password: "" });
    },
  });
  useForgotten(typed.password, () => put({ password: "" }));
  useFocusOnFault(form, codeOf(act.error), act.failureCount);

  const missing = {
    user: own === null && isEmpty(typed.user),
    password: typed.password === "",
    reason: !refuses && demands.reason === "forced" && isEmpty(typed.reason),
    comment: !refuses && demands.comment === "forced" && isEmpty(typed.comment),
    refusal: refuses && isEmpty(typed.refusal),
    acknowledge: !refuses && statement !== null && !typed.acknowledge,
  };
  const wait = useSeconds(act.error === null ? undefined : asProblem(act.error).retryAt);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (act.isPending || wait > 0) return;
    setTried(true);
    if (Object.values(missing).some(Boolean)) focusFirst(form);
    else act.mutate(refuses);
  };
  const wrong = (field: keyof typeof missing, text: string): string | undefined =>
    tried && missing[field] ? text : undefined;
  return (
    <form ref={form} className="stack sign-form" onSubmit={submit} aria-busy={act.isPending} noValidate>
      <Guard dirty={![typed.reason, typed.comment, typed.refusal].every(isEmpty)} />
      <Who
        own={own?.person.name}
        change={
          session && demands.continuous_seconds > 0
            ? () => {
                setNamed(own !== null);
                setStatement(null);
                put({ password: "", acknowledge: false });
                act.reset();
              }
            : undefined
        }
      />
      {own === null && (
        <>
          {directories.length > 1 && (
            <SelectField
              label={t("logon:directory")}
              value={directoryOf(typed, directories)}
              options={directories.map(({ name }) => ({ value: name, label: name }))}
              onText={(directory) => put({ directory })}
            />
          )}
          <TextField
            label={t("logon:name")}
            name="user"
            maxLength={256}
            required
            wrong={wrong("user", t("nameMissing"))}
            value={typed.user}
            onText={(user) => {
              // Another one has to acknowledge for themselves.
              setStatement(null);
              put({ user, acknowledge: false });
            }}
          />
        </>
      )}
      {!refuses && steps.length > 1 && (
        <SelectField
          label={t("stepChoice")}
          value={typed.step}
          options={[{ value: "", label: t("stepFirst") }, ...steps]}
          onText={(step) => put({ step })}
        />
      )}
      {refuses ? (
        <LinesField
          label={t("refusal")}
          hint={t("refusalWhy")}
          name="refusal"
          rows={2}
          maxLength={REASON_CHARS}
          required
          wrong={wrong("refusal", t("refusalMissing"))}
          value={typed.refusal}
          onText={(refusal) => put({ refusal })}
        />
      ) : (
        <Words demands={demands} typed={typed} put={put} wrong={wrong} />
      )}
      <PasswordField
        label={t("logon:password")}
        name="password"
        required
        wrong={wrong("password", t("passwordMissing"))}
        value={typed.password}
        onText={(password) => put({ password })}
      />
      {caps && (
        <Told kind="warning">
          <p>{t("logon:capsLock")}</p>
        </Told>
      )}
      {statement !== null && !refuses && (
        <Statement
          stored={statement}
          checked={typed.acknowledge}
          wrong={wrong("acknowledge", t("acknowledgeMissing"))}
          onCheck={(acknowledge) => put({ acknowledge })}
        />
      )}
      {!(statement !== null && codeOf(act.error) === "acknowledgement-needed") && (
        <ProblemTold error={act.error} />
      )}
      <div className="actions">
        {children}
        {onRefuse && (
          <Button
            kind="tertiary"
            className="large"
            onClick={() => {
              setRefuses(!refuses);
              setTried(false);
              act.reset();
            }}
          >
            {refuses ? t("notRefuse") : t("refuse")}
          </Button>
        )}
        <Button
          type="submit"
          kind={refuses ? "danger" : "primary"}
          className="large"
          busy={act.isPending}
          disabled={wait > 0}
        >
          {act.isPending ? t("logon:checking") : refuses ? t("refuseNow") : label}
        </Button>
      </div>
    </form>
  );
}

const directoryOf = (typed: Typed, directories: readonly { name: string }[]): string =>
  directories.find((one) => one.name === typed.directory)?.name ?? directories[0]?.name ?? "";

/** As whom one signs, while the session counts, and the way to somebody else. */
function Who({ own, change }: { own: string | undefined; change: (() => void) | undefined }) {
  const { t } = useTranslation("sign");
  const session = useSession();
  if (!session) return null;
  return (
    <div className="sign-who">
      <p className="grow wrap">
        {own === undefined ? t("staysInCharge", { name: session.person.name }) : t("signsAs", { name: own })}
      </p>
      {change && (
        <Button kind="tertiary" onClick={change}>
          {own === undefined ? t("asMe", { name: session.person.name }) : t("somebodyElse")}
        </Button>
      )}
    </div>
  );
}

interface WordsProps {
  demands: Demands;
  typed: Typed;
  put: (changes: Partial<Typed>) => void;
  wrong: (field: "reason" | "comment", text: string) => string | undefined;
}

/** Reason and comment, as the policy asks for them. */
function Words({ demands, typed, put, wrong }: WordsProps) {
  const { t } = useTranslation("sign");
  const optional = (demand: string): string | undefined =>
    demand === "forced" ? undefined : t("mayBeEmpty");
  const reason = {
    label: t("reason"),
    name: "reason",
    hint: optional(demands.reason),
    required: demands.reason === "forced",
    wrong: wrong("reason", t("reasonMissing")),
    value: typed.reason,
    onText: (reason: string) => put({ reason }),
  };
  return (
    <>
      {demands.reason !== "none" &&
        (demands.reasons.length > 0 ? (
          <SelectField
            {...reason}
            options={[
              { value: "", label: t("choose") },
              ...demands.reasons.map((one) => ({ value: one, label: one })),
            ]}
          />
        ) : (
          <TextField {...reason} maxLength={REASON_CHARS} autoCapitalize="sentences" />
        ))}
      {demands.comment !== "none" && (
        <LinesField
          label={t("comment")}
          name="comment"
          rows={2}
          maxLength={COMMENT_CHARS}
          hint={optional(demands.comment)}
          required={demands.comment === "forced"}
          wrong={wrong("comment", t("commentMissing"))}
          value={typed.comment}
          onText={(comment) => put({ comment })}
        />
      )}
    </>
  );
}

interface StatementProps {
  stored: string;
  checked: boolean;
  wrong: string | undefined;
  onCheck: (checked: boolean) => void;
}

/** What a signature means, in the reader's language and in the words that are stored. */
function Statement({ stored, checked, wrong, onCheck }: StatementProps) {
  const { t } = useTranslation("sign");
  return (
    <section className="sign-statement stack" aria-label={t("statementTitle")}>
      <strong>{t("statementTitle")}</strong>
      <p>{t("statement")}</p>
      {currentLanguage() !== "en" && (
        <div className="small">
          <p className="soft">{t("statementStored")}</p>
          <p lang="en">{stored}</p>
        </div>
      )}
      <CheckField name="acknowledge" label={t("acknowledge")} checked={checked} onCheck={onCheck} />
      {wrong !== undefined && (
        <p className="field" role="alert">
          <span className="wrong">{wrong}</span>
        </p>
      )}
    </section>
  );
}

/** A password that nobody sends is taken away again. */
function useForgotten(password: string, forget: () => void): void {
  const latest = useRef(forget);
  latest.current = forget;
  useEffect(() => {
    if (password === "") return;
    const timer = setTimeout(() => latest.current(), FORGET_MS);
    return () => clearTimeout(timer);
  }, [password]);
}

const focusFirst = (form: RefObject<HTMLFormElement | null>): void => {
  // When the faults are marked.
  requestAnimationFrame(() =>
    form.current
      ?.querySelector<HTMLElement>('[aria-invalid="true"], input[name="acknowledge"]:not(:checked)')
      ?.focus(),
  );
};

/** After a fault the focus is where one goes on. */
function useFocusOnFault(form: RefObject<HTMLFormElement | null>, code: string, count: number): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: each failure counts anew
  useEffect(() => {
    const name = {
      "credentials-refused": "password",
      "name-needed": "user",
      "acknowledgement-needed": "acknowledge",
    }[code];
    if (name !== undefined) form.current?.querySelector<HTMLElement>(`[name="${name}"]`)?.focus();
  }, [code, count, form]);
}
