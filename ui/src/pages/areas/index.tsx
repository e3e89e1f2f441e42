/** Areas: the plant as a tree that people build, rename and rearrange. */
import { iconMove, iconPlus, iconRename, iconTrashcan } from "@siemens/ix-icons/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useAccess } from "../../app/access";
import { useFormat } from "../../i18n/format";
import { Button, Empty, Loaded, Page, Search, Told, useAddress } from "../../parts";
import { Ask } from "./ask";
import { type Area, areasQuery } from "./data";
import { AreaDetail, changeArea, MoveMeans } from "./detail";
import { NewArea } from "./new";
import { Detail, Split } from "./split";
import { canMove, closedAtFirst, countBelow, rowsOf } from "./tree";
import { Tree } from "./tree-view";
import "./areas.css";

export default function AreasPage() {
  const { t } = useTranslation("areas");
  const areas = useQuery(areasQuery);
  return (
    <Page title={t("title")} subtitle={t("about")} full>
      <Loaded query={areas} isEmpty={(all) => all.length === 0} empty={<Empty title={t("none")} />}>
        {(all) => <Plant areas={all} />}
      </Loaded>
    </Page>
  );
}

type Asked = { kind: "new" | "remove"; area: Area } | { kind: "move"; area: Area; below: string };

function Plant({ areas }: { areas: readonly Area[] }) {
  const { t } = useTranslation("areas");
  const { compare } = useFormat();
  const mayChange = useAccess().may("areas.manage");
  const client = useQueryClient();
  const [params, change] = useAddress();
  const [closed, setClosed] = useState<ReadonlySet<string>>(() => closedAtFirst(areas));
  const [asked, setAsked] = useState<Asked | null>(null);
  const [marked, setMarked] = useState<string>();
  const nameField = useRef<HTMLInputElement>(null);
  const text = params.text ?? "";
  const rows = useMemo(() => rowsOf(areas, { closed, text, compare }), [areas, closed, text, compare]);
  const selected = areas.find((area) => area.id === params.id);
  const byId = (id: string): Area | undefined => areas.find((area) => area.id === id);

  const open = (id: string): void => setClosed((before) => new Set([...before].filter((one) => one !== id)));
  const toggle = (id: string): void =>
    setClosed((before) =>
      before.has(id) ? new Set([...before].filter((one) => one !== id)) : new Set([...before, id]),
    );
  const ask = (kind: "new" | "remove", area = selected): void => {
    if (area !== undefined && (kind === "new" || area.parent)) setAsked({ kind, area });
  };
  const askMove = (id: string, below: string): void => {
    const area = byId(id);
    if (area !== undefined) setAsked({ kind: "move", area, below });
  };
  const rename = (): void => {
    nameField.current?.focus();
    nameField.current?.select();
  };
  const changed = async (): Promise<void> => {
    await client.invalidateQueries({ queryKey: ["areas"] });
    setAsked(null);
    setMarked(undefined);
  };
  const under = byId(marked ?? "");

  return (
    <>
      <Split
        list={
          <>
            <div className="row">
              <div className="grow">
                <Search label={t("search")} value={text} onSearch={(wanted) => change({ text: wanted })} />
              </div>
              {mayChange && (
                <Tools
                  selected={selected ?? areas.find((area) => !area.parent)}
                  onNew={(area) => ask("new", area)}
                  onRename={rename}
                  onMark={setMarked}
                  onRemove={() => ask("remove")}
                  some={selected !== undefined}
                />
              )}
            </div>
            {under !== undefined && (
              <Told>
                <p className="wrap">{t("marked", { path: under.path })}</p>
                <div className="row">
                  <Button
                    disabled={selected === undefined || !canMove(areas, under.id, selected.id)}
                    onClick={() => selected && askMove(under.id, selected.id)}
                  >
                    {t("moveHere")}
                  </Button>
                  <Button onClick={() => setMarked(undefined)}>{t("cancel")}</Button>
                </div>
              </Told>
            )}
            {rows.length === 0 ? (
              <Empty title={t("notFound")} />
            ) : (
              <Tree
                rows={rows}
                selected={selected?.id}
                marked={marked}
                mayChange={mayChange}
                canMove={(id, below) => canMove(areas, id, below)}
                onSelect={(id) => change({ id })}
                onToggle={toggle}
                onOpen={open}
                onMove={askMove}
                onMark={setMarked}
                onRename={rename}
                onRemove={() => ask("remove")}
                onNew={() => ask("new")}
              />
            )}
            {mayChange && <p className="small soft keys">{t("keys")}</p>}
          </>
        }
        detail={
          selected !== undefined && (
            <Detail title={selected.name} onClose={() => change({ id: undefined })}>
              <AreaDetail key={selected.id} area={selected} areas={areas} nameField={nameField} />
            </Detail>
          )
        }
      />
      {asked?.kind === "new" && (
        <NewArea
          parent={asked.area}
          onClose={() => setAsked(null)}
          onMade={async (made) => {
            await changed();
            open(asked.area.id);
            change({ id: made.id });
          }}
        />
      )}
      {asked?.kind === "move" && (
        <Ask
          title={t("moveTitle", { name: asked.area.name, to: byId(asked.below)?.path ?? "" })}
          yes={t("move")}
          whom={asked.area.path}
          act={() => changeArea({ ...asked.area, parent: asked.below }, asked.area)}
          onDone={async () => {
            await changed();
            open(asked.below);
          }}
          onClose={() => setAsked(null)}
        >
          <MoveMeans area={asked.area} areas={areas} below={asked.below} />
        </Ask>
      )}
      {asked?.kind === "remove" && (
        <Ask
          title={t("removeTitle", { path: asked.area.path })}
          yes={t("remove")}
          danger
          whom={asked.area.path}
          act={() => call(api.DELETE("/api/v1/areas/{id}", { params: { path: { id: asked.area.id } } }))}
          onDone={async () => {
            change({ id: asked.area.parent ?? undefined });
            await changed();
          }}
          onClose={() => setAsked(null)}
        >
          <p>{t("removeWhy")}</p>
          {countBelow(areas, asked.area.id) > 0 && (
            <p>{t("removeBelow", { count: countBelow(areas, asked.area.id) })}</p>
          )}
        </Ask>
      )}
    </>
  );
}

interface ToolsProps {
  selected: Area | undefined;
  some: boolean;
  onNew: (area: Area | undefined) => void;
  onRename: () => void;
  onMark: (id: string) => void;
  onRemove: () => void;
}

/** What can be done with the selected area, for fingers and mice; the keys do the same. */
function Tools({ selected, some, onNew, onRename, onMark, onRemove }: ToolsProps) {
  const { t } = useTranslation("areas");
  const movable = some && !!selected?.parent;
  return (
    <div className="row tools" role="toolbar" aria-label={t("tools")}>
      <Button icon={iconPlus} onClick={() => onNew(selected)}>
        {t("new")}
      </Button>
      <Button
        icon={iconRename}
        aria-label={t("rename")}
        title={t("rename")}
        disabled={!some}
        onClick={onRename}
      />
      <Button
        icon={iconMove}
        aria-label={t("moveMark")}
        title={t("moveMark")}
        disabled={!movable}
        onClick={() => selected && onMark(selected.id)}
      />
      <Button
        icon={iconTrashcan}
        aria-label={t("remove")}
        title={t("remove")}
        disabled={!movable}
        onClick={onRemove}
      />
    </div>
  );
}
