import { firstSpoken, type Language } from "../../i18n/languages";
import { de } from "./de";
import { en } from "./en";
import { es } from "./es";
import { fr } from "./fr";
import { it } from "./it";
import { ja } from "./ja";
import type { Layout } from "./layout";
import { zh } from "./zh";

export const LAYOUTS: Readonly<Record<Language, Layout>> = { en, de, fr, it, es, ja, zh };

/** The layout for a language tag such as `de-AT`; the one of the United States where there is none. */
export const layoutFor = (tag: string): Layout => LAYOUTS[firstSpoken([tag])];
