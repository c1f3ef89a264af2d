// Files on their way: sent one by one, watched while they are read. What the server holds is the truth; this
// page keeps nothing but the files that have not left yet.
import { limit, say, word } from "./words.js";

const OFTEN = 1000; // milliseconds between two questions while something is read
const SELDOM = 20_000;

document.body.classList.remove("no-script");
const main = document.getElementById("main");
const form = document.getElementById("drop");
const chooser = document.getElementById("files");
const way = document.getElementById("on-the-way");
const template = document.getElementById("way-row");
const leaving = new Set(); // what is not at the server yet
const elsewhere = new Set(); // files that another page of the list shows
let line = Promise.resolve();
let pause = OFTEN;
let timer = 0;

// Sending

function add(files) {
  for (const file of files) send({ file, row: row(file.name) });
}

function row(name) {
  const made = template.content.firstElementChild.cloneNode(true);
  made.querySelector(".sent-name").textContent = name;
  made.querySelector("progress").setAttribute("aria-label", name);
  way.append(made);
  way.hidden = false;
  return made;
}

function send(entry) {
  entry.stopped = false;
  leaving.add(entry);
  show(entry, word("waiting"), [["cancel", stop]]);
  if (entry.file.size > limit) {
    fail(entry, word("too_large"), false);
    return;
  }
  // One at a time: the last file's bar should not stand still while all share the line.
  line = line.then(() => (entry.stopped ? null : upload(entry)));
}

async function upload(entry) {
  show(entry, word("sending"), [["cancel", stop]]);
  try {
    const answer = await post(entry);
    const told = JSON.parse(answer.responseText || "{}");
    if (answer.status === 201) {
      leaving.delete(entry);
      entry.row.remove();
      way.hidden = !way.children.length;
      await refresh();
      soon();
      return;
    }
    if (answer.status === 401 || answer.status === 403) fail(entry, word("signed_out"), true);
    else fail(entry, told.message ?? word("failed"), answer.status >= 500 || told.reason === "busy", told.address);
  } catch {
    if (!entry.stopped) fail(entry, word("failed"), true);
  }
}

// XMLHttpRequest, because fetch does not tell how much has been sent.
function post(entry) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    entry.request = request;
    const body = new FormData(form);
    body.set("file", entry.file);
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) entry.row.querySelector("progress").value = event.loaded / event.total;
    });
    request.addEventListener("load", () => resolve(request));
    request.addEventListener("error", reject);
    request.addEventListener("abort", reject);
    request.send(body);
  });
}

function stop(entry) {
  entry.stopped = true;
  entry.request?.abort();
  fail(entry, word("cancelled"), true);
}

function fail(entry, message, again, address) {
  leaving.delete(entry);
  entry.row.classList.add("is-refused");
  entry.row.querySelector("progress").hidden = true;
  show(entry, message, [...(again ? [["retry", retry]] : []), ["remove", remove]], address);
  say(word("said_row", { name: entry.file.name, state: message }));
}

function retry(entry) {
  entry.row.classList.remove("is-refused");
  const bar = entry.row.querySelector("progress");
  bar.hidden = false;
  bar.value = 0;
  send(entry);
}

function remove(entry) {
  entry.row.remove();
  way.hidden = !way.children.length;
  chooser.focus();
}

function show(entry, words, acts, address) {
  const line_ = entry.row.querySelector(".sent-words");
  line_.textContent = words;
  if (address) {
    const link = document.createElement("a");
    link.href = address;
    link.textContent = entry.file.name;
    line_.append(" ", link);
  }
  entry.row.querySelector(".sent-acts").replaceChildren(
    ...acts.map(([name, act]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.textContent = word(name);
      button.setAttribute("aria-label", `${word(name)}: ${entry.file.name}`);
      button.addEventListener("click", () => act(entry));
      return button;
    }),
  );
}

// What the server has

const rows = () => [...document.querySelectorAll("#sent .sent-row")];
const running = () => rows().some((each) => ["waiting", "reading"].includes(each.dataset.state));

async function refresh() {
  const answer = await fetch(window.location.href, { headers: { Accept: "text/html", "X-Background": "1" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const held = document.activeElement?.closest("#sent .sent-row")?.id;
  document.getElementById("sent").replaceWith(page.getElementById("sent"));
  document.getElementById("sent-title").replaceWith(page.getElementById("sent-title"));
  if (held) document.getElementById(held)?.querySelector("a, button")?.focus();
}

async function watch() {
  try {
    const answer = await fetch(main.dataset.progress, { headers: { Accept: "application/json", "X-Background": "1" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const { files } = await answer.json();
    let turned = false;
    let moved = false;
    for (const told of files) {
      const shown = document.getElementById(`u-${told.id}`);
      if (!shown) {
        // New here, perhaps: the list is asked for once.
        turned ||= window.location.search === "" && !elsewhere.has(told.id);
        elsewhere.add(told.id);
        continue;
      }
      if (shown.dataset.state !== told.state) {
        turned = true;
        if (told.ended) say(word("said_row", { name: shown.querySelector(".sent-name").textContent, state: told.words }));
        continue;
      }
      const bar = shown.querySelector("progress");
      if (!bar || bar.value === told.fraction) continue;
      bar.value = told.fraction;
      shown.querySelector(".sent-words span").textContent = told.words;
      moved = true;
    }
    if (turned) await refresh();
    pause = turned || moved ? OFTEN : Math.min(SELDOM, pause * 1.3);
    if (running()) pause = Math.min(pause, 4 * OFTEN);
  } catch {
    pause = Math.min(SELDOM, pause * 2);
  }
  timer = setTimeout(watch, document.hidden ? SELDOM : pause);
}

function soon() {
  clearTimeout(timer);
  pause = OFTEN;
  timer = setTimeout(watch, OFTEN);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) soon();
});
window.addEventListener("beforeunload", (event) => {
  if (leaving.size) event.preventDefault();
});

// Dropping and choosing

chooser?.addEventListener("change", () => {
  add(chooser.files);
  chooser.value = "";
});
if (form) {
  let depth = 0;
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  const veil = (by) => {
    depth = Math.max(0, depth + by);
    document.body.classList.toggle("dropping", depth > 0);
  };
  window.addEventListener("dragenter", (event) => carries(event) && veil(1));
  window.addEventListener("dragleave", (event) => carries(event) && veil(-1));
  window.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
  window.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    depth = 0;
    document.body.classList.remove("dropping");
    add(event.dataTransfer.files);
  });
}
document.addEventListener("submit", async (event) => {
  const asked = event.target.closest('form[data-act="cancel"]');
  if (!asked) return;
  event.preventDefault();
  try {
    await fetch(asked.action, { method: "POST", body: new FormData(asked), headers: { Accept: "application/json" } });
    await refresh();
  } catch {
    say(word("failed"));
  }
});

document.getElementById("faults")?.focus();
soon();
