import "@siemens/ix/dist/siemens-ix/siemens-ix.css";
import "./parts/parts.css";
import "./parts/lists.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { queries } from "./api/query";
import { logOnOptions, sessionQuery } from "./api/session";
import { startFonts } from "./app/fonts";
import { makeRouter } from "./app/router";
import { startTheme } from "./app/theme";
import { startTexts } from "./i18n";
import { Progress } from "./parts/states";

/** What the first page needs besides its frame, asked for at once and not one after the other. */
function ahead(): string[] {
  void queries.prefetchQuery(sessionQuery);
  void queries.prefetchQuery(logOnOptions);
  const { pathname } = window.location;
  if (pathname === "/station") {
    void import("./pages/station").catch(() => undefined);
    return ["station", "sign", "password"];
  }
  if (pathname !== "/" && pathname !== "/logon") return [];
  void import("./pages/logon").catch(() => undefined);
  return ["logon"];
}

async function start(): Promise<void> {
  startTheme();
  await startTexts(ahead());
  startFonts();
  const place = document.getElementById("app");
  if (place === null) return;
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Suspense fallback={<Progress />}>
          <RouterProvider router={makeRouter()} />
        </Suspense>
      </QueryClientProvider>
    </StrictMode>,
  );
}

void start();
