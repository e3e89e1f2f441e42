import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { Button, ProblemTold } from "../../parts";
import type { User } from "./data";
import { type Picked, Picker } from "./picker";
import { Name } from "./shown";

export interface PersonProps {
  user: User;
  readOnly: boolean;
  onChoose: (person: User["person"]) => void;
}

/** The person whose user it is; another one is chosen by another user of theirs. */
export function Person({ user, readOnly, onChoose }: PersonProps) {
  const { t } = useTranslation("people");
  const [picking, setPicking] = useState(false);
  const find = useMutation({
    mutationFn: async (picked: Picked): Promise<User> => {
      const id = picked.id ?? (await adopted(picked));
      return call(api.GET("/api/v1/users/{id}", { params: { path: { id } } }));
    },
    onSuccess: (other) => onChoose(other.person),
  });
  return (
    <div className="field">
      <span className="label">{t("person")}</span>
      <div className="row">
        <span className="grow">
          <Name>{user.person.name}</Name>
        </span>
        {!readOnly && (
          <Button busy={find.isPending} onClick={() => setPicking(true)}>
            {t("choosePerson")}
          </Button>
        )}
      </div>
      <span className="hint">{t("personWhy")}</span>
      <ProblemTold error={find.error} />
      {picking && (
        <Picker
          title={t("choosePersonTitle")}
          kinds={["user"]}
          onClose={() => setPicking(false)}
          onPick={(picked) => {
            setPicking(false);
            find.mutate(picked);
          }}
        />
      )}
    </div>
  );
}

const adopted = (picked: Picked): Promise<string> =>
  call(
    api.POST("/api/v1/directories/{id}/principals", {
      params: { path: { id: picked.directory.id } },
      body: { kind: picked.kind, name: picked.name },
    }),
  ).then((principal) => principal.id);
