/** The record that is signed, as it is. */
import { iconDownload } from "@siemens/ix-icons/icons";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { type Asked, addressOf } from "../../api/signing";
import { useFormat } from "../../i18n/format";
import { Icon } from "../../parts/Icon";
import { Failed, Progress } from "../../parts/states";
import { Told } from "../../parts/Told";
import { Seen } from "./seen";
import { asText, indented, sha256 } from "./text";

/** Longest record that is shown, in bytes; a longer one is fetched. */
const MOST = 256 * 1024;

interface RecordProps {
  asked: Asked;
  view: string | undefined;
}

export function SignedRecord({ asked, view }: RecordProps) {
  const { t } = useTranslation("sign");
  const format = useFormat();
  const { record } = asked;
  if (!record) return null;
  const bytes = record.bytes ?? undefined;
  return (
    <section className="stack sign-part" aria-labelledby={`record-${asked.id}`}>
      <h2 id={`record-${asked.id}`}>{t("record")}</h2>
      {record.kept && (bytes ?? 0) <= MOST && <Content asked={asked} view={view} />}
      {!record.kept && <p>{t("recordNotKept")}</p>}
      {record.kept && (bytes ?? 0) > MOST && <p>{t("recordLong")}</p>}
      <p className="small soft wrap">
        {[record.media_type, ...(bytes === undefined ? [] : [format.bytes(bytes)])].join(" · ")}
        {" · SHA-256 "}
        <code>{record.sha256}</code>
      </p>
      {record.kept && (
        <p>
          <a className="button tertiary" href={addressOf("record", asked.id, view)} download>
            <Icon icon={iconDownload} size="24" />
            {t("recordDownload")}
          </a>
        </p>
      )}
    </section>
  );
}

function Content({ asked, view }: RecordProps) {
  const { t } = useTranslation("sign");
  const wanted = asked.record?.sha256 ?? "";
  const query = useQuery({
    queryKey: ["signature-records", asked.id, view ?? ""],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const bytes = (await call(
        api.GET("/api/v1/signature-requests/{id}/record", {
          params: { path: { id: asked.id }, query: view === undefined ? {} : { view } },
          parseAs: "arrayBuffer",
          signal,
        }),
      )) as unknown as ArrayBuffer;
      const found = await sha256(bytes);
      return { text: asText(bytes), whole: found === null || found === wanted };
    },
  });
  if (query.data === undefined) {
    return query.error === null ? (
      <Progress />
    ) : (
      <Failed error={query.error} retry={() => void query.refetch()} />
    );
  }
  const { text, whole } = query.data;
  return (
    <>
      {!whole && (
        <Told kind="alarm" loud>
          <strong>{t("recordBroken")}</strong>
        </Told>
      )}
      {text === null ? (
        <p>{t("recordBytes")}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls needs the focus
        <section className="sign-record" tabIndex={0} aria-label={t("record")}>
          <Seen text={asked.record?.form === "jcs" ? indented(text) : text} />
        </section>
      )}
    </>
  );
}
