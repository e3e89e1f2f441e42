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

/** What proves a request without Pforte, and how to check it. */
export function Documents({ request }: { request: Request }) {
  const { t } = useTranslation("signature-parts");
  const { object, key } = request;
  const name = (ending: string): string => fileName(object === key ? object : `${object} ${key}`, ending);
  const file = name("json");
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
      <pre
        className="sg-command"
        dir="ltr"
      >{`pforte signature verify "${file}" --keys pforte-signature-keys.json`}</pre>
      <p className="small soft">{t("checkKeys")}</p>
    </section>
  );
}
