/** Signature policies: which acts are signed, by whom, and how. */
import { useParams } from "@tanstack/react-router";
import { PolicyList } from "./list";
import { NewPolicy } from "./new";
import { PolicyPage } from "./policy";
import "../people/people.css";
import "./signature-policies.css";

export default function SignaturePoliciesPage() {
  const { id } = useParams({ strict: false }) as { id?: string };
  if (id === undefined) return <PolicyList />;
  return id === "new" ? <NewPolicy /> : <PolicyPage key={id} id={id} />;
}
