import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Guard } from "../app/guard";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { ProblemTold } from "./ProblemTold";

export interface MakeDialogProps<T> {
  title: string;
  /** What the button that makes it says. */
  yes: string;
  /** Whether enough is typed. */
  ready: boolean;
  /** Whether anything is typed that could be lost. */
  dirty: boolean;
  make: () => Promise<T>;
  onMade: (made: T) => void;
  onClose: () => void;
  /** The fields. */
  children: ReactNode;
}

/** Asks for what a new thing needs and makes it; what is typed stays after a refusal. */
export function MakeDialog<T>({ title, yes, ready, dirty, make, ...props }: MakeDialogProps<T>) {
  const { t } = useTranslation("parts");
  const making = useMutation({ mutationFn: make, onSuccess: props.onMade });
  const submit = (): void => {
    if (ready && !making.isPending) making.mutate();
  };
  return (
    <Dialog
      title={title}
      onClose={props.onClose}
      actions={
        <>
          <Button onClick={props.onClose}>{t("cancel")}</Button>
          <Button kind="primary" busy={making.isPending} disabled={!ready} onClick={submit}>
            {yes}
          </Button>
        </>
      }
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {props.children}
        {/* Enter in a field makes it: a form of several fields needs a button for that. */}
        <button type="submit" hidden />
      </form>
      <ProblemTold error={making.error} />
      {/* On its way to the server it is no longer typed text that could be lost: the page goes on to it. */}
      <Guard dirty={dirty && !making.isPending && !making.isSuccess} />
    </Dialog>
  );
}
