// Files on their way: sent one by one, watched, stopped, tried again, opened.
import { limit, say, word } from "./words.js";

const LIST = "phoihop-files"; // opaque ids of this tab's files; no name is kept in the browser
const POLL = 250; // milliseconds; a file that only waits is asked about less often
const SENT = 0.2; // the part of the bar that sending takes
const FINAL = ["done", "refused", "cancelled", "failed"];

const token = () => document.querySelector("#csrf input").value;

export class Queue {
  constructor(open) {
    this.open = open;
    this.section = document.getElementById("queue");
    this.list = this.section.querySelector("ol");
    this.template = document.getElementById("queue-row");
    this.entries = [];
    this.sending = Promise.resolve();
    this.restore();
  }

  add(files) {
    const added = [...files].map((file) => this.entry({ name: file.name, file }));
    // One file is opened as soon as it is read; of several the person chooses.
    for (const entry of added) {
      entry.opens = added.length === 1;
      this.send(entry);
    }
  }

  entry(values) {
    const row = this.template.content.firstElementChild.cloneNode(true);
    const entry = { state: "sending", progress: 0, words: word("sending"), ...values, row };
    row.querySelector(".queue-name").textContent = entry.name;
    row.querySelector(".queue-name").title = entry.name;
    this.entries.push(entry);
    this.list.append(row);
    this.section.hidden = false;
    this.show(entry);
    return entry;
  }

  send(entry) {
    Object.assign(entry, { state: "sending", progress: 0, words: word("sending"), id: null, stopped: false });
    this.show(entry);
    if (entry.file.size > limit) return this.fail(entry, "refused", word("too_large"));
    // One at a time: the last file's bar should not stand still while all share the line.
    this.sending = this.sending.then(() => (entry.stopped ? null : this.upload(entry)));
  }

  async upload(entry) {
    try {
      const answer = await post("/doc/", entry);
      const told = JSON.parse(answer.responseText || "{}");
      if (answer.status !== 201) {
        // A full server may have room later; a file too large stays too large.
        return this.fail(entry, answer.status === 503 ? "failed" : "refused", told.message ?? word("failed"));
      }
      entry.id = told.id;
      this.remember();
      if (entry.stopped) return this.stop(entry);
      this.watch(entry);
    } catch {
      if (entry.stopped) this.show(Object.assign(entry, { state: "cancelled", words: word("cancelled") }));
      else this.fail(entry, "failed", word("failed"));
    }
  }

  fail(entry, state, message) {
    Object.assign(entry, { state, words: message });
    this.show(entry);
    say(word("said_refused", { name: entry.name, message }));
  }

  async watch(entry) {
    while (!FINAL.includes(entry.state)) {
      let answer;
      try {
        answer = await fetch(`/doc/${entry.id}/status`, { headers: { Accept: "application/json" } });
      } catch {
        return this.fail(entry, "failed", word("failed"));
      }
      if (!answer.ok) return this.fail(entry, "failed", word("gone"));
      const told = await answer.json();
      if (told.stage_words !== entry.words && told.state === "reading") {
        say(word("said_stage", { name: entry.name, stage: told.stage_words }));
      }
      this.take(entry, told);
      const pause = entry.state === "waiting" ? 4 * POLL : POLL;
      if (!FINAL.includes(entry.state)) await new Promise((resolve) => setTimeout(resolve, pause));
    }
    if (entry.state === "done") {
      say(word("said_done", { name: entry.name }));
      if (entry.opens) this.open(`/doc/${entry.id}/`);
    } else if (entry.state === "refused") {
      say(word("said_refused", { name: entry.name, message: entry.words }));
    }
  }

  take(entry, told) {
    entry.state = told.state;
    entry.progress = SENT + (1 - SENT) * told.progress;
    entry.words = told.message ?? told.summary ?? told.stage_words;
    this.show(entry);
  }

  async stop(entry) {
    entry.stopped = true;
    entry.request?.abort();
    if (!entry.id) return this.show(Object.assign(entry, { state: "cancelled", words: word("cancelled") }));
    const answer = await fetch(`/doc/${entry.id}/cancel`, { method: "POST", headers: { "X-CSRFToken": token() } });
    if (answer.ok || answer.status === 409) this.take(entry, await answer.json());
  }

  remove(entry) {
    this.entries = this.entries.filter((other) => other !== entry);
    const next = entry.row.nextElementSibling ?? entry.row.previousElementSibling;
    entry.row.remove();
    this.section.hidden = !this.entries.length;
    (next?.querySelector("button, a") ?? document.getElementById("pick")).focus();
    this.remember();
  }

  show(entry) {
    const { row, state } = entry;
    const final = FINAL.includes(state);
    row.querySelector(".queue-words").textContent = entry.words;
    row.querySelector("progress").value = entry.progress;
    row.toggleAttribute("data-final", final);
    if (row.dataset.state === state) return;
    row.dataset.state = state;
    const acts = [];
    if (!final) acts.push(["cancel", () => this.stop(entry)]);
    if (final && state !== "done" && entry.file) acts.push(["retry", () => this.send(entry)]);
    if (final) acts.push(["remove", () => this.remove(entry)]);
    const held = row.contains(document.activeElement);
    row.querySelector(".queue-acts").replaceChildren(...(state === "done" ? [this.link(entry)] : []), ...acts.map(button(entry)));
    if (held) row.querySelector(".queue-acts > *")?.focus();
  }

  link(entry) {
    const link = document.createElement("a");
    link.className = "button";
    link.href = `/doc/${entry.id}/`;
    link.dataset.swap = "";
    link.textContent = word("open");
    link.setAttribute("aria-label", `${word("open")} ${entry.name}`);
    return link;
  }

  mark(id) {
    for (const entry of this.entries) entry.row.toggleAttribute("data-current", entry.id === id);
  }

  remember() {
    sessionStorage.setItem(LIST, JSON.stringify(this.entries.map((entry) => entry.id).filter(Boolean)));
  }

  async restore() {
    const ids = JSON.parse(sessionStorage.getItem(LIST) ?? "[]");
    for (const id of ids) {
      const answer = await fetch(`/doc/${encodeURIComponent(id)}/status`, { headers: { Accept: "application/json" } });
      if (!answer.ok) continue;
      const told = await answer.json();
      const entry = this.entry({ name: told.name, id });
      this.take(entry, told);
      if (!FINAL.includes(entry.state)) this.watch(entry);
    }
    this.remember();
    this.mark(document.getElementById("result").dataset.job);
  }

  get sendingNow() {
    return this.entries.some((entry) => entry.state === "sending");
  }
}

function button(entry) {
  return ([name, act]) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = name === "remove" ? "quiet" : "button";
    made.textContent = word(name);
    made.setAttribute("aria-label", `${word(name)}: ${entry.name}`);
    made.addEventListener("click", act);
    return made;
  };
}

// XMLHttpRequest, because fetch does not tell how much has been sent.
function post(address, entry) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    entry.request = request;
    const body = new FormData();
    body.append("file", entry.file);
    request.open("POST", address);
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) entry.row.querySelector("progress").value = (event.loaded / event.total) * SENT;
    });
    request.addEventListener("load", () => resolve(request));
    request.addEventListener("error", reject);
    request.addEventListener("abort", reject);
    request.send(body);
  });
}
