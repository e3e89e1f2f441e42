/** The frame of the pages that a station shows: nothing in it leads out of Pforte. */
import { iconKeyboard, iconLanguage, iconLightDark } from "@siemens/ix-icons/icons";
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { currentLanguage } from "../i18n";
import { LANGUAGES } from "../i18n/languages";
import { useTouchKeyboard } from "../keyboard/use-touch-keyboard";
import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { LanguageChoice, ThemeChoice, TimesChoice } from "./choices";
import { LinkBanner } from "./link";
import { setTheme, useDark } from "./theme";

/** Stops what would carry a panel away from its page: the context menu, and files or links dropped on it. */
function useKiosk(): void {
  useEffect(() => {
    const stop = (event: Event): void => event.preventDefault();
    const kinds = ["contextmenu", "dragstart", "dragover", "drop"];
    for (const kind of kinds) document.addEventListener(kind, stop);
    return () => {
      for (const kind of kinds) document.removeEventListener(kind, stop);
    };
  }, []);
}

/** Language, theme and times in one dialog. */
export function ChoicesDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("app");
  return (
    <Dialog title={t("choices")} onClose={onClose} actions={<Button onClick={onClose}>{t("close")}</Button>}>
      <LanguageChoice />
      <ThemeChoice />
      <TimesChoice />
    </Dialog>
  );
}

/** Opens the touch keyboard where no touch has opened it: on panels whose screen says it is a mouse. */
export function KeyboardButton() {
  const { t } = useTranslation("app");
  const { buttonProps } = useTouchKeyboard();
  return <Button kind="tertiary" icon={iconKeyboard} aria-label={t("keyboard")} {...buttonProps} />;
}

export interface FrameProps {
  /** The plant's name. */
  plant: string;
  /** The station, where the browser is one. */
  station?: string | undefined;
  children: ReactNode;
}

export function Frame({ plant, station, children }: FrameProps) {
  const { t } = useTranslation("app");
  const [choosing, setChoosing] = useState(false);
  const dark = useDark();
  useKiosk();
  return (
    <div className="frame">
      <header className="frame-head">
        <span className="product">Pforte</span>
        <span className="grow wrap">
          {plant}
          {station !== undefined && <span className="soft"> · {station}</span>}
        </span>
        <Button kind="tertiary" icon={iconLanguage} onClick={() => setChoosing(true)}>
          {LANGUAGES[currentLanguage()]}
        </Button>
        <KeyboardButton />
        <Button
          kind="tertiary"
          icon={iconLightDark}
          aria-label={t("switchTheme")}
          onClick={() => setTheme(dark ? "light" : "dark")}
        />
      </header>
      <LinkBanner />
      <main className="frame-main">{children}</main>
      {choosing && <ChoicesDialog onClose={() => setChoosing(false)} />}
    </div>
  );
}
