/** A credential that is told once. */

import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, Told } from "../../parts";
import { Copied } from "../areas/copy";

/** How a credential is spoken of. */
export interface CredentialWords {
  title: string;
  once: string;
  why: string;
  kept: string;
  label: string;
}

export interface CredentialProps {
  /** Whose it is. */
  name: string;
  credential: string;
  /** Where it belongs. */
  where: string;
  /** For what is a credential of another kind. */
  words?: CredentialWords | undefined;
  onClose: () => void;
  children?: ReactNode;
}

/** Shows a credential this once. It closes only by its button, so that no stray key takes it away. */
export function CredentialTold({ name, credential, where, words, onClose, children }: CredentialProps) {
  const { t } = useTranslation("stations");
  const told: CredentialWords = words ?? {
    title: t("credentialOf", { name }),
    once: t("credentialOnce"),
    why: t("credentialOnceWhy"),
    kept: t("credentialKept"),
    label: t("credential"),
  };
  return (
    <Dialog
      title={told.title}
      onClose={() => undefined}
      alert
      actions={
        <Button kind="primary" onClick={onClose}>
          {told.kept}
        </Button>
      }
    >
      <Told kind="warning">
        <strong>{told.once}</strong>
        <p>{told.why}</p>
      </Told>
      <Copied text={credential} label={told.label} />
      <p>{where}</p>
      {children}
    </Dialog>
  );
}
