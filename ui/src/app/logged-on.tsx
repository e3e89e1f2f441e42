/** Pages that need somebody to be logged on: the address is kept until then. */
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { Fragment, lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { type Session, sessionQuery, Waiting } from "../api/session";
import { Failed, Progress } from "../parts/states";
import { useAnyUnsaved } from "./unsaved";

const Shell = lazy(() => import("./shell"));
const LogOnAgain = lazy(() => import("../pages/logon/again"));

/**
 * Sends to the log-on while nobody is logged on, and back to the same address afterwards. What somebody had not
 * saved when the session ended waits behind the log-on: for the same user, for nobody else.
 */
export function NeedsSession({ children }: { children: ReactNode }) {
  const session = useQuery(sessionQuery);
  const [last, setLast] = useState<Session | null>(null);
  const unsaved = useAnyUnsaved();
  if (session.data && session.data !== last) setLast(session.data);
  const waiting = session.data === null && unsaved ? last : null;
  const whose = session.data ?? waiting;
  if (whose) {
    return (
      <>
        <Waiting value={waiting}>
          <div className="held" hidden={waiting !== null}>
            <Fragment key={whose.user.id}>{children}</Fragment>
          </div>
        </Waiting>
        {waiting && (
          <Suspense fallback={<Progress />}>
            <LogOnAgain of={waiting} />
          </Suspense>
        )}
      </>
    );
  }
  if (session.data === null) return <ToLogOn />;
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
