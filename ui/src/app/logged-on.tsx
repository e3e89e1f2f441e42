/** Pages that need somebody to be logged on: the address is kept until then. */
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { sessionQuery } from "../api/session";
import { Failed, Progress } from "../parts/states";

const Shell = lazy(() => import("./shell"));

/** Sends to the log-on while nobody is logged on, and back to the same address afterwards. */
export function NeedsSession({ children }: { children: ReactNode }) {
  const session = useQuery(sessionQuery);
  if (session.data === null) return <ToLogOn />;
  if (session.data !== undefined) return children;
  return session.error === null ? (
    <Progress />
  ) : (
    <Failed error={session.error} retry={() => void session.refetch()} />
  );
}

/** Goes once: the address of the log-on itself must not become the one to come back to. */
function ToLogOn() {
  const router = useRouter();
  useEffect(() => {
    const { href, pathname } = router.state.location;
    if (pathname === "/logon") return;
    const search = pathname === "/station" ? {} : { to: href };
    void router.navigate({ to: "/logon", search: search as never, replace: true });
  }, [router]);
  return null;
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
