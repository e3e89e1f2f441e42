/** Whether an event is genuine: this browser checks the server's proof and shows it. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useFormat } from "../../i18n/format";
import { Button, Failed, Progress, Told } from "../../parts";
import { canCheck, checkEvent } from "./genuine";
import type { LoggedEvent } from "./record";

async function prove(event: LoggedEvent, signal: AbortSignal) {
  const checkpoint = await call(api.GET("/api/v1/log/checkpoint", { signal }));
  const query = { sequence: event.sequence, size: checkpoint.size };
  const proof = await call(api.GET("/api/v1/log/proofs/inclusion", { params: { query }, signal }));
  const finding = canCheck() ? await checkEvent(event.record ?? null, proof, checkpoint) : null;
  return { checkpoint, proof, finding };
}

export function Proof({ event }: { event: LoggedEvent }) {
  const { t } = useTranslation("events");
  const format = useFormat();
  const query = useQuery({
    queryKey: ["events", "proof", event.sequence],
    queryFn: ({ signal }) => prove(event, signal),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const { data } = query;
  if (data === undefined) {
    return query.error === null ? (
      <Progress label={t("checking")} />
    ) : (
      <Failed error={query.error} retry={() => void query.refetch()} />
    );
  }
  const { checkpoint, proof, finding } = data;
  return (
    <section className="stack">
      {finding === null && (
        <Told kind="warning">
          <strong>{t("cannotCheck")}</strong>
          <p>{t("cannotCheckWhy")}</p>
        </Told>
      )}
      {finding?.holds === true && (
        <Told kind="success">
          <strong>{t("genuine")}</strong>
          <p>
            {t("genuineWhy", {
              number: format.number(proof.sequence),
              size: format.number(proof.size),
            })}
          </p>
          <p className="small">{finding.signed === "good" ? t("signedGood") : t("signedUnable")}</p>
        </Told>
      )}
      {finding?.holds === false && (
        <Told kind="alarm" loud>
          <strong>{t("notGenuine")}</strong>
          <p>{t(`faults.${finding.at}`)}</p>
          <p>{t("notGenuineDo")}</p>
        </Told>
      )}
      <details>
        <summary>{t("proof")}</summary>
        <dl className="facts event-proof">
          <dt>{t("proofLeaf")}</dt>
          <dd>{proof.leaf}</dd>
          <dt>{t("proofSalt")}</dt>
          <dd>{proof.salt}</dd>
          <dt>{t("proofPath")}</dt>
          <dd>
            <ol>
              {proof.path.map((hash) => (
                <li key={hash}>{hash}</li>
              ))}
            </ol>
          </dd>
          <dt>{t("proofRoot")}</dt>
          <dd>{proof.root}</dd>
          <dt>{t("checkpoint")}</dt>
          <dd>
            <pre className="event-raw" dir="ltr">
              {checkpoint.note}
            </pre>
          </dd>
          <dt>{t("key")}</dt>
          <dd>{checkpoint.key}</dd>
        </dl>
        <Button onClick={() => void query.refetch()}>{t("checkAgain")}</Button>
      </details>
    </section>
  );
}
