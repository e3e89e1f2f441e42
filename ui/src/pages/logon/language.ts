import i18next from "i18next";
import { useEffect } from "react";
import type { Options } from "../../api/session";
import { kept } from "../../app/kept";
import { isLanguage } from "../../i18n/languages";

/** A panel speaks the plant's language until somebody chooses another there; its browser's says nothing. */
export function useStationLanguage(options: Options | undefined): void {
  const language = options?.station ? options.languages?.[0] : undefined;
  useEffect(() => {
    if (isLanguage(language) && kept("language") === undefined) void i18next.changeLanguage(language);
  }, [language]);
}
