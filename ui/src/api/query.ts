/** How questions to the server are kept, repeated and refreshed. */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { currentLink, onLink } from "./link";
import { isPassing, isSessionOver } from "./problem";
import { SESSION } from "./session";

const TRIES = 2;

/** A question is asked again by itself only where the same question can be answered later. */
export const retries = (failures: number, error: Error): boolean => failures < TRIES && isPassing(error);

function makeClient(): QueryClient {
  // Whoever learns first that nobody is logged on any more tells everybody.
  const onError = (error: Error): void => {
    if (isSessionOver(error)) client.setQueryData(SESSION, null);
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        retry: retries,
        retryDelay: (failures) => 500 * 2 ** failures,
        staleTime: 2_000,
        refetchOnWindowFocus: true,
        // The browser's idea of being online says nothing about a server on the same machine.
        networkMode: "always",
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
  onLink(() => {
    if (!currentLink().lost) void client.invalidateQueries();
  });
  return client;
}

/** The one client of the page. */
export const queries: QueryClient = makeClient();
