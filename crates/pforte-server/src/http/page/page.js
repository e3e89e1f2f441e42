// The plain page. It uses nothing but the public API and writes only text into
// the page, never markup, so that no name can become script.
"use strict";

const $ = (id) => document.getElementById(id);
const show = (id, on) => { $(id).hidden = !on; };
const tell = (id, text) => { $(id).textContent = text ?? ""; show(id, Boolean(text)); };

let session = null;
let stream = null;
let silence = 0;

/** Calls the API; throws the problem's sentence when it is refused. */
async function call(method, path, body) {
  const options = { method, headers: {}, credentials: "same-origin" };
  if (body !== undefined) {
    options.headers["content-type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(`/api/v1${path}`, options).catch(() => {
    throw { code: "unreachable", detail: "The server does not answer. Check the network." };
  });
  if (answer.status === 204) return null;
  const value = await answer.json().catch(() => ({ code: "internal", detail: "The answer cannot be read." }));
  if (!answer.ok) {
    const wait = answer.headers.get("retry-after");
    throw { ...value, detail: wait ? `${value.detail} (${wait} s)` : value.detail };
  }
  return value;
}

const time = (text) => new Date(text).toLocaleString();

function render() {
  show("in-charge", session !== null);
  show("ask", session !== null);
  if (session === null) return;
  $("who").textContent = session.person.name;
  $("directory-of").textContent = `${session.directory.name} \\ ${session.user.name}`;
  $("since").textContent = time(session.started_at);
  $("ends").textContent = `${time(session.idle_ends_at)} without activity, ${time(session.ends_at)} at the latest`;
  $("strength").textContent = session.strength;
  $("roles").replaceChildren(...session.roles.map((role) => item(role.name)));
  if (session.roles.length === 0) $("roles").replaceChildren(item("none"));
  show("emergency", session.emergency);
}

function item(text) {
  const li = document.createElement("li");
  li.textContent = text;
  return li;
}

/** Shows the log-on; with somebody in charge it is a change of user. */
function logOn() {
  show("log-on", true);
  show("stay-as", session !== null);
  $("log-on-title").textContent = session === null ? "Log on" : "Change user";
  $("user").focus();
}

function begun(next) {
  session = next;
  show("log-on", false);
  tell("log-on-fault", "");
  $("log-on-form").reset();
  render();
  listen();
}

function over() {
  session = null;
  stream?.close();
  clearTimeout(silence);
  show("link", false);
  show("answer", false);
  render();
  logOn();
}

/** Hears of changes; silence for longer than the lease means the link is lost. */
function listen() {
  stream?.close();
  stream = new EventSource("/api/v1/stream");
  const heard = (event) => {
    session = JSON.parse(event.data);
    show("link", false);
    clearTimeout(silence);
    silence = setTimeout(() => show("link", true), session.lease.seconds * 1000);
    render();
  };
  stream.addEventListener("session", heard);
  stream.addEventListener("ended", over);
  stream.onerror = () => {
    show("link", true);
    call("GET", "/sessions/current").catch((problem) => {
      if (problem.code !== "unreachable") over();
    });
  };
}

async function guarded(button, faultId, act) {
  button.disabled = true;
  tell(faultId, "");
  try {
    await act();
  } catch (problem) {
    tell(faultId, problem.detail ?? String(problem));
  } finally {
    button.disabled = false;
  }
}

$("log-on-form").addEventListener("submit", (event) => {
  event.preventDefault();
  guarded(event.submitter ?? $("log-on-form").querySelector("button"), "log-on-fault", async () => {
    const body = { user: $("user").value, password: $("password").value, cookie: true };
    if ($("directory").value) body.directory = $("directory").value;
    try {
      begun((await call("POST", "/sessions", body)).session);
    } catch (problem) {
      $("password").value = "";
      $("password").focus();
      throw problem;
    }
  });
});

$("password").addEventListener("keyup", (event) => {
  if (event.getModifierState) show("caps", event.getModifierState("CapsLock"));
});
$("stay-as").addEventListener("click", () => show("log-on", false));
$("change-user").addEventListener("click", logOn);
$("log-off").addEventListener("click", (event) =>
  guarded(event.target, "ask-fault", async () => { await call("DELETE", "/sessions/current"); over(); }));
$("stay").addEventListener("click", (event) =>
  guarded(event.target, "ask-fault", async () => { session = await call("POST", "/sessions/current/activity"); render(); }));

$("ask-form").addEventListener("submit", (event) => {
  event.preventDefault();
  guarded(event.submitter ?? $("ask-form").querySelector("button"), "ask-fault", async () => {
    show("answer", false);
    const questions = [{ right: $("right").value.trim(), area: $("area").value.trim() }];
    const { answers } = await call("POST", "/decisions", { questions, explain: true });
    explain(answers[0]);
  });
});

function explain({ allowed, explain: why }) {
  $("verdict").textContent = allowed ? "Allowed" : "Not allowed";
  $("verdict").className = allowed ? "allowed" : "refused";
  $("path").replaceChildren(...steps(why).map(item));
  $("missing").textContent = why.missing ? missing(why.missing) : "";
  show("answer", true);
}

function steps(why) {
  if (!why.path) return [];
  const groups = why.path.groups.map((group) =>
    `is in the group ${group.name}${group.told === "directory" ? " (as the directory tells)" : ""}`);
  return [
    `${why.user.name}`,
    ...groups,
    `has the role ${why.path.role.name}${why.path.area ? ` in ${why.path.area.name}` : ""}`,
    ...(why.right && !(why.missing?.what === "role") ? [`which holds the right ${why.right.name}`] : []),
  ];
}

const names = (list) => (list ?? []).map((one) => one.name).join(", ") || "none";

function missing(what) {
  switch (what.what) {
    case "enabled": return "The user is disabled.";
    case "unknown-right": return `No application has registered the right ${what.asked}.`;
    case "unknown-area": return `There is no area ${what.asked}.`;
    case "role": return `No role held here has this right. Held: ${names(what.roles)}.`;
    case "area": return `The role holds elsewhere: ${names(what.holds_in)}.`;
    case "station": return `The role holds only at: ${names(what.holds_at)}.`;
    case "time": return "The role does not hold at this time.";
    case "strength": return `The role needs the strength ${what.needed}; proved is ${what.proved ?? "nothing"}.`;
    default: return `Missing: ${what.what}.`;
  }
}

async function start() {
  const options = await call("GET", "/logon");
  $("plant").textContent = options.plant;
  tell("notice", options.notice);
  $("directory").replaceChildren(...options.directories.map(({ name }) => new Option(name, name)));
  try {
    begun(await call("GET", "/sessions/current"));
  } catch (problem) {
    if (problem.code === "unreachable") throw problem;
    over();
  }
}

start().catch((problem) => {
  show("log-on", true);
  tell("log-on-fault", problem.detail ?? String(problem));
});
