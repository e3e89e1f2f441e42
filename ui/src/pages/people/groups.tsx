/** Groups of every directory. */
import { useParams } from "@tanstack/react-router";
import { GroupPage } from "./group";
import { GroupList } from "./group-list";

export default function GroupsPage() {
  const { id } = useParams({ strict: false }) as { id?: string };
  return id === undefined ? <GroupList /> : <GroupPage key={id} id={id} />;
}
