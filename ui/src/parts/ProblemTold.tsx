import { useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asProblem, isSessionOver, type Problem } from "../api/problem";
import { queries } from "../api/query";
import { sessionQuery } from "../api/session";
import { useSeconds } from "./seconds";
import { Told } from "./Told";

/** The key of a problem's text; a code of a newer server has none of its own. */
const keyOf = (problem: Problem): string =>
  i18next.exists(`problems:${problem.code}.what`) ? problem.code : "other";

/** The codes whose own words name a value, right or thing; those of the others only say the same again. */
const TELLING: ReadonlySet<string> = new Set([
  "area-unknown",
  "body-invalid",
  "built-in",
  "cycle",
  "directory-refused",
  "in-use",
  "name-invalid",
  "not-a-signer",
  "not-allowed",
  "other",
  "page-mistake",
  "parameter-invalid",
  "password-unfit",
  "policy-conflict",
  "record-invalid",
  "right-unknown",
  "value-invalid",
]);

/** The sentences of a problem in the reader's language. */
export function useProblemTexts(error: unknown): { what: string; todo: string } {
  const { t } = useTranslation("problems");
  const key = keyOf(asProblem(error));
  return { what: t(`${key}.what`), todo: t(`${key}.do`) };
}

export interface ProblemProps {
  /** What was thrown; nothing is shown for `null` and `undefined`. */
  error: unknown;
  /** To whom it happened, where that is not plain from the place: a user's or directory's name. */
  whom?: string;
  /** Buttons: try again, reload. */
  children?: ReactNode;
}

/** What happened, to whom, what to do; code and number of the request small beside it. */
export function ProblemTold({ error, ...rest }: ProblemProps) {
  if (error === null || error === undefined) return null;
  const Way = isSessionOver(error) ? UntilLogOn : Shown;
  return <Way problem={asProblem(error)} {...rest} />;
}

interface ShownProps extends Omit<ProblemProps, "error"> {
  problem: Problem;
}

/** That nobody was logged on is true no more when somebody is again. */
function UntilLogOn(props: ShownProps) {
  const session = useQuery({ ...sessionQuery, enabled: false }, queries).data;
  return session ? null : <Shown {...props} />;
}

function Shown({ problem, whom, children }: ShownProps) {
  const { t } = useTranslation("parts");
  const { what, todo } = useProblemTexts(problem);
  const key = keyOf(problem);
  const wait = useSeconds(problem.retryAt);
  return (
    <Told kind="alarm" loud>
      <strong>{whom ? `${whom}: ${what}` : what}</strong>
      <p>{todo}</p>
      {wait > 0 && <p>{t("parts:waitFor", { time: clock(wait) })}</p>}
      {TELLING.has(key) && problem.detail !== "" && <p className="small soft">{problem.detail}</p>}
      <p className="small soft">
        {problem.code}
        {problem.requestId !== undefined && ` · ${problem.requestId}`}
      </p>
      {children !== undefined && <div className="row">{children}</div>}
    </Told>
  );
}

const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
