/** Single sign-on: the keys by which Kerberos tickets of people are opened. */
import { iconTrashcan, iconUpload } from "@siemens/ix-icons/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { Button, ProblemTold, Told } from "../../parts";
import { Ask } from "../areas/ask";
import { Name } from "../people/shown";
import type { Directory } from "./data";

/** The server takes no larger file. */
const LARGEST = 15 * 1024;

/** `mayChange`: also for directories of the configuration file, where keytabs do not stand. */
export function KeytabCard({ directory, mayChange }: { directory: Directory; mayChange: boolean }) {
  const { t } = useTranslation("directories");
  const { keytab = [] } = directory;
  if (keytab.length === 0 && !mayChange) return null;
  return (
    <section className="card stack" aria-labelledby="d-keytab">
      <h2 id="d-keytab">{t("keytab")}</h2>
      <p className="soft">{t(keytab.length === 0 ? "keytabNone" : "keytabWhy")}</p>
      {keytab.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t("principal")}</th>
              <th scope="col">{t("kvno")}</th>
              <th scope="col">{t("encryption")}</th>
            </tr>
          </thead>
          <tbody>
            {keytab.map(({ principal, version, encryption }) => (
              <tr key={`${principal} ${version} ${encryption}`}>
                <td className="wrap">
                  <Name>{principal}</Name>
                </td>
                <td>{version}</td>
                <td>{encryption}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {mayChange && <Change directory={directory} />}
    </section>
  );
}

const base64 = async (file: File): Promise<string> =>
  btoa(String.fromCharCode(...new Uint8Array(await file.arrayBuffer())));

function Change({ directory }: { directory: Directory }) {
  const { t } = useTranslation("directories");
  const client = useQueryClient();
  const file = useRef<HTMLInputElement>(null);
  const [tooLarge, setTooLarge] = useState(false);
  const [asking, setAsking] = useState(false);
  const path = { id: directory.id };
  const refresh = () => client.invalidateQueries({ queryKey: ["directories"] });
  const put = useMutation({
    mutationFn: async (chosen: File) => {
      const body = { version: directory.version, keytab: await base64(chosen) };
      return call(api.PUT("/api/v1/directories/{id}/keytab", { params: { path }, body }));
    },
    onSettled: refresh,
  });
  const take = (chosen: File | undefined): void => {
    if (chosen === undefined) return;
    put.reset();
    setTooLarge(chosen.size > LARGEST);
    if (chosen.size <= LARGEST) put.mutate(chosen);
  };
  const there = (directory.keytab ?? []).length > 0;
  return (
    <>
      {tooLarge && <Told kind="alarm">{t("keytabTooLarge")}</Told>}
      <ProblemTold error={put.error} whom={directory.name} />
      <div className="row">
        <Button icon={iconUpload} busy={put.isPending} onClick={() => file.current?.click()}>
          {there ? t("keytabReplace") : t("keytabFile")}
        </Button>
        {there && (
          <Button icon={iconTrashcan} onClick={() => setAsking(true)}>
            {t("keytabRemove")}
          </Button>
        )}
      </div>
      <input
        ref={file}
        type="file"
        hidden
        aria-label={t("keytabFile")}
        onChange={(event) => {
          take(event.target.files?.[0]);
          // The same file may be chosen again after it was made anew.
          event.target.value = "";
        }}
      />
      {asking && (
        <Ask
          title={t("keytabRemoveTitle", { name: directory.name })}
          yes={t("keytabRemove")}
          danger
          whom={directory.name}
          act={() =>
            call(api.DELETE("/api/v1/directories/{id}/keytab", { params: { path } })).finally(refresh)
          }
          onDone={() => setAsking(false)}
          onClose={() => setAsking(false)}
        >
          <p>{t("keytabRemoveWhy")}</p>
        </Ask>
      )}
    </>
  );
}
