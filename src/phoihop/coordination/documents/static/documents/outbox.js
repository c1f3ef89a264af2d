// What people said, on its way to the server: one after the other, tried again until it is heard.
import { word } from "./words.js";

const FIRST = 1000; // milliseconds before a second try; doubled each time
const LONGEST = 30_000;
const HEARD = [409, 422]; // the server understood and said no: trying again would change nothing

const token = () => document.querySelector("#csrf input").value;

export class Outbox {
  constructor(line) {
    this.line = line;
    this.tasks = [];
    this.wait = FIRST;
    this.timer = 0;
    this.busy = false;
    this.refusal = ""; // what was refused last; it stands until somebody says something again
    window.addEventListener("online", () => this.now());
    window.addEventListener("beforeunload", (event) => {
      if (this.tasks.length || document.querySelector("form.edit[data-dirty]")) event.preventDefault();
    });
  }

  // A task: id of its item, address, fields; version it speaks of; agrees, done, conflict, refused.
  add(task) {
    this.refusal = "";
    this.tasks.push(task);
    this.tell();
    this.now();
  }

  holds(id) {
    return this.tasks.some((task) => task.id === id);
  }

  now() {
    clearTimeout(this.timer);
    if (!this.busy) this.pump();
  }

  async pump() {
    this.busy = true;
    while (this.tasks.length) {
      const task = this.tasks[0];
      let answer;
      let told = {};
      try {
        answer = await send(task);
        told = await answer.json();
      } catch {
        answer = null;
      }
      if (!answer || (!answer.ok && !HEARD.includes(answer.status))) {
        this.later(answer?.status);
        break;
      }
      this.wait = FIRST;
      this.tasks.shift();
      const behind = told.reason === "changed-meanwhile";
      // An answer may have been lost on its way: what stands is then what was meant.
      if (answer.ok || (behind && task.agrees(told.card))) {
        // What was said next of the same item was said of what has just been written.
        const next = this.tasks.find((other) => other.id === task.id);
        if (next && told.card) next.version = told.card.version;
        task.done(told);
      } else if (behind) {
        // Of several words of one item the last is the one that is meant.
        const last = this.tasks.findLast((other) => other.id === task.id) ?? task;
        this.tasks = this.tasks.filter((other) => other.id !== task.id);
        last.conflict(told);
      } else {
        task.refused(told);
      }
      this.tell();
    }
    this.busy = false;
  }

  refuse(message) {
    this.refusal = message;
    this.tell();
  }

  later(status) {
    this.line.classList.add("is-waiting");
    const words = status === 401 || status === 403 ? "signed_out" : "offline";
    this.line.textContent = word(words, { count: this.tasks.length, seconds: Math.round(this.wait / 1000) });
    this.timer = setTimeout(() => this.now(), this.wait);
    this.wait = Math.min(LONGEST, this.wait * 2);
  }

  tell() {
    this.line.classList.toggle("is-waiting", Boolean(this.refusal));
    const time = new Date().toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
    const stands = this.tasks.length ? word("sending_count", { count: this.tasks.length }) : word("saved", { time });
    this.line.textContent = this.refusal || stands;
  }
}

function send(task) {
  const body = new URLSearchParams(task.fields);
  if (task.version !== undefined) body.set("version", task.version);
  return fetch(task.address, {
    method: "POST",
    body,
    headers: { Accept: "application/json", "X-CSRFToken": token() },
  });
}
