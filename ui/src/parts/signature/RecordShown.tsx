/** The record that is signed: its hash always, its content where it is kept and readable. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format";
import { Button } from "../Button";
import { Loaded } from "../states";
import { Download } from "./Download";
import { fileName, recordOf } from "./fetched";
import type { Request } from "./rules";
import "./signature.css";

/** So long a record is shown here; a longer one is saved and opened elsewhere. */
const MOST_SHOWN_BYTES = 200_000;

/** A longer one goes to the disk by the browser itself, which has the time for it. */
const MOST_FETCHED_BYTES = 10_000_000;

const isText = (type: string): boolean => /^(text\/plain|application\/(.+\+)?json)\b/i.test(type);

export function RecordShown({ request }: { request: Request }) {
  const { t } = useTranslation("signature-parts");
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const { record } = request;
  if (!record) return null;
  const readable = record.kept && isText(record.media_type) && (record.bytes ?? 0) <= MOST_SHOWN_BYTES;
  const ending = record.media_type.includes("json") ? "json" : isText(record.media_type) ? "txt" : "bin";
  const name = fileName(request.object, ending);
  return (
    <section className="card stack" aria-labelledby="sg-record">
      <h2 id="sg-record">{t("record")}</h2>
      <dl className="facts">
        <dt>{t("mediaType")}</dt>
        <dd>
          <bdi>{record.media_type}</bdi>
          {record.form === "jcs" && <div className="small soft">{t("canonical")}</div>}
        </dd>
        {typeof record.bytes === "number" && (
          <>
            <dt>{t("length")}</dt>
            <dd>{format.bytes(record.bytes)}</dd>
          </>
        )}
        <dt>SHA-256</dt>
        <dd className="sg-hash">{record.sha256}</dd>
      </dl>
      {!record.kept && <p>{t("notKept")}</p>}
      {record.kept && (
        <div className="row">
          {readable && (
            <Button aria-expanded={open} onClick={() => setOpen(!open)}>
              {t(open ? "hideRecord" : "showRecord")}
            </Button>
          )}
          {(record.bytes ?? 0) > MOST_FETCHED_BYTES ? (
            <a
              className="button secondary"
              href={`/api/v1/signature-requests/${request.id}/record`}
              download={name}
            >
              {t("saveRecord")}
            </a>
          ) : (
            <Download label={t("saveRecord")} fetch={() => recordOf(request.id)} name={name} />
          )}
        </div>
      )}
      {open && <Content id={request.id} />}
    </section>
  );
}

function Content({ id }: { id: string }) {
  const { t } = useTranslation("signature-parts");
  const query = useQuery({
    queryKey: ["signature-requests", "record", id],
    queryFn: async ({ signal }) => pretty(await (await recordOf(id, signal)).text()),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Loaded query={query}>
      {(text) => (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so by keys as well
        <section className="sg-record" tabIndex={0} aria-label={t("recordText")}>
          <pre dir="auto">{text}</pre>
        </section>
      )}
    </Loaded>
  );
}

/** JSON with lines of its own; anything else as it is. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
