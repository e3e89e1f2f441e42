/** Applications: the programs that ask Pforte, where they get answers, and the rights they have. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAddress } from "../../parts";
import { CredentialTold } from "../stations/credential";
import { ApplicationPage } from "./application";
import { ApplicationList } from "./list";
import "../areas/areas.css";
import "../areas/split.css";
import "./applications.css";

/** A credential that was just made; it is known only here and only now. */
export interface Given {
  name: string;
  credential: string;
  /** What it is for, where it is not the credential of the application. */
  of?: "webhook";
}

export default function ApplicationsPage() {
  const [{ id }] = useAddress();
  const [given, setGiven] = useState<Given | null>(null);
  return (
    <>
      {id === undefined ? (
        <ApplicationList onGiven={setGiven} />
      ) : (
        <ApplicationPage key={id} id={id} onGiven={setGiven} />
      )}
      {given !== null && <GivenTold given={given} onClose={() => setGiven(null)} />}
    </>
  );
}

function GivenTold({ given, onClose }: { given: Given; onClose: () => void }) {
  const { t } = useTranslation("applications");
  const { name, credential } = given;
  const told = { name, credential, onClose };
  if (given.of !== "webhook") return <CredentialTold {...told} where={t("credentialWhere")} />;
  return (
    <CredentialTold
      {...told}
      where={t("webhook.secretWhere")}
      words={{
        title: t("webhook.secretOf", { name }),
        once: t("webhook.secretOnce"),
        why: t("webhook.secretOnceWhy"),
        kept: t("webhook.secretKept"),
        label: t("webhook.secret"),
      }}
    />
  );
}
