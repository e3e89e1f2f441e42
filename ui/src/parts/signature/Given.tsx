/** The signatures of a request, each with all that it says. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format";
import { Way } from "../../pages/events/way";
import type { Request, Signature } from "./rules";
import { useRulesTelling } from "./telling";
import "../../pages/people/people.css";
import "./signature.css";

/** The signatures in their order. */
export function Given({ request }: { request: Request }) {
  const { t } = useTranslation("signature-parts");
  if (request.signatures.length === 0) return <p className="soft">{t("noneGiven")}</p>;
  return (
    <ol className="sg-given">
      {request.signatures.map((one) => (
        <li key={one.number}>
          <One signature={one} />
        </li>
      ))}
    </ol>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="sg-fact">
      <dt>{label}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}

function One({ signature }: { signature: Signature }) {
  const { t } = useTranslation("signature-parts");
  const telling = useRulesTelling();
  const format = useFormat();
  const { person, at, roles, station, reason, comment } = signature;
  return (
    <article className="card stack" aria-label={person.name}>
      <h3 className="sg-signer">
        <Way kind="signature-request" search={{ person: person.id }} className="p-link p-row-link">
          <bdi>{person.name}</bdi>
        </Way>{" "}
        <span className="soft">{telling.meaning(signature.meaning)}</span>
      </h3>
      <dl className="facts sg-facts">
        <Fact label={t("number")}>{format.number(signature.number)}</Fact>
        <Fact label={t("user")}>
          <bdi>{`${signature.directory}\\${signature.user}`}</bdi>
        </Fact>
        <Fact label={t("roles")}>{format.list(roles.map((role) => role.name))}</Fact>
        <Fact label={t("at")}>
          <MomentWithZone at={at} />
        </Fact>
        <Fact label={t("station")}>{station?.name ?? t("noStation")}</Fact>
        {reason && <Fact label={t("reason")}>{reason}</Fact>}
        {comment && <Fact label={t("comment")}>{comment}</Fact>}
        <Fact label={t("proof")}>
          {telling.proof(signature.strength)}
          <div className="small soft">{t(signature.both_components ? "bothGiven" : "passwordGiven")}</div>
          {signature.through !== "pforte" && <div className="small">{t("throughApplication")}</div>}
        </Fact>
        <Fact label={t("statement")}>
          <span className="sg-hash">{signature.statement}</span>
        </Fact>
        <Fact label={t("event")}>
          <Way kind="events" search={{ event: String(signature.sequence) }} className="p-link p-row-link">
            {t("eventNumber", { number: format.number(signature.sequence) })}
          </Way>
        </Fact>
      </dl>
    </article>
  );
}

/** A moment by the plant's clock, with its zone, as it was signed; the reader's own time below it. */
export function MomentWithZone({ at }: { at: string }) {
  const format = useFormat();
  return (
    <>
      <time dateTime={at} className="sg-moment">
        {at.replace("T", " ")}
      </time>
      <div className="small soft">{format.time(at)}</div>
    </>
  );
}
