/** What is signed: everything that the request says, and by which rules it is signed. */
import { useTranslation } from "react-i18next";
import { secondsUntil, serverNow } from "../../api/clock";
import { type Asked, isOver } from "../../api/signing";
import { useFormat } from "../../i18n/format";
import { useNow } from "../../parts/seconds";
import { Time } from "../../parts/Time";
import { SignedRecord } from "./record";
import { Seen } from "./seen";
import { useRoles } from "./words";

interface ShownProps {
  asked: Asked;
  view: string | undefined;
}

/** The act with its values and its record. */
export function Shown({ asked, view }: ShownProps) {
  const { t } = useTranslation("sign");
  return (
    <>
      <dl className="facts">
        {asked.description && (
          <>
            <dt>{t("description")}</dt>
            <dd>
              <Seen text={asked.description} />
            </dd>
          </>
        )}
        {asked.outcome && (
          <>
            <dt>{t("outcome")}</dt>
            <dd>
              <Seen text={asked.outcome} />
            </dd>
          </>
        )}
        <dt>{t("action")}</dt>
        <dd>{`${asked.action} · ${asked.area.name}`}</dd>
        {asked.performer && (
          <>
            <dt>{t("performer")}</dt>
            <dd>
              <bdi>{asked.performer.name}</bdi>
            </dd>
          </>
        )}
        {asked.station && (
          <>
            <dt>{t("station")}</dt>
            <dd>
              <bdi>{asked.station.name}</bdi>
            </dd>
          </>
        )}
        <dt>{t("asked")}</dt>
        <dd>
          <Time at={asked.requested_at} />
          <span className="soft">{` · ${asked.application.name}`}</span>
        </dd>
      </dl>
      <Changes asked={asked} />
      <SignedRecord asked={asked} view={view} />
    </>
  );
}

function Changes({ asked }: { asked: Asked }) {
  const { t } = useTranslation("sign");
  if (asked.changes.length === 0) return null;
  return (
    <section className="stack sign-part" aria-labelledby={`changes-${asked.id}`}>
      <h2 id={`changes-${asked.id}`}>{t("changes")}</h2>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("changed")}</th>
            <th scope="col">{t("old")}</th>
            <th scope="col">{t("new")}</th>
          </tr>
        </thead>
        <tbody>
          {asked.changes.map((change, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the values never change their place
            <tr key={place}>
              <td>
                <Seen text={change.what} />
              </td>
              <td>
                {change.old ? <Seen text={change.old} /> : <span className="soft">{t("noValue")}</span>}
              </td>
              <td>
                {change.new ? (
                  <strong>
                    <Seen text={change.new} />
                  </strong>
                ) : (
                  <span className="soft">{t("noValue")}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The time that is left, by the server's clock. */
export function Left({ asked }: { asked: Asked }) {
  const { t } = useTranslation("sign");
  const format = useFormat();
  useNow(500, serverNow);
  if (!asked.expires_at || isOver(asked)) return null;
  const left = secondsUntil(asked.expires_at);
  return (
    <span className={`sign-left${left < 60 ? " short" : ""}`} role="timer">
      {left > 0 ? t("left", { time: format.span(left) }) : t("leftNone")}
    </span>
  );
}

/** The rules of the policy, in words. */
export function Rules({ asked }: { asked: Asked }) {
  const { t } = useTranslation("sign");
  const roles = useRoles();
  const { rules } = asked;
  const said = [
    rules.steps.length > 1 && (rules.ordered ? t("inOrder") : t("anyOrder")),
    rules.one_station && t("oneStation"),
    rules.performer_differs && t("performerDiffers"),
    rules.one_person_once && rules.steps.length > 1 && t("onePersonOnce"),
    rules.when === "after" && t("actFirst"),
    rules.reason === "forced" && t("reasonForced"),
    rules.comment === "forced" && t("commentForced"),
    rules.strength === "strong" && t("strong"),
    rules.cancel_roles.length > 0 && t("mayCancel", { roles: roles(rules.cancel_roles) }),
  ].filter((text) => text !== false);
  return (
    <section className="stack sign-part" aria-labelledby={`rules-${asked.id}`}>
      <h2 id={`rules-${asked.id}`}>{t("rules")}</h2>
      <ul className="sign-rules">
        {said.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <p className="small soft wrap">
        {t("policy", { name: asked.policy.name, version: asked.policy_version })}
      </p>
    </section>
  );
}
