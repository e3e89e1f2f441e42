import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../i18n/format";
import { Empty, Loaded, Page, Time, useAddress } from "../../parts";
import type { Request } from "../../parts/signature/rules";
import { State } from "../../parts/signature/State";
import { PageLink } from "../people/go";
import { More, Name } from "../people/shown";
import { counted, filterOf, requestsPage } from "./data";
import { Filters } from "./filters";

/** So often the newest are read again. */
const AGAIN_MS = 10_000;

/** Every request, the newest first. */
export function RequestList() {
  const { t } = useTranslation("signatures");
  const [params] = useAddress();
  const filter = filterOf(params);
  const query = useInfiniteQuery({
    queryKey: ["signature-requests", "list", filter],
    queryFn: ({ pageParam, signal }) => requestsPage(filter, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
    // Whoever looks at the newest sees the next one come; who has gone on keeps what is in sight.
    refetchInterval: ({ state }) => (state.data?.pages.length === 1 ? AGAIN_MS : false),
    refetchOnWindowFocus: ({ state }) => state.data?.pages.length === 1,
  });
  const unfiltered = Object.keys(filter).length === 0;
  const all = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title={t("app:menu.signatures")} subtitle={t("about")} full>
      <Filters filter={filter} known={all} />
      <Loaded
        query={query}
        isEmpty={() => all.length === 0}
        empty={<Empty title={t(unfiltered ? "none" : "noneFound")} />}
      >
        {() => (
          <section
            className="si-list"
            aria-label={t("app:menu.signatures")}
            aria-busy={query.isPlaceholderData}
          >
            <Rows requests={all} />
            <OnWay isMore={query.hasNextPage && !query.isFetchNextPageError} onNear={query.fetchNextPage}>
              <More query={query} />
            </OnWay>
          </section>
        )}
      </Loaded>
    </Page>
  );
}

/** Fetches the next page when the end of the list comes into sight; the button in it does so by hand. */
function OnWay({
  isMore,
  onNear,
  children,
}: {
  isMore: boolean;
  onNear: () => Promise<unknown>;
  children: ReactNode;
}) {
  const end = useRef<HTMLDivElement>(null);
  const near = useRef(onNear);
  near.current = onNear;
  useEffect(() => {
    const seen = end.current;
    if (!isMore || seen === null) return;
    const watch = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) void near.current();
    });
    watch.observe(seen);
    return () => watch.disconnect();
  }, [isMore]);
  return <div ref={end}>{children}</div>;
}

function Rows({ requests }: { requests: readonly Request[] }) {
  const { t } = useTranslation("signatures");
  const { list } = useFormat();
  return (
    <table className="plain picking si-rows">
      <thead>
        <tr>
          <th scope="col">{t("object")}</th>
          <th scope="col">{t("action")}</th>
          <th scope="col">{t("state")}</th>
          <th scope="col">{t("signatures")}</th>
          <th scope="col">{t("requested")}</th>
        </tr>
      </thead>
      <tbody>
        {requests.map((request) => {
          const { given, asked } = counted(request);
          return (
            <tr key={request.id}>
              <td>
                <PageLink to="signatures" id={request.id} className="pick">
                  <Name cut>{request.object}</Name>
                </PageLink>
              </td>
              <td>
                <Name cut>{request.action}</Name>
                <span className="small soft si-cut">
                  <bdi>{request.area.name}</bdi>
                </span>
              </td>
              <td>
                <State state={request.state} />
              </td>
              <td>
                {t("ofAsked", { given, asked })}
                <span className="small soft si-cut" dir="auto">
                  {list([...new Set(request.signatures.map((one) => one.person.name))])}
                </span>
              </td>
              <td className="si-time">
                <Time at={request.requested_at} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
