/** A look into a directory: whether its people and groups are found. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, call } from "../../api/client";
import { Empty, Loaded, Search, SelectField } from "../../parts";
import { Name } from "../people/shown";
import type { Directory } from "./data";

export function SearchIn({ directory: { id } }: { directory: Directory }) {
  const { t } = useTranslation("directories");
  const [kind, setKind] = useState("user");
  const [text, setText] = useState("");
  const wanted = text.trim();
  const query = useQuery({
    queryKey: ["directories", "search", id, kind, wanted],
    queryFn: ({ signal }) =>
      call(
        api.GET("/api/v1/directories/{id}/search", {
          params: { path: { id }, query: { kind, text: wanted } },
          signal,
        }),
      ),
    enabled: wanted !== "",
  });
  return (
    <section className="card stack" aria-labelledby="d-look">
      <h2 id="d-look">{t("look")}</h2>
      <p className="soft">{t("lookWhy")}</p>
      <div className="d-look">
        <SelectField
          label={t("lookFor")}
          value={kind}
          onText={setKind}
          options={[
            { value: "user", label: t("users") },
            { value: "group", label: t("groups") },
          ]}
        />
        <Search label={t("lookName")} value={text} onSearch={setText} />
      </div>
      {wanted !== "" && (
        <Loaded
          query={query}
          isEmpty={({ items }) => items.length === 0}
          empty={<Empty title={t("lookNone")} />}
        >
          {({ items }) => (
            <ul className="d-found">
              {items.map((found) => (
                <li key={found.name}>
                  <Name>{found.label}</Name>{" "}
                  <span className="soft">
                    <Name>{found.name}</Name>
                  </span>
                </li>
              ))}
            </ul>
          )}
        </Loaded>
      )}
    </section>
  );
}
