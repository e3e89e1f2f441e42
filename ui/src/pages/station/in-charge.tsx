import { iconUserFilled, iconWarningFilled } from "@siemens/ix-icons/icons";
import { useTranslation } from "react-i18next";
import type { Session } from "../../api/session";
import { useEnding } from "../../app/countdown";
import { useLink } from "../../app/link";
import { useFormat } from "../../i18n/format";
import { Icon } from "../../parts/Icon";
import { useNow } from "../../parts/seconds";
import { Time } from "../../parts/Time";
import { Told } from "../../parts/Told";

/** Whether what was last heard may still be believed. */
function useConfirmed(session: Session): boolean {
  const { lost, heardAt } = useLink();
  const now = useNow(500);
  return !lost || now - heardAt < session.lease.seconds * 1000;
}

export function InCharge({ session }: { session: Session }) {
  const { t } = useTranslation("station");
  const confirmed = useConfirmed(session);
  const state = !confirmed ? " unconfirmed" : session.emergency === true ? " emergency" : "";
  return (
    <section className={`in-charge${state}`} aria-labelledby="in-charge-title">
      <h1 className="small soft" id="in-charge-title">
        {t("title")}
      </h1>
      <div className="in-charge-who">
        <Icon icon={session.emergency === true ? iconWarningFilled : iconUserFilled} size="32" />
        <div className="grow">
          <p className="in-charge-name">{session.person.name}</p>
          <p className="soft wrap">{`${session.user.name} (${session.directory.name})`}</p>
        </div>
      </div>
      {!confirmed && (
        <Told kind="alarm" loud>
          <strong>{t("unconfirmed")}</strong>
          <p>{t("unconfirmedWhy")}</p>
        </Told>
      )}
      {session.emergency === true && (
        <Told kind="warning" loud>
          <strong>{t("emergency")}</strong>
          <p>{t("emergencyWhy")}</p>
        </Told>
      )}
      <Facts session={session} />
    </section>
  );
}

function Facts({ session }: { session: Session }) {
  const { t } = useTranslation("station");
  const format = useFormat();
  const { left, canStay } = useEnding(session);
  return (
    <dl className="facts">
      <dt>{t("since")}</dt>
      <dd>
        <Time at={session.started_at} />
      </dd>
      <dt>{t("until")}</dt>
      <dd>
        <Time at={canStay ? session.idle_ends_at : session.ends_at} />{" "}
        <span className="soft">{t(canStay ? "leftIdle" : "leftLatest", { time: format.span(left) })}</span>
      </dd>
      <dt>{t("roles")}</dt>
      <dd>
        {session.roles.length === 0 ? (
          <span className="soft">{t("noRoles")}</span>
        ) : (
          <ul className="chips">
            {session.roles
              .toSorted((a, b) => format.compare(a.name, b.name))
              .map((role) => (
                <li className="chip" key={role.id}>
                  {role.name}
                </li>
              ))}
          </ul>
        )}
      </dd>
      <dt>{t("strength")}</dt>
      <dd>{t(`strengths.${strengthOf(session.strength)}`)}</dd>
    </dl>
  );
}

const STRENGTHS = ["weak", "single", "strong"] as const;

const strengthOf = (told: string): (typeof STRENGTHS)[number] =>
  STRENGTHS.find((known) => known === told) ?? "weak";
