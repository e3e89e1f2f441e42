import { useTranslation } from "react-i18next";
import { Download } from "./Download";
import { documentOf, fileName, keysFile } from "./fetched";
import type { Request } from "./rules";
import "./signature.css";

/**
 * The forms in which the document of a request can be had; another form of the server is another line
 * here, with what fetches it.
 */
const FORMS = [{ ending: "json", fetch: documentOf }] as const;

/** A longer record does not stand in the document, but beside it. */
const MOST_WITHIN_BYTES = 16 * 1024 * 1024;

/** What proves a request without Pforte, and how to check it. */
export function Documents({ request }: { request: Request }) {
  const { t } = useTranslation("signature-parts");
  const { object, key } = request;
  const name = (ending: string): string => fileName(object === key ? object : `${object} ${key}`, ending);
  const file = name("json");
  const { record } = request;
  const apart = record != null && (!record.kept || (record.bytes ?? 0) > MOST_WITHIN_BYTES);
  return (
    <section className="card stack" aria-labelledby="sg-documents">
      <h2 id="sg-documents">{t("documents")}</h2>
      <p>{t("documentsWhy")}</p>
      <div className="row">
        {FORMS.map((form) => (
          <Download
            key={form.ending}
            label={t(`documentAs.${form.ending}`)}
            fetch={() => form.fetch(request.id)}
            name={name(form.ending)}
          />
        ))}
        <Download label={t("keys")} fetch={keysFile} name="pforte-signature-keys.json" />
      </div>
      <p>{t("checkWhy")}</p>
      <pre className="sg-command" dir="ltr">
        {`pforte signature verify "${file}" --keys pforte-signature-keys.json${apart ? " --record RECORD" : ""}`}
      </pre>
      {apart && <p>{t("checkRecord")}</p>}
      <p className="small soft">{t("checkKeys")}</p>
    </section>
  );
}
