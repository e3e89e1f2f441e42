/** The reader's choices of this browser: language, theme, how times are written. */
import { useTranslation } from "react-i18next";
import { useSession } from "../api/session";
import { currentLanguage, setLanguage } from "../i18n";
import { setTimes, type Times, useTimes } from "../i18n/format";
import { LANGUAGES, type Language } from "../i18n/languages";
import { SelectField } from "../parts/Field";
import { setTheme, THEMES, type Theme, useTheme } from "./theme";

const languages = Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }));

/** Whoever is logged on chooses for themselves, and else for the station. */
export function LanguageChoice() {
  const { t } = useTranslation("app");
  const user = useSession()?.user.id;
  return (
    <SelectField
      label={t("language")}
      value={currentLanguage()}
      options={languages}
      onText={(language) => void setLanguage(language as Language, user)}
    />
  );
}

export function ThemeChoice() {
  const { t } = useTranslation("app");
  return (
    <SelectField
      label={t("theme")}
      value={useTheme()}
      options={THEMES.map((value) => ({ value, label: t(`themes.${value}`) }))}
      onText={(theme) => setTheme(theme as Theme)}
    />
  );
}

export function TimesChoice() {
  const { t } = useTranslation("app");
  return (
    <SelectField
      label={t("times")}
      value={useTimes()}
      options={[
        { value: "locale", label: t("timesLocale") },
        { value: "iso", label: "ISO 8601" },
      ]}
      onText={(times) => setTimes(times as Times)}
    />
  );
}
