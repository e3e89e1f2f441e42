import { queryOptions } from "@tanstack/react-query";
import { api, call, type Schema } from "../../api/client";
import { everyPage, pageQuery } from "../areas/data";

export type Station = Schema<"Station">;

/** Every station. */
export const stationsQuery = queryOptions({
  queryKey: ["stations", "every"],
  queryFn: ({ signal }): Promise<Station[]> =>
    everyPage((after) =>
      call(api.GET("/api/v1/stations", { params: { query: pageQuery("", after, 500) }, signal })),
    ),
});
