// The dispensing window by keyboard alone: find, ask, pour, confirm, next. The server decides; what is asked here
// first only saves a person from the wrong card.
import { beep } from "./beep.js";
import { codeOf, plain, sameBirth } from "./identity.js";

const table = JSON.parse(document.getElementById("window-words").textContent);
const WAIT = 10_000; // milliseconds for an answer
const id = (name) => document.getElementById(name);
const [finding, field, card, place] = [id("finding"), id("find"), id("card"), id("say")];
const rows = [...document.querySelectorAll("a.window-row")];
const day = new Date().toDateString();
const keys = new Map(); // of what was sent and not answered: asked again under the same key
let open = null; // the row on the card
let step = "find"; // find, ask, ready, sending, unsure, done, shown
let chosen = -1;
let wrong = 0;

function word(name, values = {}) {
  return String(table[name]).replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

function say(text, mood = "") {
  place.dataset.mood = mood;
  card.dataset.mood = mood;
  place.textContent = text;
}

function refuse(text) {
  beep(false);
  say(text, "wrong");
}

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function shown() {
  return rows.filter((row) => !row.parentElement.hidden);
}

function matches(row, text) {
  const said = plain(text).split(/\s+/).filter(Boolean);
  const names = row.dataset.plain.split(" ");
  const code = text.toUpperCase().replace(/[\s-]/g, "");
  const named = said.every((syllable) => names.some((name) => name.startsWith(syllable)));
  return named || (code.length > 1 && row.dataset.code.startsWith(code));
}

function filter() {
  const [text, code] = [field.value, codeOf(field.value)];
  for (const row of rows) row.parentElement.hidden = code ? row.dataset.code !== code : !matches(row, text);
  mark(-1);
}

function mark(at) {
  const there = shown();
  chosen = there.length ? Math.max(-1, Math.min(at, there.length - 1)) : -1;
  for (const row of rows) row.removeAttribute("aria-current");
  if (chosen < 0) return;
  there[chosen].setAttribute("aria-current", "true");
  there[chosen].scrollIntoView({ block: "nearest" });
  say(`${there[chosen].dataset.name}: ${there[chosen].querySelector(".state").textContent}`);
}

function find() {
  const text = field.value.trim();
  if (!text && chosen < 0) return;
  const there = shown();
  if (chosen >= 0) return show(there[chosen]);
  if (codeOf(text) === "" && there.length === 0) return refuse(word("bad_code"));
  if (there.length === 0) return refuse(word("nobody"));
  if (there.length > 1) {
    // The whole name of one is not to be lost among longer ones.
    const whole = there.filter((row) => row.dataset.plain === plain(text));
    if (whole.length !== 1) return refuse(word("several", { count: there.length }));
    return show(whole[0]);
  }
  return show(there[0]);
}

function show(row) {
  const told = row.dataset;
  open = row;
  wrong = 0;
  card.hidden = false;
  id("card-name").textContent = told.name;
  id("card-code").textContent = told.shown;
  id("card-born").textContent = "";
  id("card-origin").textContent = told.origin;
  id("card-mg").textContent = told.mg ? `${told.mg} mg` : "";
  id("card-quantity").textContent = told.quantity;
  id("card-lots").textContent = told.lots || "—";
  id("card-more").href = row.getAttribute("href");
  card.elements.said.value = "";
  const waits = told.state === "waiting";
  id("card-ask").hidden = !waits;
  id("card-more").hidden = false;
  button(waits ? "" : "next");
  if (!waits) {
    step = "shown";
    refuse(told.why);
    return id("card-do").focus();
  }
  step = "ask";
  say(told.born ? word("ask", told) : word("no_birth"));
  return card.elements.said.focus();
}

function button(name) {
  id("card-do").hidden = !name;
  if (name) id("card-do").textContent = word(name);
}

function close() {
  open = null;
  step = "find";
  card.hidden = true;
  field.value = "";
  // A window left open over night shows yesterday's list.
  window.addEventListener("focus", () => {
    if (step === "find" && new Date().toDateString() !== day) window.location.reload();
  });
  filter();
  field.focus();
}

function asked() {
  const { born, code, mg, quantity } = open.dataset;
  if (!sameBirth(born, code, card.elements.said.value)) {
    wrong += 1;
    if (wrong > 1) {
      close();
      return refuse(word("closed_card"));
    }
    card.elements.said.select();
    return refuse(word("other"));
  }
  step = "ready";
  id("card-born").textContent = born.split("-").reverse().join("/");
  button("confirm");
  beep(true);
  say(word("right", { mg, quantity }));
  return id("card-do").focus();
}

async function send() {
  const row = open;
  const address = row.getAttribute("href");
  if (!keys.has(address)) keys.set(address, newKey());
  card.elements.key.value = keys.get(address);
  step = "sending";
  say(word("sending"));
  let answer = null;
  let told = null;
  try {
    answer = await fetch(address, {
      method: "POST",
      body: new URLSearchParams(new FormData(card)),
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(WAIT),
    });
    told = await answer.json();
  } catch {
    answer = answer?.status === 401 || answer?.status === 403 ? answer : null;
  }
  if (answer === null || answer.status >= 500) return unsure(row);
  if (answer.status === 401 || answer.status === 403) {
    step = "ready";
    return refuse(word("signed_out"));
  }
  keys.delete(address);
  if (!answer.ok) {
    step = "shown";
    button("next");
    id("card-ask").hidden = true;
    return refuse(word("refused", { why: told?.message ?? "" }));
  }
  return given(row, told);
}

function unsure(row) {
  step = "unsure";
  state(row, { state: row.dataset.state, label: word("unknown"), why: row.dataset.why });
  button("again");
  refuse(word("unsure"));
  id("card-do").focus();
}

function state(row, told) {
  row.dataset.state = told.state;
  row.dataset.why = told.why;
  row.querySelector(".state").textContent = told.label;
}

function count(code, by, label) {
  let line = document.querySelector(`.window-counts [data-state="${code}"]`);
  if (line === null) {
    line = document.createElement("li");
    line.dataset.state = code;
    line.append(`${label} `, document.createElement("b"));
    document.querySelector(".window-counts").append(line);
  }
  const number = line.querySelector("b");
  number.textContent = String(Number(number.textContent || 0) + by);
}

function given(row, told) {
  const [before, label] = [row.dataset.state, told.label.replace(/ \d\d:\d\d$/, "")];
  if (before !== told.state) {
    count(before, -1, "");
    count(told.state, 1, label);
  }
  state(row, told);
  step = "done";
  button("next");
  id("card-ask").hidden = true;
  beep(true);
  say(word("done", { at: told.at, name: row.dataset.name, mg: row.dataset.mg }), "done");
  id("card-do").focus();
}

const next = {
  ask: asked,
  ready: send,
  unsure: send,
  done: () => (say(""), close()),
  shown: () => (say(""), close()),
};

if (card !== null) {
  finding.addEventListener("submit", (event) => {
    event.preventDefault();
    find();
  });
  card.addEventListener("submit", (event) => {
    event.preventDefault();
    next[step]?.();
  });
  field.addEventListener("input", (event) => event.isComposing || filter());
  field.addEventListener("compositionend", filter);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    mark(chosen + (event.key === "ArrowDown" ? 1 : -1));
  });
  for (const row of rows) {
    row.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || step === "sending" || step === "unsure") return;
      event.preventDefault();
      show(row);
    });
  }
  document.addEventListener("keydown", (event) => {
    // A key that is held down must not run through two people.
    if (event.key === "Enter" && (event.repeat || event.isComposing)) event.preventDefault();
    if (event.key === "Escape" && step !== "sending" && open !== null) {
      say("");
      close();
    }
  });
  // A window left open over night shows yesterday's list.
  window.addEventListener("focus", () => {
    if (step === "find" && new Date().toDateString() !== day) window.location.reload();
  });
  filter();
  field.focus();
  // Until now a form that is sent is answered by a page; from here on by this script.
  card.dataset.scripted = "yes";
}
