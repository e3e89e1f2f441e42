import { useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import { useEffect } from "react";
import { logOnOptions, useSession } from "../api/session";
import { currentLanguage, languageHere, languageOf } from "../i18n";

/** Speaks the language of who is logged on, and the station's again when they have left. */
export function useSpeaking(): void {
  const options = useQuery({ ...logOnOptions, enabled: false }).data;
  const session = useSession();
  const user = session?.user.id;
  const ofStation = options?.station ? options.languages?.[0] : undefined;
  const isKnown = session !== undefined;
  useEffect(() => {
    if (!isKnown) return;
    const language = (user === undefined ? undefined : languageOf(user)) ?? languageHere(ofStation);
    if (language !== currentLanguage()) void i18next.changeLanguage(language);
  }, [isKnown, user, ofStation]);
}
