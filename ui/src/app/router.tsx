/** The addresses and what they show. Every page is fetched when it is first opened. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { queries } from "../api/query";
import { sessionQuery } from "../api/session";
import { TouchKeyboard } from "../keyboard";
import { readSearch, writeSearch } from "./address";
import { useActivity, useLiveSession } from "./live";
import { LogOnFirst } from "./logged-on";
import { NotFound, PageFailed } from "./lost";
import { ADMIN_PAGES, moduleOf } from "./pages";
import { useSpeaking } from "./speaking";

function Root() {
  useLiveSession();
  useActivity();
  useSpeaking();
  return (
    <>
      <Outlet />
      <TouchKeyboard />
    </>
  );
}

const root = createRootRoute({ component: Root, notFoundComponent: NotFound });

const start = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: async () => {
    const session = await queries.ensureQueryData(sessionQuery).catch(() => null);
    throw redirect({ to: session === null ? "/logon" : "/station", replace: true });
  },
});

const logOn = createRoute({
  getParentRoute: () => root,
  path: "/logon",
  component: lazyRouteComponent(() => import("../pages/logon")),
});

const station = createRoute({
  getParentRoute: () => root,
  path: "/station",
  component: lazyRouteComponent(() => import("../pages/station")),
});

const password = createRoute({
  getParentRoute: () => root,
  path: "/password",
  component: lazyRouteComponent(() => import("../pages/password")),
});

const sign = createRoute({
  getParentRoute: () => root,
  path: "/sign/$id",
  component: lazyRouteComponent(() => import("../pages/sign")),
});

const waiting = createRoute({
  getParentRoute: () => root,
  path: "/waiting",
  component: lazyRouteComponent(() => import("../pages/waiting")),
});

const admin = createRoute({
  getParentRoute: () => root,
  path: "/admin",
  component: LogOnFirst,
  notFoundComponent: NotFound,
});

const adminPages = ADMIN_PAGES.map(({ path, module }) =>
  createRoute({
    getParentRoute: () => admin,
    path: path.slice("/admin".length) || "/",
    component: lazyRouteComponent(moduleOf(module) ?? (() => import("../pages/station"))),
  }),
);

// The beginning of the administration is an address also where it has no page of its own.
const adminStart = ADMIN_PAGES.some(({ to }) => to === "/admin")
  ? []
  : [createRoute({ getParentRoute: () => admin, path: "/", component: () => null })];

const hmiModule = moduleOf("hmi/index");
const hmi = hmiModule && [
  createRoute({ getParentRoute: () => root, path: "/hmi", component: lazyRouteComponent(hmiModule) }),
];

export const makeRouter = () =>
  createRouter({
    routeTree: root.addChildren([
      start,
      logOn,
      station,
      password,
      sign,
      waiting,
      ...(hmi ?? []),
      admin.addChildren([...adminStart, ...adminPages]),
    ]),
    parseSearch: readSearch,
    stringifySearch: writeSearch,
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: PageFailed,
    defaultPendingMs: 300,
    scrollRestoration: false,
  });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
