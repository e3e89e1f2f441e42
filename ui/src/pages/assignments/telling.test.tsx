import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderHook } from "@testing-library/react";
import i18next from "i18next";
import type { ReactNode } from "react";
import { beforeAll, describe, expect, it } from "vitest";
import { startTexts } from "../../i18n";
import { formatFor, setTimes } from "../../i18n/format";
import { EMPTY, type Form } from "./data";
import { useTelling, whenTold } from "./telling";
import { painted, type Span, shift } from "./week";

const told = (...spans: Span[]): string => whenTold(spans, formatFor("en", "iso", []), "all day");

describe("the times of the week", () => {
  it("are told with their days once", () => {
    expect(told(...painted([], shift("early"), true))).toBe("Mon–Fri 06:00–14:00");
    expect(told({ from: "sat 06:00", to: "sat 12:00" }, { from: "sun 06:00", to: "sun 12:00" })).toBe(
      "Sat, Sun 06:00–12:00",
    );
  });

  it("over midnight and over Sunday are told by the day on which they begin", () => {
    expect(told({ from: "sun 22:00", to: "mon 06:00" })).toBe("Sun 22:00–06:00");
    expect(told({ from: "fri 14:00", to: "sat 00:00" })).toBe("Fri 14:00–24:00");
  });

  it("that go on into the day are told with both ends", () => {
    expect(told({ from: "wed 00:00", to: "thu 00:00" })).toBe("Wed all day");
    expect(told({ from: "mon 22:00", to: "tue 14:00" })).toBe("Mon 22:00 – Tue 14:00");
    expect(told({ from: "sat 22:00", to: "mon 06:00" })).toBe("Sat 22:00 – Mon 06:00");
  });
});

const ZONE = "Europe/Berlin";

function sentence(form: Partial<Form>, who = "Operators", role = "Operator"): string {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(["logon"], { time_zone: ZONE });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  const { result } = renderHook(() => useTelling(), { wrapper });
  const whose = { who: { kind: "group", name: who, directory: "local" }, role };
  return result.current.sentence(whose, { ...EMPTY, areas: [{ id: "1", name: "dairy/line1" }], ...form });
}

const plain = (text: string): string => text.replaceAll(/[\u2068\u2069]/g, "");

describe("the sentence", () => {
  beforeAll(async () => {
    await startTexts(["assignments"]);
    setTimes("iso");
  });

  it("says who has which role where, without conditions and with all of them", async () => {
    await i18next.changeLanguage("en");
    expect(plain(sentence({}))).toBe(
      "Everybody in the group Operators (local) has the role Operator in dairy/line1 and everything below: " +
        "at any station (or none) and at any time.",
    );
    const all = plain(
      sentence({
        stations: [{ id: "s", name: "Panel" }],
        schedule: [{ from: "mon 06:00", to: "mon 14:00" }],
        until: "2027-01-01T00:00",
        strength: "strong",
      }),
    );
    for (const part of ["only at Panel", "Mon 06:00–14:00", ZONE, "until ", "strong (card"])
      expect(all).toContain(part);
  });

  it("is there in every language, with every name in it", async () => {
    for (const language of ["de", "fr", "it", "es", "ja", "zh"]) {
      await i18next.changeLanguage(language);
      const text = plain(sentence({}));
      for (const part of ["Operators", "local", "Operator", "dairy/line1"])
        expect(text, language).toContain(part);
    }
  });

  it("keeps the direction of a name to the name, and takes nothing in it for a text of its own", async () => {
    await i18next.changeLanguage("en");
    const hostile = "\u202eמפעיל {{role}} $t(parts:save)";
    expect(sentence({}, hostile)).toContain(`\u2068${hostile}\u2069`);
  });

  it("counts many areas instead of naming them all", async () => {
    await i18next.changeLanguage("en");
    const areas = Array.from({ length: 30 }, (_, at) => ({ id: `${at}`, name: `line${at}` }));
    expect(plain(sentence({ areas }))).toContain("line4, and 25 more");
  });
});
