import { iconArrowLeft, iconUserCheck } from "@siemens/ix-icons/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { useAccess } from "../../app/access";
import { Guard } from "../../app/guard";
import { useFormat } from "../../i18n/format";
import { Button, Loaded, Page, ProblemTold, SelectField, useAddress } from "../../parts";
import { same } from "../../parts/edit";
import { areasQuery } from "../areas/data";
import { useGo } from "../people/go";
import { type Picked, Picker, refOf } from "../people/picker";
import { Name } from "../people/shown";
import { rolesQuery } from "../roles/data";
import { EMPTY, type Form, isValid, toApi } from "./data";
import { Fields } from "./fields";
import { Means } from "./means";

/** Who and what the address proposes. */
interface Proposed {
  who: Picked | undefined;
  role: string;
  form: Form;
}

/** Gives a role; the address may say to whom, which one, and where. */
export function NewAssignment() {
  const { t } = useTranslation("assignments");
  const { may } = useAccess();
  const go = useGo();
  const [{ user, group, role = "", area }] = useAddress();
  const readAreas = may("areas.read");
  const proposed = useQuery({
    queryKey: ["assignments", "proposed", user, group, role, area],
    queryFn: async ({ client, signal }): Promise<Proposed> => ({
      who: await known(user, group, signal),
      role,
      form: {
        ...EMPTY,
        areas: (area && readAreas ? await client.ensureQueryData(areasQuery) : [])
          .filter((one) => one.id === area)
          .map((one) => ({ id: one.id, name: one.path })),
      },
    }),
    // What is chosen then is the reader's; it must not be proposed anew.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return (
    <Page
      title={t("give")}
      actions={
        <Button icon={iconArrowLeft} onClick={() => go("assignments")}>
          {t("toList")}
        </Button>
      }
    >
      <Loaded query={proposed}>{(found) => <Give proposed={found} />}</Loaded>
    </Page>
  );
}

async function known(
  user: string | undefined,
  group: string | undefined,
  signal: AbortSignal,
): Promise<Picked | undefined> {
  if (user) {
    const params = { path: { id: user } };
    const { id, login, label, directory } = await call(api.GET("/api/v1/users/{id}", { params, signal }));
    return { kind: "user", id, name: login, label, directory };
  }
  if (!group) return undefined;
  const params = { path: { id: group } };
  const { id, name, directory } = await call(api.GET("/api/v1/groups/{id}", { params, signal }));
  return { kind: "group", id, name, label: name, directory };
}

function Give({ proposed }: { proposed: Proposed }) {
  const { t } = useTranslation("assignments");
  const client = useQueryClient();
  const go = useGo();
  const { compare } = useFormat();
  const roles = useQuery(rolesQuery);
  const [who, setWho] = useState(proposed.who);
  const [role, setRole] = useState(proposed.role);
  const [form, setForm] = useState(proposed.form);
  const make = useMutation({
    mutationFn: (principal: Picked) =>
      call(api.POST("/api/v1/assignments", { body: { role, principal: refOf(principal), ...toApi(form) } })),
    onSuccess: async (made) => {
      client.setQueryData(["assignments", made.id], made);
      await client.invalidateQueries({ queryKey: ["assignments"] });
    },
  });
  const made = make.data?.id;
  // Only when nothing is unsaved any more, else the guard would ask.
  useEffect(() => {
    if (made !== undefined) go("assignments", made, {});
  }, [made, go]);
  const chosen = (roles.data ?? []).find((one) => one.id === role);
  const ready = who !== undefined && chosen !== undefined && isValid(form);
  const dirty =
    made === undefined &&
    !same({ who, role, form }, { who: proposed.who, role: proposed.role, form: proposed.form });
  return (
    <>
      <div className="card p-fields">
        <Who who={who} onChoose={setWho} />
        <div className="stack">
          <SelectField
            label={t("role")}
            required
            value={chosen?.id ?? ""}
            options={[
              { value: "", label: t("chooseRole") },
              ...(roles.data ?? [])
                .map((one) => ({ value: one.id, label: one.name }))
                .toSorted((a, b) => compare(a.label, b.label)),
            ]}
            hint={chosen?.description}
            onText={setRole}
          />
          <ProblemTold error={roles.error} />
        </div>
      </div>
      <Fields value={form} set={(changes) => setForm((now) => ({ ...now, ...changes }))} />
      <div className="stack edit-bar">
        <ProblemTold error={make.error} whom={who?.label ?? ""} />
        <div className="a-bar">
          <Means whose={{ who: who && told(who), role: chosen?.name }} form={form} />
          <Button
            kind="primary"
            icon={iconUserCheck}
            busy={make.isPending}
            disabled={!ready}
            onClick={() => who !== undefined && make.mutate(who)}
          >
            {t("giveNow")}
          </Button>
        </div>
      </div>
      <Guard dirty={dirty} />
    </>
  );
}

/** As the server will name them: a user by the name to log on with, a group as it is shown. */
const told = ({ kind, name, label, directory }: Picked) => ({
  kind,
  name: kind === "group" ? label : name,
  directory: directory.name,
});

function Who({ who, onChoose }: { who: Picked | undefined; onChoose: (who: Picked) => void }) {
  const { t } = useTranslation("assignments");
  const [picking, setPicking] = useState(false);
  const isGroup = who?.kind === "group";
  return (
    <div className="field">
      <span className="label">
        {t("who")}
        <span className="needed" aria-hidden="true">
          {" *"}
        </span>
      </span>
      <div className="row">
        {who !== undefined && (
          <span className="grow">
            <Name cut>{who.label}</Name>
            <span className="small soft a-cut">
              {t(isGroup ? "group" : "user")} · <bdi>{`${who.directory.name}\\${who.name}`}</bdi>
            </span>
          </span>
        )}
        <Button aria-haspopup="dialog" onClick={() => setPicking(true)}>
          {t(who === undefined ? "chooseWho" : "chooseOther")}
        </Button>
      </div>
      {picking && (
        <Picker
          title={t("chooseWho")}
          kinds={["group", "user"]}
          onClose={() => setPicking(false)}
          onPick={(picked) => {
            setPicking(false);
            onChoose(picked);
          }}
        />
      )}
    </div>
  );
}
