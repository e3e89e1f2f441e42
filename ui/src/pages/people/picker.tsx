import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call, type Schema } from "../../api/client";
import { Dialog, Empty, Failed, Progress, Search, SelectField } from "../../parts";
import { chosen, type Directory, type Kind, searchDirectory, useDirectories } from "./data";
import { Mark, Name } from "./shown";

/** A user or group that was chosen; without `id` only its directory knows it yet. */
export interface Picked {
  kind: Kind;
  id?: string;
  name: string;
  label: string;
  directory: { id: string; name: string };
}

/** A choice as the API takes it; who is not known yet becomes known by it. */
export const refOf = ({ kind, id, name, directory }: Picked): Schema<"PrincipalRef"> =>
  id === undefined ? { kind, directory: directory.name, name } : { kind, id };

export interface PickerProps {
  title: string;
  kinds: readonly [Kind, ...Kind[]];
  /** Whom it makes no sense to choose: those who are chosen already. */
  taken?: ReadonlySet<string>;
  onPick: (picked: Picked) => void;
  onClose: () => void;
}

/** Chooses a user or a group of any directory by a search. */
export function Picker({ title, kinds, taken, onPick, onClose }: PickerProps) {
  const { t } = useTranslation("people");
  const directories = useDirectories();
  const [wanted, setWanted] = useState<string>();
  const [kind, setKind] = useState<Kind>(kinds[0]);
  const [text, setText] = useState("");
  const directory = chosen(directories.all, wanted);
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="p-tools">
        {directories.all.length > 0 && (
          <SelectField
            label={t("directory")}
            value={directory?.id ?? ""}
            onText={setWanted}
            options={directories.all.map((one) => ({ value: one.id, label: one.name }))}
          />
        )}
        {kinds.length > 1 && (
          <SelectField
            label={t("kind")}
            value={kind}
            onText={(next) => setKind(next === "group" ? "group" : "user")}
            options={kinds.map((one) => ({ value: one, label: t(`kinds.${one}`) }))}
          />
        )}
      </div>
      <Search label={t("searchName")} value={text} onSearch={setText} />
      {directories.known ? (
        <Hits directory={directory} kind={kind} text={text} taken={taken} onPick={onPick} />
      ) : (
        <Progress />
      )}
    </Dialog>
  );
}

/** Those whom Pforte knows, for who may not ask a directory. */
async function searchKnown(kind: Kind, search: string, signal: AbortSignal): Promise<Picked[]> {
  const params = { query: { limit: 50, ...(search === "" ? {} : { search }) } };
  if (kind === "user") {
    const { items } = await call(api.GET("/api/v1/users", { params, signal }));
    return items.map(({ id, login, label, directory }) => ({ kind, id, name: login, label, directory }));
  }
  const { items } = await call(api.GET("/api/v1/groups", { params, signal }));
  return items.map(({ id, name, directory }) => ({ kind, id, name, label: name, directory }));
}

async function search(
  directory: Directory | undefined,
  kind: Kind,
  text: string,
  signal: AbortSignal,
): Promise<Picked[]> {
  if (directory === undefined) return searchKnown(kind, text, signal);
  const found = await searchDirectory(directory.id, kind, text, signal);
  return found.map(({ id, name, label }) => ({ kind, name, label, directory, ...(id ? { id } : {}) }));
}

interface HitsProps extends Pick<PickerProps, "onPick"> {
  directory: Directory | undefined;
  kind: Kind;
  text: string;
  taken: ReadonlySet<string> | undefined;
}

function Hits({ directory, kind, text, taken, onPick }: HitsProps) {
  const { t } = useTranslation("people");
  const query = useQuery({
    queryKey: [`${kind}s`, "picker", directory?.id ?? "", text],
    queryFn: ({ signal }) => search(directory, kind, text, signal),
    placeholderData: keepPreviousData,
  });
  if (query.error !== null) return <Failed error={query.error} retry={() => void query.refetch()} />;
  if (query.data === undefined) return <Progress />;
  if (query.data.length === 0) return <Empty title={t("nobodyFound")} />;
  return (
    <ul className="p-found" aria-busy={query.isPlaceholderData}>
      {query.data.map((one) => {
        const is = one.id !== undefined && taken?.has(one.id) === true;
        return (
          <li key={`${one.directory.id} ${one.id ?? one.name}`}>
            <button type="button" disabled={is || query.isPlaceholderData} onClick={() => onPick(one)}>
              <span>
                <Name cut>{one.label}</Name>
                <span className="small soft">
                  <Name cut>{`${one.directory.name}\\${one.name}`}</Name>
                </span>
              </span>
              {is && <Mark>{t("taken")}</Mark>}
            </button>
          </li>
        );
      })}
    </ul>
  );
}
