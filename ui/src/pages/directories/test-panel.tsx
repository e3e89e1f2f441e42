/** The test of a directory, each step as it happens. */
import {
  iconCircleDot,
  iconError,
  iconHourglass,
  iconMinus,
  iconPlay,
  iconSearch,
  iconSuccess,
  iconWarning,
} from "@siemens/ix-icons/icons";
import { useTranslation } from "react-i18next";
import { Button, ProblemTold, Told } from "../../parts";
import { same } from "../../parts/edit";
import { Icon } from "../../parts/Icon";
import { Name } from "../people/shown";
import { useFault } from "./fault";
import { type DirectoryForm, triedOf } from "./form";
import type { StepRow } from "./test-lines";
import type { Testing } from "./use-test";

const ICONS: Record<StepRow["state"], string> = {
  waiting: iconCircleDot,
  running: iconHourglass,
  good: iconSuccess,
  doubtful: iconWarning,
  bad: iconError,
  "left-out": iconMinus,
};

/** How what stands in the form was tested. */
export type Verdict = "untested" | "running" | "stale" | "good" | "bad";

export function verdictOf({ of, running, shown, problem }: Testing, form: DirectoryForm): Verdict {
  if (of === null) return "untested";
  if (!same(triedOf(of), triedOf(form))) return "stale";
  if (running) return "running";
  return problem === null && shown.good === true ? "good" : "bad";
}

export interface TestPanelProps {
  test: Testing;
  form: DirectoryForm;
  /** Whether there is enough to be tested. */
  ready: boolean;
  /** What is stored: that alone can be probed. */
  stored?: DirectoryForm;
}

export function TestPanel({ test, form, ready, stored }: TestPanelProps) {
  const { t } = useTranslation("directories");
  const { rows } = test.shown;
  const verdict = verdictOf(test, form);
  const doubtful = rows.some((row) => row.state === "doubtful");
  const servers = [...new Set(rows.map((row) => row.server))];
  return (
    <section className="card stack d-test" aria-labelledby="d-test">
      <div className="p-card-head">
        <h2 id="d-test">{t("test")}</h2>
        {test.running ? (
          <Button onClick={test.stop}>{t("testStop")}</Button>
        ) : (
          <div className="d-starts">
            <Button icon={iconPlay} disabled={!ready} onClick={() => test.begin(form)}>
              {t("testStart")}
            </Button>
            {stored && (
              <Button
                icon={iconSearch}
                disabled={!same(form, stored)}
                onClick={() => test.begin(form, "probe")}
              >
                {t("probeStart")}
              </Button>
            )}
          </div>
        )}
      </div>
      {rows.length === 0 && !test.running && <p className="soft">{t("testWhy")}</p>}
      {rows.length === 0 && !test.running && stored && <p className="soft">{t("probeWhy")}</p>}
      {rows.length === 0 && test.running && <p className="soft">{t("testBegins")}</p>}
      {verdict === "stale" && rows.length > 0 && <Told>{t("testStale")}</Told>}
      <ProblemTold error={test.problem} />
      {verdict === "good" && !doubtful && <Told kind="success">{t("testGood")}</Told>}
      {verdict === "good" && doubtful && <Told kind="warning">{t("testDoubtful")}</Told>}
      {verdict === "bad" && test.shown.good === false && <Told kind="alarm">{t("testBad")}</Told>}
      <div className="stack" aria-live="polite" aria-busy={test.running}>
        {servers.map((server) => (
          <div key={server}>
            <h3>
              <Name>{server}</Name>
            </h3>
            <ol className="d-steps">
              {rows
                .filter((row) => row.server === server)
                .map((row) => (
                  <Step key={row.step} row={row} />
                ))}
            </ol>
          </div>
        ))}
      </div>
    </section>
  );
}

function Step({ row }: { row: StepRow }) {
  const { t, i18n } = useTranslation("directories");
  const fault = useFault();
  const { step, state, code, detail, said, particular, millis } = row;
  const wrong = (state === "bad" || state === "doubtful") && code !== undefined ? fault(code) : null;
  const found =
    said && i18n.exists(`directories:found.${said.key}`) ? t(`found.${said.key}`, said.with) : detail;
  const named = i18n.exists(`directories:steps.${step}`) ? t(`steps.${step}`) : step;
  return (
    <li className={`d-step ${state}`} data-step={step} data-state={state}>
      <Icon icon={ICONS[state]} />
      <span className="d-step-name">{named}</span>
      <span className="d-state small">
        {millis === undefined ? t(`states.${state}`) : t("millis", { state: t(`states.${state}`), millis })}
      </span>
      {wrong !== null && (
        <span className="d-said">
          <strong>{wrong.what}</strong> {wrong.todo}
        </span>
      )}
      {(particular ?? found) && (
        <bdi className="d-said code soft" dir="auto">
          {particular ?? found}
        </bdi>
      )}
    </li>
  );
}
