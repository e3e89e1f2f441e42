/** A credential that is told once. */

import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, Told } from "../../parts";
import { Copied } from "../areas/copy";

export interface CredentialProps {
  /** Whose it is. */
  name: string;
  credential: string;
  /** Where it belongs. */
  where: string;
  onClose: () => void;
  children?: ReactNode;
}

/** Shows a credential this once. It closes only by its button, so that no stray key takes it away. */
export function CredentialTold({ name, credential, where, onClose, children }: CredentialProps) {
  const { t } = useTranslation("stations");
  return (
    <Dialog
      title={t("credentialOf", { name })}
      onClose={() => undefined}
      alert
      actions={
        <Button kind="primary" onClick={onClose}>
          {t("credentialKept")}
        </Button>
      }
    >
      <Told kind="warning">
        <strong>{t("credentialOnce")}</strong>
        <p>{t("credentialOnceWhy")}</p>
      </Told>
      <Copied text={credential} label={t("credential")} />
      <p>{where}</p>
      {children}
    </Dialog>
  );
}
