/** Everything that the log holds of one event. */
import { iconArrowDown, iconArrowUp, iconClose } from "@siemens/ix-icons/icons";
import i18next from "i18next";
import { type ReactNode, type Ref, useId } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format";
import { Button, Told } from "../../parts";
import { type Difference, differences } from "./diff";
import { useNames } from "./names";
import { Proof } from "./proof";
import { type LoggedEvent, type Named, type Recorded, recordOf } from "./record";
import { Way } from "./way";

export interface DetailProps {
  ref?: Ref<HTMLHeadingElement>;
  event: LoggedEvent;
  onClose: () => void;
  onNewer: (() => void) | undefined;
  onOlder: (() => void) | undefined;
}

export function Detail({ ref, event, onClose, onNewer, onOlder }: DetailProps) {
  const { t } = useTranslation("events");
  const names = useNames();
  const id = useId();
  const record = recordOf(event);
  return (
    <aside
      className="event-detail card"
      aria-labelledby={id}
      onKeyDown={(key) => key.key === "Escape" && onClose()}
    >
      <header className="event-detail-head">
        <h2 id={id} ref={ref} tabIndex={-1} className="grow wrap">
          {record === undefined ? t("purgedShort") : names.type(record.type)}
        </h2>
        <Button
          kind="tertiary"
          icon={iconArrowUp}
          aria-label={t("newer")}
          disabled={onNewer === undefined}
          onClick={onNewer}
        />
        <Button
          kind="tertiary"
          icon={iconArrowDown}
          aria-label={t("older")}
          disabled={onOlder === undefined}
          onClick={onOlder}
        />
        <Button kind="tertiary" icon={iconClose} aria-label={t("closeDetail")} onClick={onClose} />
      </header>
      {record === undefined ? (
        <Told>
          <strong>{t("purged")}</strong>
          <p>{t("purgedWhy")}</p>
        </Told>
      ) : (
        <>
          <Facts event={event} record={record} />
          <Values record={record} />
        </>
      )}
      <Proof key={event.sequence} event={event} />
      {record !== undefined && (
        <details>
          <summary>{t("raw")}</summary>
          <pre className="event-raw" dir="ltr">
            {JSON.stringify(event.record, null, 2)}
          </pre>
        </details>
      )}
    </aside>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}

const two = (value: number): string => String(value).padStart(2, "0");

/** The offset of the plant's clock as ISO 8601 writes it. */
const offset = (minutes: number): string => {
  const whole = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(whole / 60))}:${two(whole % 60)}`;
};

/** The moment by the plant's wall clock, to the microsecond. */
export function atPlant(at: string, zone: number): string {
  const wall = new Date(Date.parse(at) + zone * 60_000);
  if (Number.isNaN(wall.getTime())) return "";
  const micros = /\.(\d{1,6})/.exec(at)?.[1] ?? "0";
  return `${wall.toISOString().slice(0, 19)}.${micros.padEnd(6, "0")}${offset(zone)}`;
}

function Facts({ event, record }: { event: LoggedEvent; record: Recorded }) {
  const { t } = useTranslation("events");
  const names = useNames();
  const format = useFormat();
  const { who, what } = record;
  const sessionId = sessionOf(record);
  const thing = (kind: string, named: Named | undefined) =>
    named && (
      <Way kind={kind} id={named.id}>
        <bdi>{named.name === "" ? named.id : named.name}</bdi>
      </Way>
    );
  return (
    <dl className="facts">
      <Fact label={t("number")}>{format.number(event.sequence)}</Fact>
      <Fact label={t("columns.time")}>
        {format.time(event.at)}
        <div className="small soft">
          <time dateTime={event.at}>{event.at}</time>
        </div>
        {record.zone !== undefined && (
          <div className="small soft">{t("plantTime", { time: atPlant(event.at, record.zone) })}</div>
        )}
      </Fact>
      <Fact label={t("columns.result")}>
        <span className={`result ${record.result}`}>{names.result(record.result)}</span>
      </Fact>
      <Fact label={t("severity")}>{names.severity(record.severity)}</Fact>
      <Fact label={t("category")}>{names.category(record.category)}</Fact>
      <Fact label={t("columns.who")}>
        {who.kind === "person" || who.kind === "application" ? (
          <Way kind={who.kind === "person" ? "user" : "application"} id={who.id}>
            <bdi>{who.name}</bdi>
          </Way>
        ) : (
          <bdi>{names.actor(who)}</bdi>
        )}
        {who.directory !== "" && (
          <div className="small soft">{t("ofDirectory", { name: who.directory })}</div>
        )}
        {who.id !== "" && (
          <div className="small">
            <Way kind="events" search={{ user: who.id }}>
              {t("allBy")}
            </Way>
          </div>
        )}
      </Fact>
      {what !== undefined && (
        <Fact label={names.kind(what.kind)}>
          {thing(what.kind, what)}
          <div className="small soft">{what.id}</div>
        </Fact>
      )}
      {sessionId !== "" && (
        <Fact label={t("kinds.session")}>
          <Way kind="events" search={{ text: sessionId }}>
            {t("allOfSession")}
          </Way>
          {" · "}
          <Way kind="session" id={sessionId}>
            {t("toSession")}
          </Way>
        </Fact>
      )}
      {record.station && <Fact label={t("kinds.station")}>{thing("station", record.station)}</Fact>}
      {record.application && (
        <Fact label={t("kinds.application")}>{thing("application", record.application)}</Fact>
      )}
      {record.area && <Fact label={t("kinds.area")}>{thing("area", record.area)}</Fact>}
      {record.code !== "" && (
        <Fact label={t("code")}>
          <CodeTold code={record.code} />
        </Fact>
      )}
      {record.reason !== "" && (
        <Fact label={t("reason")}>
          <span dir="auto">{record.reason}</span>
        </Fact>
      )}
      {record.request !== "" && (
        <Fact label={t("request")}>
          <Way kind="events" search={{ text: record.request }}>
            {record.request}
          </Way>
        </Fact>
      )}
      <Fact label={t("eventId")}>{record.id}</Fact>
      <Fact label={t("node")}>{record.node}</Fact>
      {record.monotonic !== undefined && (
        <Fact label={t("sinceStart")}>
          {t("seconds", { seconds: format.number(record.monotonic / 1_000_000) })}
        </Fact>
      )}
    </dl>
  );
}

/** The session that an event tells of, where it does. */
function sessionOf({ what, new: now }: Recorded): string {
  if (what?.kind === "session") return what.id;
  const told = typeof now === "object" && now !== null && "session" in now ? now.session : "";
  return typeof told === "string" ? told : "";
}

/** A problem's code with the sentence that belongs to it. */
export function CodeTold({ code }: { code: string }) {
  const { t } = useTranslation("problems");
  return (
    <>
      {i18next.exists(`problems:${code}.what`) && <div>{t(`problems:${code}.what`)}</div>}
      <span className="small soft">{code}</span>
    </>
  );
}

/** The value before beside the value after. */
function Values({ record }: { record: Recorded }) {
  const { t } = useTranslation("events");
  const all = differences(record.old, record.new);
  if (all.length === 0) return null;
  const both = record.old !== undefined && record.old !== null;
  return (
    <section>
      <h3>{t("values")}</h3>
      <table className="plain event-values">
        <thead>
          <tr>
            <th scope="col">{t("field")}</th>
            {both && <th scope="col">{t("before")}</th>}
            <th scope="col">{both ? t("after") : t("value")}</th>
          </tr>
        </thead>
        <tbody>
          {all.map((one, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the fields of one event never change
            <tr key={at} className={both ? one.change : "same"}>
              <th scope="row">{one.field}</th>
              {both && <Value text={one.before} mark={one.change === "removed" ? one.change : "same"} />}
              <Value text={one.after} mark={both && one.change !== "removed" ? one.change : "same"} />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Value({ text, mark }: { text: string | undefined; mark: Difference["change"] }) {
  const { t } = useTranslation("events");
  return (
    <td>
      {text === undefined ? <span className="soft">–</span> : <span dir="auto">{text}</span>}
      {mark !== "same" && <span className={`change-mark ${mark}`}>{t(`changes.${mark}`)}</span>}
    </td>
  );
}
