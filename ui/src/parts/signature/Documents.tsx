import { useTranslation } from "react-i18next";
import { Download } from "./Download";
import { type DocumentForm, documentOf, fileName, keysFile } from "./fetched";
import type { Request } from "./rules";
import "./signature.css";

/** The forms in which the document of a request can be had. */
const FORMS: readonly DocumentForm[] = ["json", "pdf", "xml"];

/** A longer record does not stand in the document, but beside it. */
const MOST_WITHIN_BYTES = 16 * 1024 * 1024;

/** What proves a request without Pforte, and how to check it. */
export function Documents({ request }: { request: Request }) {
  const { t, i18n } = useTranslation("signature-parts");
  const { object, key } = request;
  const file = fileName(object === key ? object : `${object} ${key}`, "json");
  const { record } = request;
  const apart = record != null && (!record.kept || (record.bytes ?? 0) > MOST_WITHIN_BYTES);
  return (
    <section className="card stack" aria-labelledby="sg-documents">
      <h2 id="sg-documents">{t("documents")}</h2>
      <p>{t("documentsWhy")}</p>
      <div className="row">
        {FORMS.map((form) => (
          <Download
            key={form}
            label={t(`documentAs.${form}`)}
            fetch={() => documentOf(request.id, form, i18n.language)}
            name={form === "json" ? file : `signatures-${request.id}.${form}`}
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
