/** Users of every directory. */
import { useParams } from "@tanstack/react-router";
import { NewUser } from "./new-user";
import { UserPage } from "./user";
import { UserList } from "./user-list";

/** What stands in the address instead of an identifier for one that is to be made. */
export const NEW = "new";

export default function UsersPage() {
  const { id } = useParams({ strict: false }) as { id?: string };
  if (id === undefined) return <UserList />;
  return id === NEW ? <NewUser /> : <UserPage key={id} id={id} />;
}
