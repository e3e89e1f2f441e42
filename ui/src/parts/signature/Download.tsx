import { iconDownload } from "@siemens/ix-icons/icons";
import { useMutation } from "@tanstack/react-query";
import { Button } from "../Button";
import { ProblemTold } from "../ProblemTold";
import { save } from "./fetched";

export interface DownloadProps {
  label: string;
  fetch: () => Promise<Blob>;
  name: string;
}

/** A button that saves a file, or says why there is none. */
export function Download({ label, fetch, name }: DownloadProps) {
  const saving = useMutation({ mutationFn: fetch, onSuccess: (file) => save(file, name) });
  return (
    <>
      <Button icon={iconDownload} busy={saving.isPending} onClick={() => saving.mutate()}>
        {label}
      </Button>
      <ProblemTold error={saving.error} />
    </>
  );
}
