import { iconClose } from "@siemens/ix-icons/icons";
import { useTranslation } from "react-i18next";
import { Icon } from "../../parts/Icon";
import type { Named } from "./data";

/** What is chosen, each with a way to take it out again. */
export function Chosen({ things, onRemove }: { things: readonly Named[]; onRemove: (id: string) => void }) {
  const { t } = useTranslation("assignments");
  if (things.length === 0) return null;
  return (
    <ul className="chips">
      {things.map((one) => (
        <li key={one.id}>
          <button
            type="button"
            className="a-chip"
            aria-label={t("takeOut", { name: one.name })}
            onClick={() => onRemove(one.id)}
          >
            <bdi className="a-cut">{one.name}</bdi>
            <Icon icon={iconClose} size="16" />
          </button>
        </li>
      ))}
    </ul>
  );
}
