/** The directories: where users and groups live. */
import { useParams } from "@tanstack/react-router";
import { DirectoryPage } from "./directory";
import { DirectoryList } from "./list";
import { NewDirectory } from "./new";

export default function DirectoriesPage() {
  const { id } = useParams({ strict: false }) as { id?: string };
  if (id === undefined) return <DirectoryList />;
  return id === "new" ? <NewDirectory /> : <DirectoryPage key={id} id={id} />;
}
