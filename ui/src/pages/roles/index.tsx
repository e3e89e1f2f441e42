/** Roles and their rights. */
import { useParams } from "@tanstack/react-router";
import { MatrixPage } from "./matrix-page";
import { NewRole } from "./new-role";
import { RolePage } from "./role";
import { RoleList } from "./role-list";

export default function RolesPage() {
  const { id } = useParams({ strict: false }) as { id?: string };
  if (id === undefined) return <RoleList />;
  if (id === "matrix") return <MatrixPage />;
  return id === "new" ? <NewRole /> : <RolePage key={id} id={id} />;
}
