// The end of a session, seen from a page: warn two minutes before, ask who is there when it is over, keep the form.
import { ask, words } from "./passkeys.js";

const WARN = 120; // seconds
const CHECK = 60; // seconds between questions to the server
const dialog = document.getElementById("session-dialog");
const part = (name) => dialog.querySelectorAll(`[data-when="${name}"]`);
const way = (name) => dialog.querySelector(`[data-way="${name}"]`);
const error = dialog.querySelector(".door-error");
const left = dialog.querySelector(".session-left");
const password = way("password");

let who = null; // whose page this is, as a number that says nothing
let ends = Infinity; // milliseconds since 1970
let over = false;

async function status(background = true) {
  const headers = { Accept: "application/json", ...(background ? { "X-Background": "1" } : {}) };
  const answer = await fetch(dialog.dataset.status, { headers, cache: "no-store" });
  return answer.json();
}

// A form sent after signing in again needs the new token; everything else in it stays as it was.
function renew(token) {
  for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = token;
}

function show(name) {
  for (const each of ["soon", "over"]) for (const element of part(each)) element.hidden = each !== name;
  document.documentElement.querySelector("body").classList.toggle("session-over", name === "over");
  if (!dialog.open) dialog.showModal();
}

function close() {
  over = false;
  error.hidden = true;
  document.body.classList.remove("session-over");
  if (dialog.open) dialog.close();
}

function went(told) {
  // Signed out, or somebody else came: this page is nobody's to read any more.
  document.body.classList.add("session-over");
  window.location.replace(told.state === "in" ? "/" : dialog.dataset.login);
}

function hear(told) {
  if (told.state === "in") {
    who ??= told.who;
    if (told.who !== who) return went(told);
    ends = Date.now() + told.seconds * 1000;
    if (over) renew(told.csrf);
    if (told.seconds > WARN) close();
    return undefined;
  }
  if (told.state === "idle" && (who === null || told.who === who)) {
    over = true;
    renew(told.csrf);
    way("passkey").hidden = !(told.passkey && window.PublicKeyCredential);
    password.hidden = !told.password;
    way("elsewhere").hidden = told.passkey || told.password;
    show("over");
    return undefined;
  }
  if (over || document.querySelector("form[data-changed]")) {
    over = true;
    way("passkey").hidden = true;
    password.hidden = true;
    way("elsewhere").hidden = false;
    show("over");
    return undefined;
  }
  return went(told);
}

async function tick() {
  const seconds = Math.max(0, Math.round((ends - Date.now()) / 1000));
  if (over || seconds === 0) {
    hear(await status());
  } else if (seconds <= WARN) {
    left.value = seconds;
    if (!dialog.open) {
      hear(await status()); // another page may have kept the session alive
      if ((ends - Date.now()) / 1000 <= WARN && !over) show("soon");
    }
  }
}

async function resume(body) {
  error.hidden = true;
  const token = document.querySelector('input[name="csrfmiddlewaretoken"]').value;
  const answer = await fetch(dialog.dataset.resume, {
    method: "POST",
    body,
    headers: { Accept: "application/json", "X-CSRFToken": token },
  });
  const told = await answer.json();
  if (answer.ok) {
    renew(told.csrf);
    password.reset();
    ends = Date.now() + told.seconds * 1000;
    close();
  } else if (answer.status === 409) {
    hear({ state: "out" });
  } else {
    error.textContent = told.message;
    error.hidden = false;
  }
}

dialog.addEventListener("cancel", (event) => event.preventDefault());
dialog.querySelector("[data-stay]").addEventListener("click", async () => {
  close();
  hear(await status(false));
});
password.addEventListener("submit", (event) => {
  event.preventDefault();
  resume(new FormData(password));
});
dialog.querySelector("[data-key]").addEventListener("click", async () => {
  const body = new FormData();
  try {
    body.set("credential", await ask(dialog.dataset.resume, "get"));
    await resume(body);
  } catch (problem) {
    error.textContent = problem.told?.message ?? words().stopped;
    error.hidden = false;
  }
});
document.addEventListener("input", (event) => {
  if (!dialog.contains(event.target)) event.target.form?.setAttribute("data-changed", "");
});

// A page taken out of the browser's memory may be of somebody who has left since: hidden until that is known.
window.addEventListener("pageshow", async (event) => {
  if (!event.persisted) return;
  document.body.classList.add("session-over");
  const told = await status().catch(() => ({ state: "out" }));
  if (told.state === "in" && told.who === who) document.body.classList.remove("session-over");
  else if (told.state === "idle") hear(told);
  else went(told);
});

hear(await status());
setInterval(() => tick().catch(() => {}), 1000);
const look = () => status().then(hear).catch(() => {});
setInterval(look, CHECK * 1000);
// Whoever comes back to the page should not work on for a minute in a session that has ended.
window.addEventListener("focus", look);
