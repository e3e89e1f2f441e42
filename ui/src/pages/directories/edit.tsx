/** The settings of a stored directory, with their test beside them. */
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { EditBar, useEdit } from "../../parts";
import { same } from "../../parts/edit";
import { type Directory, showDirectory } from "./data";
import { DirectoryFields } from "./fields";
import { type DirectoryForm, formOf, wayOf } from "./form";
import { useShownFields } from "./shown-fields";
import { TestPanel, verdictOf } from "./test-panel";
import { Unsure } from "./unsure";
import { useTest } from "./use-test";
import { isTestable, isValid, needsPassword } from "./valid";

/** What is edited, with the directory that it belongs to. */
type Edited = DirectoryForm & { directory: Directory };

const edited = (directory: Directory): Edited => ({ ...formOf(directory), directory });

const formIn = ({ directory: _, ...form }: Edited): DirectoryForm => form;

/** Only what differs is sent. */
async function change(value: Edited, stored: Edited): Promise<Directory> {
  const { directory } = stored;
  const way = wayOf(value);
  return call(
    api.PATCH("/api/v1/directories/{id}", {
      params: { path: { id: directory.id } },
      body: {
        version: directory.version,
        ...(value.name === stored.name ? {} : { name: value.name }),
        ...(same(way, wayOf(stored)) ? {} : way),
        ...(value.password === "" ? {} : { service_password: value.password }),
        ...(value.knownHours === stored.knownHours ? {} : { known_hours: Number(value.knownHours) }),
      },
    }),
  );
}

export interface SettingsProps {
  directory: Directory;
  readOnly: boolean;
  mayTest: boolean;
}

export function Settings({ directory, readOnly, mayTest }: SettingsProps) {
  const { t } = useTranslation("directories");
  const client = useQueryClient();
  const test = useTest(directory);
  const shown = useShownFields<Edited>();
  const edit = useEdit<Edited>({
    stored: edited(directory),
    reload: async () => edited(await showDirectory(directory.id)),
    fields: shown.map(({ field }) => field),
    save: async (value, stored) => {
      const saved = await change(value, stored);
      client.setQueryData(["directories", "one", directory.id], saved);
      return edited(saved);
    },
    onSaved: () => void client.invalidateQueries({ queryKey: ["directories"] }),
  });
  const form = formIn(edit.value);
  const ready = directory.from_file || isTestable(form, directory);
  const save = (): void => {
    if (edit.dirty && isValid(form, directory)) void edit.save();
  };
  return (
    <div className="p-two-sides">
      <form
        className="card stack"
        aria-label={t("settings")}
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <DirectoryFields
          value={form}
          set={edit.set}
          readOnly={readOnly}
          stored
          own={directory.id}
          needsPassword={needsPassword(directory, form)}
        />
        {!readOnly && edit.dirty && <Unsure verdict={verdictOf(test, form)} />}
        <EditBar edit={edit} readOnly={readOnly} valid={isValid(form, directory)} fields={shown} />
      </form>
      {mayTest && (
        <TestPanel
          test={test}
          form={form}
          ready={ready}
          {...(form.kind === "os" ? {} : { stored: formOf(directory) })}
        />
      )}
    </div>
  );
}
