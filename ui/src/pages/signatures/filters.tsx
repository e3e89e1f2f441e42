import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useAccess } from "../../app/access";
import { Button, OpenField, ProblemTold, Progress, Search, SelectField, Told, useAddress } from "../../parts";
import { type Request, STATES } from "../../parts/signature/rules";
import { useRulesTelling } from "../../parts/signature/telling";
import { Picker } from "../people/picker";
import type { Filter } from "./data";

/** One filter at a time: choosing one takes the others out. */
export function Filters({ filter, known }: { filter: Filter; known: readonly Request[] }) {
  const { t } = useTranslation("signatures");
  const { may } = useAccess();
  const [, change] = useAddress();
  const telling = useRulesTelling();
  const [choosing, setChoosing] = useState(false);
  const set = (next: Filter): void =>
    change({ state: undefined, object: undefined, person: undefined, ...next });
  // A person is found by one of their users; whom Pforte does not know has signed nothing here.
  const find = useMutation({
    mutationFn: async (id: string | undefined): Promise<string | null> =>
      id === undefined
        ? null
        : (await call(api.GET("/api/v1/users/{id}", { params: { path: { id } } }))).person.id,
    onSuccess: (person) => person !== null && set({ person }),
  });
  const { person } = filter;
  const signer = known.flatMap((request) => request.signatures).find((one) => one.person.id === person);
  return (
    <div className="p-tools">
      <SelectField
        label={t("state")}
        value={filter.state ?? ""}
        options={[
          { value: "", label: t("everyState") },
          ...STATES.map((value) => ({ value, label: telling.state(value) })),
        ]}
        onText={(state) => set(state === "" ? {} : { state })}
      />
      <Search
        label={t("exactObject")}
        value={filter.object ?? ""}
        onSearch={(object) => set(object === "" ? {} : { object })}
      />
      {may("users.read") && (
        <OpenField
          label={t("signedBy")}
          value={person === undefined ? undefined : (signer?.person.name ?? person)}
          none={t("anybody")}
          onOpen={() => setChoosing(true)}
        />
      )}
      {person !== undefined && <Button onClick={() => set({})}>{t("ofEverybody")}</Button>}
      {choosing && (
        <Picker
          title={t("choosePerson")}
          kinds={["user"]}
          onPick={({ id }) => {
            setChoosing(false);
            find.mutate(id);
          }}
          onClose={() => setChoosing(false)}
        />
      )}
      {find.isPending && <Progress />}
      {find.data === null && <Told>{t("neverSigned")}</Told>}
      <ProblemTold error={find.error} />
    </div>
  );
}
