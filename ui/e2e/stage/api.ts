/** Calls of the API by an administrator of a server, beside the pages. */
import { demoUser } from "./index";

export interface Api {
  ask: <T>(method: string, path: string, body?: object) => Promise<T>;
  /** Ends the session of the calls. */
  end: () => Promise<void>;
}

export async function administer(server: { url: string; data: string }): Promise<Api> {
  let token = "";
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const headers = {
      "content-type": "application/json",
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${server.url}/api/v1${path}`, { method, headers, ...sent });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  };
  const { directory, user, password } = demoUser({ role: "Administrator" }, server.data);
  token = (await ask<{ token: string }>("POST", "/sessions", { directory, user, password })).token;
  return { ask, end: () => ask("DELETE", "/sessions/current") };
}
