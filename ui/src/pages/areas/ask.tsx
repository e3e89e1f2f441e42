/** A question before an act; what went wrong stays in it, with what was typed. */
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Confirm, ProblemTold } from "../../parts";

export interface AskProps {
  title: string;
  /** What the button does, as a verb. */
  yes: string;
  danger?: boolean;
  /** Whom it concerns, for what goes wrong. */
  whom?: string;
  act: () => Promise<unknown>;
  onDone: () => void;
  onClose: () => void;
  children?: ReactNode;
}

export function Ask({ title, yes, danger = false, whom, act, onDone, onClose, children }: AskProps) {
  const { t } = useTranslation("areas");
  const doing = useMutation({ mutationFn: act, onSuccess: onDone });
  return (
    <Confirm
      title={title}
      yes={yes}
      no={t("cancel")}
      danger={danger}
      busy={doing.isPending}
      onYes={() => doing.mutate()}
      onNo={onClose}
    >
      {children}
      <ProblemTold error={doing.error} {...(whom === undefined ? {} : { whom })} />
    </Confirm>
  );
}
