/** The frame of the administration: iX's application frame with header and menu. */
import { iconCogwheel, iconHome, iconLock, iconLogOut, iconPen } from "@siemens/ix-icons/icons";
import { IxApplication, IxApplicationHeader, IxMenu, IxMenuItem } from "@siemens/ix-react";
import { useQuery } from "@tanstack/react-query";
import { Navigate, Outlet, useNavigate, useRouter, useRouterState } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../api/problem";
import { useLogOff, useSession } from "../api/session";
import { waitingQuery } from "../api/signing";
import { fetchTexts } from "../i18n";
import { Button } from "../parts/Button";
import { ProblemTold } from "../parts/ProblemTold";
import { Told } from "../parts/Told";
import { pagesFor, useAccess } from "./access";
import { Countdown } from "./countdown";
import { ChoicesDialog, KeyboardButton } from "./frame";
import { LinkBanner } from "./link";
import { ADMIN_PAGES, type PageAt } from "./pages";

/** Whether the address lies in a page; the overview is the beginning of every address. */
const isAt = (page: PageAt, path: string): boolean =>
  path === page.to || (page.to !== "/admin" && path.startsWith(`${page.to}/`));

function Menu({ onChoices }: { onChoices: () => void }) {
  const { t } = useTranslation("app");
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const pages = pagesFor(useAccess());
  const waiting = useQuery(waitingQuery).data?.items.length ?? 0;
  const go = (to: string) => (event: { preventDefault: () => void }) => {
    event.preventDefault();
    void navigate({ to });
  };
  return (
    <IxMenu
      i18nAriaLabelMenu={t("menuLabel")}
      i18nNavigationHint={t("menuHint")}
      i18nExpand={t("menuExpand")}
      i18nCollapse={t("menuCollapse")}
    >
      {pages.map((page) => (
        <IxMenuItem
          key={page.name}
          label={t(`menu.${page.name}`)}
          icon={page.icon}
          active={isAt(page, path)}
          onClick={go(page.to)}
        />
      ))}
      <IxMenuItem
        slot="bottom"
        label={t("sign:waiting")}
        icon={iconPen}
        {...(waiting > 0 ? { notifications: waiting } : {})}
        onClick={go("/waiting")}
      />
      <IxMenuItem slot="bottom" label={t("menu.station")} icon={iconHome} onClick={go("/station")} />
      <IxMenuItem
        slot="bottom"
        label={t("password:title")}
        icon={iconLock}
        onClick={(event) => {
          event.preventDefault();
          void navigate({ to: "/password", search: { to: path } as never });
        }}
      />
      <IxMenuItem slot="bottom" label={t("choices")} icon={iconCogwheel} onClick={onChoices} />
    </IxMenu>
  );
}

/** The page that the address names, for who may see it; the first that one may see at the beginning. */
function Allowed() {
  const path = useRouterState({ select: (state) => state.location.pathname }).replace(/\/$/, "");
  const access = useAccess();
  const page = ADMIN_PAGES.find((one) => isAt(one, path));
  const first = pagesFor(access)[0];
  if (page?.rights.some(access.may) === true) return <Outlet />;
  if (path === "/admin" && first !== undefined) return <Navigate to={first.to} replace />;
  if (page === undefined && path !== "/admin") return <Outlet />;
  const wanted = page?.rights.map((right) => `pforte/${right}`).join(", ") ?? "";
  return (
    <div className="page">
      <ProblemTold error={new Problem("not-allowed", 403, wanted)} />
    </div>
  );
}

/** Header, menu, and the page that the address names. */
export default function Shell() {
  const { t } = useTranslation("app");
  const session = useSession();
  const logOff = useLogOff();
  const router = useRouter();
  const [choosing, setChoosing] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  useEffect(() => {
    // What cannot be fetched now is asked for again by the part that needs it.
    fetchTexts().catch(() => undefined);
  }, []);
  // By way of the station view: unsaved changes ask first, and the next one does not begin at this page.
  const leave = (): void => {
    const left = async (): Promise<void> => {
      await router.navigate({ to: "/station" });
      if (router.state.location.pathname === "/station") await logOff();
    };
    left().catch(setProblem);
  };
  return (
    <IxApplication>
      <IxApplicationHeader name="Pforte" nameSuffix={t("administration")} hideBottomBorder>
        <div className="who">
          <span className="who-name">{session?.person.name}</span>
          <KeyboardButton />
          <Button kind="tertiary" icon={iconLogOut} onClick={leave}>
            {t("logOff")}
          </Button>
        </div>
      </IxApplicationHeader>
      <Menu onChoices={() => setChoosing(true)} />
      <div className="shell-content">
        <LinkBanner />
        <div className="shell-told">
          {session?.emergency === true && (
            <Told kind="warning" loud>
              <strong>{t("emergency")}</strong>
              <p>{t("emergencyWhy")}</p>
            </Told>
          )}
          <ProblemTold error={problem} />
        </div>
        <Allowed />
      </div>
      <Countdown />
      {choosing && <ChoicesDialog onClose={() => setChoosing(false)} />}
    </IxApplication>
  );
}
