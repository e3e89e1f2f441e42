/** Assignments: who has which role, where and when. */
import { useParams } from "@tanstack/react-router";
import { AssignmentPage } from "./assignment";
import { AssignmentList } from "./list";
import { NewAssignment } from "./new";
import "./assignments.css";

export default function AssignmentsPage() {
  const { id } = useParams({ strict: false }) as { id?: string };
  if (id === undefined) return <AssignmentList />;
  return id === "new" ? <NewAssignment /> : <AssignmentPage key={id} id={id} />;
}
