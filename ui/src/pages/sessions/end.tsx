import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { LinesField, Told } from "../../parts";
import { Ask } from "../areas/ask";
import type { Session } from "./data";

/** Ends a session from afar, with the reason that the event log keeps. */
export function EndSession({
  session,
  own,
  onDone,
  onClose,
}: {
  session: Session;
  own: boolean;
  onDone: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation("sessions");
  const [reason, setReason] = useState("");
  const text = reason.trim();
  const query = text === "" ? {} : { reason: text };
  const name = session.person.name;
  return (
    <Ask
      title={t("endTitle", { name })}
      yes={t("end")}
      danger
      whom={name}
      act={() => call(api.DELETE("/api/v1/sessions/{id}", { params: { path: { id: session.id }, query } }))}
      onDone={onDone}
      onClose={onClose}
    >
      {own && <Told kind="warning">{t("endOwn")}</Told>}
      <p className="wrap">
        {session.station ? t("endAt", { station: session.station.name }) : t("endElsewhere")}
      </p>
      <LinesField
        label={t("reason")}
        hint={t("reasonHint", { left: 500 - [...reason].length })}
        maxLength={500}
        value={reason}
        onText={setReason}
      />
    </Ask>
  );
}
