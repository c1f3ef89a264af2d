// What is typed lies on the server within seconds, so that a closed tab or a lost device loses nothing. Nothing
// is kept in the browser: other people sit at it too.
import { word } from "./words.js";

const PAUSE = 1000; // milliseconds after the last letter
const AT_LEAST = 3000; // while somebody types on and on
const LONGEST = 30_000; // between two tries without a network
const LARGEST = 60_000; // bytes that a closing page may still send

export class Drafts {
  constructor(form, line, heard) {
    this.form = form;
    this.line = line;
    this.heard = heard;
    this.dirty = false;
    this.over = false;
    this.sending = null;
    this.since = 0;
    this.wait = PAUSE;
    this.timer = 0;
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.flush();
    });
    window.addEventListener("pagehide", () => this.flush());
    window.addEventListener("beforeunload", (event) => {
      if (this.dirty && !this.over && !this.small()) event.preventDefault();
    });
    window.addEventListener("online", () => this.dirty && this.now());
  }

  changed() {
    this.dirty = true;
    this.since ||= Date.now();
    const rest = Math.max(0, this.since + AT_LEAST - Date.now());
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), Math.min(PAUSE, rest));
  }

  async now() {
    clearTimeout(this.timer);
    if (this.over || this.sending) return;
    this.sending = this.send();
    await this.sending;
    this.sending = null;
    if (this.dirty && !this.over) this.timer = setTimeout(() => this.now(), this.wait);
  }

  // Nothing more is sent, and what is under way has arrived: a draft must not outlive what was saved.
  async end() {
    this.over = true;
    clearTimeout(this.timer);
    await this.sending;
    // A form does not let itself be sent again while it is still telling that it is being sent.
    await new Promise((done) => setTimeout(done));
  }

  body() {
    const body = new URLSearchParams(new FormData(this.form));
    body.set("do", "draft");
    return body;
  }

  async send() {
    this.dirty = false;
    this.since = 0;
    this.say("saving");
    let answer;
    try {
      answer = await post(this.body());
    } catch {
      return this.failed("waiting");
    }
    if (answer.status === 401 || answer.status === 403) return this.failed("signed_out");
    if (!answer.ok) return this.failed("refused");
    const told = await answer.json();
    this.wait = PAUSE;
    this.say("saved", { time: told.at });
    if (!this.over) this.heard(told);
    return undefined;
  }

  failed(state) {
    this.dirty = true;
    this.wait = Math.min(LONGEST, this.wait * 2);
    this.say(state);
  }

  // Whether a page that closes can still send what was typed: it is short, and the last sending did not fail.
  small() {
    return this.wait === PAUSE && this.body().toString().length <= LARGEST;
  }

  flush() {
    if (!this.dirty || this.over || !this.small()) return;
    const body = this.body().toString();
    this.dirty = false;
    const headers = { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" };
    fetch(window.location.pathname, { method: "POST", body, headers, keepalive: true }).catch(() => {
      this.dirty = true;
    });
  }

  say(state, values) {
    this.line.dataset.state = state;
    const words = word(`state_${state}`, values);
    if (this.line.textContent !== words) this.line.textContent = words;
  }
}

export function post(body) {
  return fetch(window.location.pathname, { method: "POST", body, headers: { Accept: "application/json" } });
}
