/**
 * The Japanese slices of the font. They are made known at once to who reads Japanese, and to others
 * after the first page stands, for names; Chinese readers keep their computer's font, whose shapes differ.
 */
import i18next from "i18next";
import "./fonts.css";

const AGAIN_MS = 30_000;

function load(): void {
  // Without them the computer's own font stands in until the server can be heard.
  import("@fontsource-variable/noto-sans-jp/wght.css").catch(() => setTimeout(load, AGAIN_MS));
}

export function startFonts(): void {
  const choose = (language: string): void => {
    if (language === "ja") load();
    else if (language !== "zh") setTimeout(load, 5_000);
  };
  choose(i18next.language);
  i18next.on("languageChanged", choose);
}
