/** What is wrong with a directory server, in the reader's language by its code. */
import i18next from "i18next";
import { useTranslation } from "react-i18next";

export interface FaultTexts {
  what: string;
  todo: string;
}

/** The sentences of a code; a code that is not known here stands for itself. */
export function useFault(): (code: string) => FaultTexts {
  const { t } = useTranslation("faults");
  return (code) =>
    i18next.exists(`faults:${code}.what`)
      ? { what: t(`${code}.what`), todo: t(`${code}.do`) }
      : { what: code, todo: "" };
}
