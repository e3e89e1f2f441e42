import { iconAdd } from "@siemens/ix-icons/icons";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useAccess } from "../../app/access";
import { Button, Empty, Failed, Loaded, Page, Progress, Time, useAddress } from "../../parts";
import { chosen, type Directory, EVERY, type User, useDirectories } from "./data";
import { Filter } from "./filter";
import { Further } from "./further";
import { PageLink, useGo } from "./go";
import { Mark, More, Name } from "./shown";

/** The users of one directory, or of all. */
export function UserList() {
  const { t } = useTranslation("people");
  const { may } = useAccess();
  const go = useGo();
  const [params] = useAddress();
  const directories = useDirectories();
  const directory = chosen(directories.all, params.directory);
  return (
    <Page
      title={t("app:menu.users")}
      actions={
        may("users.manage") && (
          <Button kind="primary" icon={iconAdd} onClick={() => go("users", "new")}>
            {t("newUser")}
          </Button>
        )
      }
    >
      <Filter directories={directories.all} label={t("searchUsers")} />
      {directories.error !== null && <Failed error={directories.error} retry={directories.retry} />}
      {directories.known ? (
        <Rows key={directory?.id ?? EVERY} directory={directory} text={params.text ?? ""} />
      ) : (
        <Progress />
      )}
    </Page>
  );
}

function Rows({ directory, text }: { directory: Directory | undefined; text: string }) {
  const { t } = useTranslation("people");
  const query = useInfiniteQuery({
    queryKey: ["users", "list", directory?.id ?? EVERY, text],
    queryFn: ({ pageParam, signal }) =>
      call(
        api.GET("/api/v1/users", {
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
            <Empty title={t(text ? "noUserFound" : "noUsers")}>
              <p className="soft">{t(remote ? "searchThere" : "searchOther")}</p>
            </Empty>
          )
        }
      >
        {() => (
          <section className="p-list-of" aria-busy={query.isPlaceholderData} aria-label={t("app:menu.users")}>
            <Table users={known} everywhere={directory === undefined} />
            <More query={query} />
          </section>
        )}
      </Loaded>
      {looksFurther && <Further kind="user" directory={directory} text={text} known={known} />}
    </>
  );
}

function Table({ users, everywhere }: { users: readonly User[]; everywhere: boolean }) {
  const { t } = useTranslation("people");
  return (
    <table className="plain picking">
      <thead>
        <tr>
          <th scope="col">{t("label")}</th>
          <th scope="col">{t("login")}</th>
          {everywhere && <th scope="col">{t("directory")}</th>}
          <th scope="col">{t("state")}</th>
          <th scope="col" className="narrow">
            {t("seen")}
          </th>
        </tr>
      </thead>
      <tbody>
        {users.map((user) => (
          <tr key={user.id}>
            <td>
              <PageLink to="users" id={user.id} className="pick">
                <Name cut>{user.label}</Name>
              </PageLink>
            </td>
            <td>
              <Name cut>{user.login}</Name>
            </td>
            {everywhere && (
              <td>
                <Name cut>{user.directory.name}</Name>
              </td>
            )}
            <td>
              <State user={user} />
            </td>
            <td className="narrow">{user.seen_at ? <Time at={user.seen_at} /> : t("never")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function State({ user }: { user: User }) {
  const { t } = useTranslation("people");
  return (
    <span className="chips">
      {user.enabled ? <span>{t("enabled")}</span> : <Mark kind="off">{t("disabled")}</Mark>}
      {user.essential && <Mark kind="warning">{t("essential")}</Mark>}
    </span>
  );
}
