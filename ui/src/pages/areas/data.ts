/** The areas and lists as the administration pages read them. */
import { queryOptions, useInfiniteQuery } from "@tanstack/react-query";
import { api, call, type Schema } from "../../api/client";

export type Area = Schema<"Area">;

/** Every area, by path. */
export const areasQuery = queryOptions({
  queryKey: ["areas", "every"],
  queryFn: async ({ signal }): Promise<Area[]> => (await call(api.GET("/api/v1/areas", { signal }))).items,
});

/** A page of a list of the API. */
export interface ListPage<T> {
  items: T[];
  next?: string | null;
}

/** So many pages are asked for at most where a list is wanted whole. */
const MOST_PAGES = 40;

/** A whole list, page by page; `ask` gets where the next page begins. */
export async function everyPage<T>(ask: (after: string | undefined) => Promise<ListPage<T>>): Promise<T[]> {
  const items: T[] = [];
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { items: more, next } = await ask(after);
    items.push(...more);
    if (!next) return items;
    after = next;
  }
  return items;
}

/** The parameters of a page of a list. */
export const pageQuery = (text: string, after: string | undefined, limit = 100) => ({
  limit,
  ...(text === "" ? {} : { search: text }),
  ...(after === undefined ? {} : { after }),
});

/** A list that grows by a page when more of it is asked for. */
export function usePages<T>(
  queryKey: readonly string[],
  ask: (after: string | undefined, signal: AbortSignal) => Promise<ListPage<T>>,
) {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => ask(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: ListPage<T>) => last.next ?? undefined,
  });
  return {
    data: query.data?.pages.flatMap((page) => page.items),
    error: query.error,
    isPending: query.isPending,
    refetch: query.refetch as never,
    more: query.hasNextPage ? () => void query.fetchNextPage() : undefined,
    growing: query.isFetchingNextPage,
  };
}
