/** An application whose acts are signed, for the tests of the pages of signatures. */
import type { Page } from "playwright-core";
import { demoUser } from ".";
import { byName } from "./assignments";
import { type Answer, call } from "./call";

export interface Mill {
  /** The key of the application; its acts are `<key>/release` and `<key>/hold`. */
  key: string;
  credential: string;
}

let made = 0;

/** Registers an application with two acts; the page's session makes it. */
export async function newMill(page: Page, url: string): Promise<Mill> {
  made += 1;
  const key = `mill${made}-${Date.now().toString(36)}`;
  const { credential } = await call(page, "POST", "/applications", {
    key,
    name: `Mill ${made}`,
    areas: ["dairy"],
  });
  const rights = [
    { action: "release", names: { en: `Release flour ${made}`, de: `Mehl freigeben ${made}` } },
    { action: "hold", names: { en: `Hold flour ${made}` } },
  ];
  await asked(url, credential, "PUT", "/applications/current/rights", { rights });
  return { key, credential };
}

/** A call of an application. */
async function asked(
  url: string,
  credential: string,
  method: string,
  path: string,
  body: object,
): Promise<Answer> {
  const headers = { "content-type": "application/json", ...(credential && bearer(credential)) };
  const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return answer.json();
}

const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` });

/** The body of a policy: the operator performs, then quality approves. */
export async function policyOf(page: Page, mill: Mill, more: object = {}): Promise<object> {
  const role = async (name: string): Promise<string> => (await byName(page, "roles", name)).id;
  return {
    name: `Release of ${mill.key}`,
    actions: [`${mill.key}/release`],
    areas: ["dairy"],
    steps: [
      { roles: [await role("Operator")], count: 1, meaning: "performed" },
      { roles: [await role("Quality")], count: 1, meaning: "approved" },
    ],
    ordered: true,
    comment: "optional",
    valid_seconds: 600,
    cancel_roles: [await role("Shift lead")],
    ...more,
  };
}

export const newPolicy = async (page: Page, mill: Mill, more: object = {}): Promise<Answer> =>
  call(page, "POST", "/signature-policies", await policyOf(page, mill, more));

/** The application asks for the signatures of a release on line 1. */
export const ask = (url: string, mill: Mill, object: string, more: object = {}): Promise<Answer> =>
  asked(url, mill.credential, "POST", "/signature-requests", {
    key: object,
    action: `${mill.key}/release`,
    area: "dairy/line1",
    object,
    ...more,
  });

/** Somebody of the demo signs. */
export const sign = (url: string, request: Answer, user: string, more: object = {}): Promise<Answer> => {
  const { directory, password } = demoUser({ user });
  return asked(url, "", "POST", "/signatures", {
    requests: [{ request: request.id, opening: request.opening }],
    directory,
    user,
    password,
    acknowledge: true,
    ...more,
  });
};
