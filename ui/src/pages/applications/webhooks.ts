/** Where an application hears of its signature requests, as the server has it. */
import { queryOptions } from "@tanstack/react-query";
import { api, call, type Schema } from "../../api/client";
import { asProblem, Problem } from "../../api/problem";
import { same } from "../../parts/edit";

export type Webhook = Schema<"Webhook">;

/** The server counts waiting messages up to here. */
export const MOST_WAITING = 10_000;

/** So often the state is read anew while it is in sight, in milliseconds. */
const EVERY = 5_000;

const params = (id: string) => ({ path: { id } });

/** The webhook of an application; `null` where it has none. */
async function showWebhook(id: string, signal?: AbortSignal): Promise<Webhook | null> {
  try {
    const asked = { params: params(id), signal: signal ?? null };
    return await call(api.GET("/api/v1/applications/{id}/webhook", asked));
  } catch (error) {
    if (asProblem(error).code === "not-found") return null;
    throw error;
  }
}

export const webhookQuery = (id: string) =>
  queryOptions({
    queryKey: ["applications", "webhook", id],
    queryFn: ({ signal }) => showWebhook(id, signal),
    refetchInterval: EVERY,
  });

/** What people type of it; nothing is typed where there is none. */
export interface Typed {
  url: string;
  authority: string;
}

export const TYPED = ["url", "authority"] as const;

export const typedOf = (webhook: Webhook | null): Typed => ({
  url: webhook?.url ?? "",
  authority: webhook?.authority ?? "",
});

export const showTyped = async (id: string): Promise<Typed> => typedOf(await showWebhook(id));

const put = (id: string, { url, authority }: Typed, renew: boolean): Promise<Schema<"SavedWebhook">> =>
  call(
    api.PUT("/api/v1/applications/{id}/webhook", {
      params: params(id),
      body: { url: url.trim(), ...(authority.trim() === "" ? {} : { authority }), renew_secret: renew },
    }),
  );

/** Saves it unless somebody else changed it since it was read: a webhook has no version of its own. */
export async function saveWebhook(id: string, value: Typed, stored: Typed): Promise<Schema<"SavedWebhook">> {
  if (!same(await showTyped(id), stored)) throw new Problem("changed-meanwhile", 409, "webhook");
  return put(id, value, false);
}

/** Makes another secret for the webhook as it is now. */
export async function renewSecret(id: string): Promise<Schema<"SavedWebhook">> {
  const now = await showWebhook(id);
  if (now === null) throw new Problem("not-found", 404, "webhook");
  return put(id, typedOf(now), true);
}

export const removeWebhook = (id: string) =>
  call(api.DELETE("/api/v1/applications/{id}/webhook", { params: params(id) }));

export const testWebhook = (id: string): Promise<Schema<"WebhookTest">> =>
  call(api.POST("/api/v1/applications/{id}/webhook/test", { params: params(id) }));
