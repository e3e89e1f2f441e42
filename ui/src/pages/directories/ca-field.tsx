import { iconUpload } from "@siemens/ix-icons/icons";
import { useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, LinesField, Time, useNow } from "../../parts";
import { asPem, type Certificate, certificatesIn } from "./certificate";
import type { DirectoryForm } from "./form";

/** The server takes no longer text. */
const LONGEST = 64 * 1024;

export interface CaProps {
  value: DirectoryForm;
  set: (changes: Partial<DirectoryForm>) => void;
  readOnly: boolean;
}

/** Whose certificates the domain controllers may have. */
export function CaField({ value, set, readOnly }: CaProps) {
  const { t } = useTranslation("directories");
  const name = useId();
  const trust = (kind: DirectoryForm["trust"], label: string) => (
    <label className="check">
      <input
        type="radio"
        name={name}
        disabled={readOnly}
        checked={value.trust === kind}
        onChange={() => set({ trust: kind })}
      />
      <span>{label}</span>
    </label>
  );
  return (
    <fieldset className="d-set">
      <legend>{t("trust")}</legend>
      <div className="d-trust">
        {trust("given", t("trustGiven"))}
        {trust("system", t("trustSystem"))}
      </div>
      {value.trust === "given" && <Given value={value} set={set} readOnly={readOnly} />}
    </fieldset>
  );
}

function Given({ value, set, readOnly }: CaProps) {
  const { t } = useTranslation("directories");
  const file = useRef<HTMLInputElement>(null);
  const [tooLong, setTooLong] = useState(false);
  const found = certificatesIn(value.ca);
  const none = value.ca.trim() !== "" && found.length === 0;
  const take = async (chosen: File | undefined): Promise<void> => {
    if (chosen === undefined) return;
    setTooLong(chosen.size > LONGEST);
    if (chosen.size <= LONGEST) set({ ca: asPem(new Uint8Array(await chosen.arrayBuffer())) });
  };
  return (
    <>
      {!readOnly && (
        <>
          <Button icon={iconUpload} onClick={() => file.current?.click()}>
            {t("caFile")}
          </Button>
          <input
            ref={file}
            type="file"
            hidden
            accept=".pem,.crt,.cer,.der"
            aria-label={t("caFile")}
            onChange={(event) => {
              void take(event.target.files?.[0]);
              // The same file may be chosen again after it was changed.
              event.target.value = "";
            }}
          />
        </>
      )}
      <LinesField
        label={t("ca")}
        hint={t("caHint")}
        wrong={tooLong ? t("caTooLong") : none ? t("caNone") : undefined}
        required
        readOnly={readOnly}
        rows={4}
        maxLength={LONGEST}
        spellCheck={false}
        autoComplete="off"
        value={value.ca}
        onText={(ca) => {
          setTooLong(false);
          set({ ca });
        }}
      />
      {found.length > 0 && (
        <ul className="d-certificates">
          {found.map((certificate, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same certificate may stand there twice
            <li key={at}>{certificate === null ? t("caUnreadable") : <Told certificate={certificate} />}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function Told({ certificate: { subject, from, until } }: { certificate: Certificate }) {
  const { t } = useTranslation("directories");
  const now = useNow(60_000);
  const wrong = until.getTime() < now ? t("expired") : from.getTime() > now ? t("notYet") : "";
  return (
    <>
      <bdi className="wrap">{subject}</bdi>{" "}
      <span className="soft small">
        <Time at={from.toISOString()} only="day" /> – <Time at={until.toISOString()} only="day" />
      </span>
      {wrong !== "" && <strong className="d-down"> {wrong}</strong>}
    </>
  );
}
