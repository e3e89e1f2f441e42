import { useTranslation } from "react-i18next";
import { Problem } from "../../api/problem";
import { ProblemTold, Told } from "../../parts";
import { PageLink, useMayOpen } from "../people/go";
import type { Directory, Overview } from "./data";
import { faultOf, type Trouble, troublesOf } from "./troubles";

const keyOf = (trouble: Trouble): string =>
  "directory" in trouble ? `${trouble.kind} ${trouble.directory.id}` : trouble.kind;

/** What is wrong, to whom, and what to do about it. */
export function Troubles({ now }: { now: Overview }) {
  const { t } = useTranslation("overview");
  const troubles = troublesOf(now);
  if (troubles.length === 0) return null;
  return (
    <section className="stack" aria-label={t("troubles")}>
      {troubles.map((trouble) => (
        <One key={keyOf(trouble)} trouble={trouble} />
      ))}
    </section>
  );
}

function One({ trouble }: { trouble: Trouble }) {
  const { t } = useTranslation("overview");
  switch (trouble.kind) {
    case "log":
      return (
        <ProblemTold error={new Problem(trouble.code, 503, "")} whom={t("logWhole")}>
          <span>{t("logMeans")}</span>
        </ProblemTold>
      );
    case "emergency":
      return (
        <Told kind="warning">
          <strong>{t("emergency", { count: trouble.count })}</strong>
          <p>
            {t("emergencyMeans")}{" "}
            <PageLink to="sessions" search={{ emergency: "yes" }}>
              {t("emergencyShow")}
            </PageLink>
          </p>
        </Told>
      );
    default:
      return <Unwell directory={trouble.directory} down={trouble.kind === "directory"} />;
  }
}

/** A directory of which nobody, or not every server, can be asked. */
function Unwell({ directory, down }: { directory: Directory; down: boolean }) {
  const { t } = useTranslation("overview");
  const mayOpen = useMayOpen();
  const lost = directory.servers.filter((server) => !server.up);
  // Set apart, so that a name written from the right does not turn the sentence around.
  const name = `\u2068${directory.name}\u2069`;
  return (
    <Told kind={down ? "alarm" : "warning"} loud={down}>
      <strong>
        {down ? t("directoryDown", { name }) : t("directoryWeak", { name, count: lost.length })}
      </strong>
      <p>{down ? t("directoryDownMeans") : t("directoryWeakMeans")}</p>
      <ul className="o-faults">
        {lost.map(({ server, code }) => (
          <li key={server} className="wrap">
            {server}: {t(`faults.${faultOf(code)}`)} <span className="small soft">{code}</span>
          </li>
        ))}
      </ul>
      {mayOpen("directories") && (
        <PageLink to="directories" id={directory.id} search={{}} className="p-link o-act">
          {t("directoryTest")}
        </PageLink>
      )}
    </Told>
  );
}
