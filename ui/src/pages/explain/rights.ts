/** A right as people read it. */
import { useTranslation } from "react-i18next";
import { useApplications } from "../roles/data";
import { rightsOf } from "../roles/rows";

export interface RightNamed {
  /** In the reader's language, else in English, else as the application writes it. */
  label: string;
  application: string;
}

/** The name of `application/action`; as it is written where no application that one may see tells it. */
export function useRightName(right: string): RightNamed {
  const { i18n } = useTranslation("explain");
  const { all } = useApplications(right !== "");
  for (const { name, rights } of rightsOf(all, [], i18n.language)) {
    const known = rights.find((row) => row.right === right.toLowerCase());
    if (known !== undefined) return { label: known.label, application: name };
  }
  return { label: right, application: right.split("/")[0] ?? "" };
}
