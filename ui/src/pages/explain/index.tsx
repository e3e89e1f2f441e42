/** Explain: pick a person, a right and a place, and see why this person may or may not. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useAccess } from "../../app/access";
import { useFormat } from "../../i18n/format";
import { Empty, Loaded, Page, useAddress } from "../../parts";
import { stationsQuery } from "../stations/data";
import { ReasonShown } from "./answer";
import { Question } from "./question";
import type { Reason } from "./reason";

interface Asked {
  user: string;
  right: string;
  area: string;
  station: string;
  at: string;
}

export default function ExplainPage() {
  const { t } = useTranslation("explain");
  const [params] = useAddress();
  const { user = "", right = "", area = "", station = "", at = "" } = params;
  const { may } = useAccess();
  const person = useQuery({
    queryKey: ["users", user],
    queryFn: ({ signal }) => call(api.GET("/api/v1/users/{id}", { params: { path: { id: user } }, signal })),
    enabled: user !== "" && may("users.read"),
  }).data;
  const stations = useQuery({ ...stationsQuery, enabled: station !== "" && may("stations.read") }).data;
  const there = stations?.find(({ id }) => id === station)?.name ?? (station || undefined);
  const shown = person ? `${person.label} (${person.directory.name}\\${person.login})` : user || undefined;
  const whole = user !== "" && right !== "" && area !== "";
  return (
    <Page title={t("title")} {...(whole ? {} : { subtitle: t("about") })}>
      <Question person={shown} station={there} />
      {whole ? (
        <Explained asked={{ user, right, area, station, at }} person={person?.label} there={there} />
      ) : (
        <Empty title={t("whole")} />
      )}
    </Page>
  );
}

interface ExplainedProps {
  asked: Asked;
  person: string | undefined;
  there: string | undefined;
}

function Explained({ asked, person, there }: ExplainedProps) {
  const { t } = useTranslation("explain");
  const { time } = useFormat();
  const { user, right, area, station, at } = asked;
  const query = useQuery({
    queryKey: ["explanations", asked],
    staleTime: 0,
    queryFn: async ({ signal }) => {
      const body = { user, right, area, ...(station && { station }), ...(at && { at }) };
      const answer = await call(api.POST("/api/v1/explanations", { body, signal }));
      return answer.explain as unknown as Reason;
    },
  });
  const assumed = [
    t("withPassword"),
    there === undefined ? t("withoutStation") : t("atStation", { station: there }),
    at === "" ? t("atNow") : time(at),
  ];
  return (
    <Loaded query={query}>
      {(reason) => (
        <ReasonShown
          reason={reason}
          person={person}
          assumed={<p className="soft small wrap">{t("assumed", { what: assumed.join(" · ") })}</p>}
        />
      )}
    </Loaded>
  );
}
