/** The table of the directories; whoever may change them puts them in order by hand, button or key. */
import { iconArrowDown, iconArrowUp, iconDragGripper } from "@siemens/ix-icons/icons";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../parts";
import { Icon } from "../../parts/Icon";
import { useDrag } from "../areas/drag";
import { PageLink } from "../people/go";
import { Mark, Name } from "../people/shown";
import { type Directory, defaultOf } from "./data";
import { kindOf } from "./form";
import { Servers } from "./health";

export interface TableProps {
  all: readonly Directory[];
  /** Puts one at another place; not there: the order cannot be changed. */
  move?: (id: string, to: number) => void;
}

export function Table({ all, move }: TableProps) {
  const { t } = useTranslation("directories");
  const usual = defaultOf(all)?.id;
  const body = useRef<HTMLTableSectionElement>(null);
  const wanted = useRef<{ id: string; by: string } | null>(null);
  const place = (id: string): number => all.findIndex((one) => one.id === id);
  const { carried, start } = useDrag({
    attribute: "data-directory",
    canDrop: (id, over) => id !== over,
    onDrop: (id, over) => move?.(id, place(over)),
  });
  // A line that is put elsewhere loses the focus; it gets it back there.
  useEffect(() => {
    if (wanted.current === null) return;
    const { id, by } = wanted.current;
    const line = body.current?.querySelector(`[data-directory="${CSS.escape(id)}"]`);
    const button = line?.querySelector<HTMLButtonElement>(`[data-by="${by}"]`);
    if (button) (button.disabled ? line?.querySelector<HTMLElement>('[data-by="grip"]') : button)?.focus();
    wanted.current = null;
  });
  const shift = (id: string, by: number, from: string): void => {
    wanted.current = { id, by: from };
    move?.(id, place(id) + by);
  };
  return (
    <table className={move ? "plain picking d-table d-movable" : "plain picking d-table"}>
      <thead>
        <tr>
          {move && (
            <th scope="col">
              <span className="unseen">{t("order")}</span>
            </th>
          )}
          <th scope="col">{t("name")}</th>
          <th scope="col">{t("kind")}</th>
          <th scope="col">{t("servers")}</th>
        </tr>
      </thead>
      <tbody ref={body}>
        {all.map((directory, at) => (
          <tr
            key={directory.id}
            data-directory={directory.id}
            className={lineClass(directory, carried?.id, carried?.over)}
          >
            {move && (
              <td>
                <div className="d-order above">
                  <button
                    type="button"
                    className="d-grip"
                    data-by="grip"
                    aria-label={t("carry", { name: directory.name })}
                    onPointerDown={(event) => start(directory.id, event)}
                    onKeyDown={(event) => arrow(event, (by) => shift(directory.id, by, "grip"))}
                  >
                    <Icon icon={iconDragGripper} />
                  </button>
                  <Button
                    kind="tertiary"
                    icon={iconArrowUp}
                    data-by="up"
                    aria-label={t("moveUp", { name: directory.name })}
                    disabled={at === 0}
                    onClick={() => shift(directory.id, -1, "up")}
                  />
                  <Button
                    kind="tertiary"
                    icon={iconArrowDown}
                    data-by="down"
                    aria-label={t("moveDown", { name: directory.name })}
                    disabled={at === all.length - 1}
                    onClick={() => shift(directory.id, 1, "down")}
                  />
                </div>
              </td>
            )}
            <td>
              <PageLink to="directories" id={directory.id} search={{}} className="pick d-name">
                <Name cut>{directory.name}</Name>
              </PageLink>
              <Marks directory={directory} usual={directory.id === usual} />
            </td>
            <td>
              {t(`kinds.${kindOf(directory)}`)}
              <span className="d-domain soft small">
                <Name>{directory.ldap?.domain ?? directory.workgroup?.host ?? ""}</Name>
              </span>
            </td>
            <td>
              <Servers directory={directory} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What is particular about a directory, in a word each. */
export function Marks({ directory, usual }: { directory: Directory; usual: boolean }) {
  const { t } = useTranslation("directories");
  return (
    <span className="d-marks">
      {usual && <Mark>{t("usual")}</Mark>}
      {!directory.enabled && <Mark kind="off">{t("off")}</Mark>}
      {directory.from_file && <Mark>{t("fromFile")}</Mark>}
    </span>
  );
}

const lineClass = ({ id }: Directory, carried: string | undefined, over: string | undefined): string => {
  if (id === carried) return "d-carried";
  return carried !== undefined && id === over ? "d-over" : "";
};

function arrow(event: KeyboardEvent, move: (by: number) => void): void {
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  move(by);
}
