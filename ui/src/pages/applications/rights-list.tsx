/** The rights of an application: hundreds to thousands, of which only those in sight are in the page. */
import { iconPlus } from "@siemens/ix-icons/icons";
import { type KeyboardEvent, type RefObject, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format";
import { Button, Empty, Search, useAddress } from "../../parts";
import { inSight, moved, type Span, scrolled, withOne } from "../roles/window";
import type { Application } from "./data";
import { NewRight, RightDialog } from "./right";
import { type ShownRight, shownRights } from "./rights";

/** The height of a line, and how many are ready beside those in sight. */
const ROW = 52;
const MORE = 8;

export interface RightsProps {
  application: Application;
  mayChange: boolean;
}

export function Rights({ application, mayChange }: RightsProps) {
  const { t, i18n } = useTranslation("applications");
  const { compare } = useFormat();
  const [params, change] = useAddress();
  const [opened, setOpened] = useState<ShownRight | "new" | null>(null);
  const text = params.right ?? "";
  const shown = useMemo(
    () => shownRights(application.rights, text, i18n.language, compare),
    [application.rights, text, i18n.language, compare],
  );
  const close = (): void => setOpened(null);
  return (
    <>
      <div className="row app-tools">
        <div className="grow">
          <Search label={t("searchRights")} value={text} onSearch={(right) => change({ right })} />
        </div>
        {mayChange && (
          <Button icon={iconPlus} onClick={() => setOpened("new")}>
            {t("newRight")}
          </Button>
        )}
      </div>
      {shown.length === 0 ? (
        <Empty title={application.rights.length === 0 ? t("noRights") : t("noRightFound")}>
          {application.rights.length === 0 && <p className="soft">{t("noRightsWhy")}</p>}
        </Empty>
      ) : (
        <List key={text} rights={shown} onOpen={setOpened} />
      )}
      {opened === "new" && <NewRight application={application} onClose={close} />}
      {opened !== null && opened !== "new" && (
        <RightDialog
          key={opened.action}
          application={application}
          right={opened}
          mayChange={mayChange}
          onClose={close}
        />
      )}
    </>
  );
}

/** The lines in sight, and how many make a page. */
function useInSight(frame: RefObject<HTMLDivElement | null>, count: number): { span: Span; page: number } {
  const [view, setView] = useState({ span: { first: 0, end: 0 }, page: 1 });
  useLayoutEffect(() => {
    const shown = frame.current;
    if (shown === null) return;
    const look = (): void => {
      const span = inSight(shown.scrollTop, shown.clientHeight, ROW, count, MORE);
      const page = Math.max(1, Math.floor(shown.clientHeight / ROW) - 1);
      const isSame = (before: typeof view): boolean =>
        before.span.first === span.first && before.span.end === span.end && before.page === page;
      setView((before) => (isSame(before) ? before : { span, page }));
    };
    look();
    const size = new ResizeObserver(look);
    size.observe(shown);
    shown.addEventListener("scroll", look, { passive: true });
    return () => {
      size.disconnect();
      shown.removeEventListener("scroll", look);
    };
  }, [frame, count]);
  return view;
}

interface ListProps {
  rights: readonly ShownRight[];
  onOpen: (right: ShownRight) => void;
}

/** One line is in the order of the Tab key; arrows, page keys, Home and End go on from there. */
function List({ rights, onOpen }: ListProps) {
  const { t } = useTranslation("applications");
  const frame = useRef<HTMLDivElement>(null);
  const { span, page } = useInSight(frame, rights.length);
  const [active, setActive] = useState(0);
  const wanted = useRef(false);
  // Others may have retired rights meanwhile.
  const at = Math.min(active, rights.length - 1);
  useLayoutEffect(() => {
    if (!wanted.current) return;
    wanted.current = false;
    frame.current?.querySelector<HTMLElement>(`[data-at="${at}"]`)?.focus({ preventScroll: true });
  });
  const press = (event: KeyboardEvent): void => {
    const grid = { rows: rights.length, columns: 1, takes: () => true, page };
    // Of one column only: Home and End mean the whole list, as with Ctrl in a table.
    const next = moved(grid, { row: at, column: 0 }, event.key, true);
    const shown = frame.current;
    if (next === undefined || shown === null) return;
    event.preventDefault();
    wanted.current = true;
    shown.scrollTop = scrolled(shown.scrollTop, shown.clientHeight, 0, next.row, ROW);
    setActive(next.row);
  };
  return (
    <div className="app-rights" ref={frame}>
      {/* biome-ignore lint/a11y/useSemanticElements: a list that leaves out what is not in sight */}
      <div role="list" aria-label={t("rights")} className="app-lines" style={{ height: rights.length * ROW }}>
        {withOne(span, at).map((place) => {
          const right = rights[place];
          return (
            right && (
              // biome-ignore lint/a11y/useSemanticElements: as above
              <div
                key={right.action}
                role="listitem"
                aria-posinset={place + 1}
                aria-setsize={rights.length}
                className="app-line"
                style={{ top: place * ROW, height: ROW }}
              >
                <button
                  type="button"
                  data-at={place}
                  tabIndex={place === at ? 0 : -1}
                  onFocus={() => setActive(place)}
                  onKeyDown={press}
                  onClick={() => onOpen(right)}
                >
                  <bdi>{right.label}</bdi>
                  <code className="code soft">{right.action}</code>
                  <span className="small soft">{right.languages.join(" ")}</span>
                </button>
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}
