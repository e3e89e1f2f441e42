/** Signature requests, open and past, and what proves each of them. */
import { useParams } from "@tanstack/react-router";
import { RequestList } from "./list";
import { RequestPage } from "./request";
import "../people/people.css";
import "./signatures.css";

export default function SignaturesPage() {
  const { id } = useParams({ strict: false }) as { id?: string };
  return id === undefined ? <RequestList /> : <RequestPage key={id} id={id} />;
}
