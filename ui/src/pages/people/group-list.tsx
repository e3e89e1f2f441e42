import { iconAdd } from "@siemens/ix-icons/icons";
import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useAccess } from "../../app/access";
import {
  Button,
  Empty,
  Failed,
  Loaded,
  MakeDialog,
  Page,
  Progress,
  TextField,
  useAddress,
} from "../../parts";
import { chosen, type Directory, EVERY, type Group, useDirectories } from "./data";
import { Filter } from "./filter";
import { Further } from "./further";
import { PageLink, useGo } from "./go";
import { Mark, More, Name } from "./shown";

/** The groups of one directory, or of all. */
export function GroupList() {
  const { t } = useTranslation("people");
  const { may } = useAccess();
  const [params] = useAddress();
  const [making, setMaking] = useState(false);
  const directories = useDirectories();
  const directory = chosen(directories.all, params.directory);
  return (
    <Page
      title={t("app:menu.groups")}
      actions={
        may("users.manage") && (
          <Button kind="primary" icon={iconAdd} onClick={() => setMaking(true)}>
            {t("newGroup")}
          </Button>
        )
      }
    >
      <Filter directories={directories.all} label={t("searchGroups")} />
      {directories.error !== null && <Failed error={directories.error} retry={directories.retry} />}
      {directories.known ? (
        <Rows key={directory?.id ?? EVERY} directory={directory} text={params.text ?? ""} />
      ) : (
        <Progress />
      )}
      {making && <NewGroup onClose={() => setMaking(false)} />}
    </Page>
  );
}

function Rows({ directory, text }: { directory: Directory | undefined; text: string }) {
  const { t } = useTranslation("people");
  const query = useInfiniteQuery({
    queryKey: ["groups", "list", directory?.id ?? EVERY, text],
    queryFn: ({ pageParam, signal }) =>
      call(
        api.GET("/api/v1/groups", {
          params: {
            query: {
              ...(directory === undefined ? {} : { directory: directory.id }),
              ...(text === "" ? {} : { search: text }),
              ...(pageParam === "" ? {} : { after: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });
  const remote = directory !== undefined && directory.kind !== "local";
  const looksFurther = remote && text.trim() !== "";
  const known = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Loaded
        query={query}
        isEmpty={() => known.length === 0}
        empty={
          looksFurther ? null : (
            <Empty title={t(text ? "noGroupFound" : "noGroups")}>
              <p className="soft">{t(remote ? "searchThere" : "searchOther")}</p>
            </Empty>
          )
        }
      >
        {() => (
          <section
            className="p-list-of"
            aria-busy={query.isPlaceholderData}
            aria-label={t("app:menu.groups")}
          >
            <Table groups={known} />
            <More query={query} />
          </section>
        )}
      </Loaded>
      {looksFurther && <Further kind="group" directory={directory} text={text} known={known} />}
    </>
  );
}

function Table({ groups }: { groups: readonly Group[] }) {
  const { t } = useTranslation("people");
  return (
    <table className="plain picking">
      <thead>
        <tr>
          <th scope="col">{t("group")}</th>
          <th scope="col">{t("directory")}</th>
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <tr key={group.id}>
            <td>
              <span className="row">
                <PageLink to="groups" id={group.id} className="pick">
                  <Name cut>{group.name}</Name>
                </PageLink>
                {group.built_in && <Mark>{t("builtIn")}</Mark>}
              </span>
            </td>
            <td>
              <Name cut>{group.directory.name}</Name>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function NewGroup({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("people");
  const client = useQueryClient();
  const go = useGo();
  const [name, setName] = useState("");
  return (
    <MakeDialog
      title={t("newGroup")}
      yes={t("makeGroup")}
      ready={name.trim() !== ""}
      dirty={name !== ""}
      make={() => call(api.POST("/api/v1/groups", { body: { name } }))}
      onMade={(group) => {
        void client.invalidateQueries({ queryKey: ["groups"] });
        go("groups", group.id);
      }}
      onClose={onClose}
    >
      <TextField
        label={t("groupName")}
        hint={t("groupNameHint")}
        required
        autoFocus
        maxLength={128}
        value={name}
        onText={setName}
      />
    </MakeDialog>
  );
}
