/** Pages that need somebody to be logged on: the address is kept until then. */
import { useQuery } from "@tanstack/react-query";
import { Navigate, useRouterState } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense } from "react";
import { sessionQuery } from "../api/session";
import { Failed, Progress } from "../parts/states";

const Shell = lazy(() => import("./shell"));

/** Sends to the log-on while nobody is logged on, and back to the same address afterwards. */
export function NeedsSession({ children }: { children: ReactNode }) {
  const session = useQuery(sessionQuery);
  const href = useRouterState({ select: (state) => state.location.href });
  if (session.data === undefined) {
    return session.error === null ? (
      <Progress />
    ) : (
      <Failed error={session.error} retry={() => void session.refetch()} />
    );
  }
  if (session.data === null) {
    const to = href === "/station" ? {} : { to: href };
    return <Navigate to="/logon" search={to as never} replace />;
  }
  return children;
}

export function LogOnFirst() {
  return (
    <NeedsSession>
      <Suspense fallback={<Progress />}>
        <Shell />
      </Suspense>
    </NeedsSession>
  );
}
