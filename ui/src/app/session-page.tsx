/** A page of whoever is logged on, outside the administration: in the station's frame, with its countdown. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { logOnOptions, type Session, useSession } from "../api/session";
import { Countdown } from "./countdown";
import { Frame } from "./frame";
import { NeedsSession } from "./logged-on";

export interface SessionPageProps {
  title: string;
  children: (session: Session) => ReactNode;
}

export function SessionPage(props: SessionPageProps) {
  return (
    <NeedsSession>
      <View {...props} />
    </NeedsSession>
  );
}

function View({ title, children }: SessionPageProps) {
  const session = useSession();
  const plant = useQuery(logOnOptions).data?.plant ?? "";
  useEffect(() => {
    document.title = `${title} · Pforte`;
  }, [title]);
  if (!session) return null;
  return (
    <Frame plant={plant} station={session.station?.name}>
      {children(session)}
      <Countdown />
    </Frame>
  );
}
