/** The rows of keys. */
import { type ReactElement, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { LANGUAGES, type Language } from "../i18n/languages";
import { frameOf, isModifier, type KeyPlace, PIN_PAD } from "./frame";
import { Key, type KeyProps } from "./key";
import { accentOf, type Layout } from "./layouts/layout";
import { holds, REST, type State, symbolAt } from "./machine";

export interface FullPadProps {
  layout: Layout;
  state: State;
  isChoosing: boolean;
  isSecret: boolean;
}

export function FullPad(props: FullPadProps): ReactElement {
  const rows = useMemo(() => frameOf(props.layout), [props.layout]);
  const shown = props.isChoosing ? rows.slice(0, -1) : rows;
  return (
    <>
      {shown.map((row) => (
        <Row key={row[0]?.id} places={row} {...props} />
      ))}
      {props.isChoosing && <LayoutRow current={props.layout.code} />}
    </>
  );
}

function Row({ places, ...face }: FullPadProps & { places: readonly KeyPlace[] }): ReactElement {
  return (
    <div className="tk-row">
      {places.map((place, column) =>
        place.id.includes(".") ? (
          <CharacterKey key={place.id} place={place} {...face} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: Shift is on both sides of its row
          <ActionKey key={`${place.id}${column}`} place={place} {...face} />
        ),
      )}
    </div>
  );
}

function CharacterKey({ place, layout, state, isSecret }: FullPadProps & { place: KeyPlace }): ReactElement {
  const { t } = useTranslation("keyboard", { useSuspense: false });
  const symbol = symbolAt(layout, state, place.id);
  const accent = accentOf(symbol);
  const character = accent || symbol;
  const waits = !isSecret && accent !== "" && state.dead === accent;
  return (
    <Key
      {...place}
      name={accent ? t("dead", { accent }) : character || plainOf(symbolAt(layout, REST, place.id))}
      cap={character}
      {...cornersOf(layout, state, place.id)}
      {...(waits ? { isOn: true } : {})}
      isIdle={character === ""}
    />
  );
}

const plainOf = (symbol: string): string => accentOf(symbol) || symbol;

/** What the other levels of a key carry, where it is not just the capital of its letter. */
function cornersOf(layout: Layout, state: State, place: string): Pick<KeyProps, "shifted" | "altGr"> {
  if (state.altGr || state.shift) return {};
  const own = symbolAt(layout, state, place);
  const shifted = symbolAt(layout, { ...state, shift: true }, place);
  const altGr = state.kana === "off" ? symbolAt(layout, { ...state, altGr: true }, place) : "";
  const isPair = own.toLowerCase() === shifted.toLowerCase();
  return { shifted: isPair ? "" : plainOf(shifted), altGr: plainOf(altGr) };
}

function ActionKey({ place, layout, state }: FullPadProps & { place: KeyPlace }): ReactElement {
  const { t } = useTranslation("keyboard", { useSuspense: false });
  const { id } = place;
  const cap = capOf(id, layout);
  return (
    <Key
      {...place}
      name={`${cap} ${t(`key.${id}`)}`.trim()}
      cap={cap}
      {...(isModifier(id) ? { isOn: holds(state, id) } : {})}
      isTabStop={id === "close"}
    />
  );
}

const CAPS: Readonly<Record<string, string>> = { altGr: "Alt Gr", hiragana: "あ", katakana: "ア" };

function capOf(id: string, layout: Layout): string {
  return id === "layout" ? layout.code.toUpperCase() : (CAPS[id] ?? "");
}

/** The layouts by the names that their readers know, in place of the last row. */
function LayoutRow({ current }: { current: Language }): ReactElement {
  const { t } = useTranslation("keyboard", { useSuspense: false });
  return (
    <div className="tk-row">
      {Object.entries(LANGUAGES).map(([code, name]) => (
        <Key key={code} id={`layout.${code}`} width={2} name={name} cap={name} isOn={code === current} />
      ))}
      <Key id="layout" width={1} name={t("key.layout")} />
    </div>
  );
}

/** Digits for a PIN. Their places never change: people know a PIN by its shape, gloves hide the digits. */
export function PinPad(): ReactElement {
  const { t } = useTranslation("keyboard", { useSuspense: false });
  return (
    <>
      {PIN_PAD.map((row) => (
        <div className="tk-row" key={row[0]?.id}>
          {row.map(({ id, width }) => {
            const [, digit] = id.split(".");
            return (
              <Key
                key={id}
                id={id}
                width={width}
                name={digit ?? t(`key.${id}`)}
                cap={digit ?? ""}
                isTabStop={id === "close"}
              />
            );
          })}
        </div>
      ))}
    </>
  );
}
