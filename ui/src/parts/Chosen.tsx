import { iconClose } from "@siemens/ix-icons/icons";
import { useTranslation } from "react-i18next";
import { useFormat } from "../i18n/format";
import { Icon } from "./Icon";
import "./choice.css";

export interface Named {
  id: string;
  name: string;
}

export interface ChosenProps {
  things: readonly Named[];
  /** Takes one out again; without it they are only shown. */
  onRemove?: ((id: string) => void) | undefined;
}

/** What is chosen, each with a way to take it out again. */
export function Chosen({ things, onRemove }: ChosenProps) {
  const { t } = useTranslation("parts");
  const { compare } = useFormat();
  if (things.length === 0) return null;
  return (
    <ul className="chips">
      {things
        .toSorted((a, b) => compare(a.name, b.name))
        .map((one) =>
          onRemove === undefined ? (
            <li key={one.id} className="chip">
              <bdi className="choice-cut">{one.name}</bdi>
            </li>
          ) : (
            <li key={one.id}>
              <button
                type="button"
                className="choice-chip"
                aria-label={t("takeOut", { name: one.name })}
                onClick={() => onRemove(one.id)}
              >
                <bdi className="choice-cut">{one.name}</bdi>
                <Icon icon={iconClose} size="16" />
              </button>
            </li>
          ),
        )}
    </ul>
  );
}
