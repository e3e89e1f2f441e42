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
}

export default function ApplicationsPage() {
  const { t } = useTranslation("applications");
  const [{ id }] = useAddress();
  const [given, setGiven] = useState<Given | null>(null);
  return (
    <>
      {id === undefined ? (
        <ApplicationList onGiven={setGiven} />
      ) : (
        <ApplicationPage key={id} id={id} onGiven={setGiven} />
      )}
      {given !== null && (
        <CredentialTold {...given} where={t("credentialWhere")} onClose={() => setGiven(null)} />
      )}
    </>
  );
}
