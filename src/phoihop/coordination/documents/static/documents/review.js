// Checking what was read: keys, rulings sent at once, what others said meanwhile.
import { Cards } from "./cards.js";
import { choose, Editor } from "./edit.js";
import { Find } from "./find.js";
import { Outbox } from "./outbox.js";
import { Picking } from "./picking.js";
import { say, word } from "./words.js";

const OFTEN = 3000; // milliseconds between questions for what others said; slower while nothing happens
const SELDOM = 20_000;
const KEYS = "phoihop-keys"; // "off": no single-letter keys on this machine

const root = document.getElementById("main");
document.body.classList.remove("no-script");
const cards = new Cards(root);
const find = new Find(root, cards);
const outbox = new Outbox(document.getElementById("saved"));
const undone = []; // ids in the order they were ruled on here
const edit = new Editor(cards, rule);
const picking = new Picking(cards, add);

// Saying something of an item

function rule(card, ruling, fields = {}) {
  const id = card.dataset.i;
  const version = card.dataset.version;
  const address = card.querySelector(".card-acts").action;
  undone.push(id);
  cards.rule(id, ruling);
  outbox.add({
    id,
    address,
    version,
    fields: { ...fields, ruling },
    agrees: (stands) => agrees(stands, ruling, fields),
    done: (told) => take(told.card, told.version),
    conflict: (told) => {
      edit.fields[id] = told.card.fields;
      choose(cards, told, meant(ruling, fields), (fresh) => rule(fresh, ruling, fields));
    },
    refused: (told) => {
      if (told.card) cards.replace(id, told.card.html);
      const back = cards.card(id);
      if (told.faults) edit.open(back, { ...edit.fields[id], ...fields }, told.faults);
      else outbox.refuse(told.message);
    },
  });
}

// Whether a card as it stands says what was meant. A box that is not ticked is no field of a form.
function agrees(card, ruling, fields) {
  if (ruling !== "corrected") return card.ruling === ruling;
  const names = Object.keys(card.fields).filter((name) => name !== "name");
  return ["corrected", "accepted", "added"].includes(card.ruling) && names.every((name) => (fields[name] ?? "") === card.fields[name]);
}

function meant(ruling, fields) {
  const amount = fields.value && fields.text ? `${fields.value} ${fields.unit ?? ""}` : "";
  const held = amount || (fields.text ?? fields.value ?? fields.number ?? "");
  return word(`state_${ruling}`) + (held ? `: ${held.slice(0, 120)}` : "");
}

// One's own word is the next one, or there are others' between: those are then asked for.
function heard(version) {
  if (version === Number(root.dataset.version) + 1) root.dataset.version = version;
}

function take(card, version) {
  edit.fields[card.id] = card.fields;
  heard(version);
  if (outbox.holds(card.id)) {
    cards.card(card.id).dataset.version = card.version;
    return;
  }
  cards.replace(card.id, card.html);
}

// What the reader makes of the stretch is shown; the person puts right what is wrong in it.
function add(kind, span) {
  cards.show("understood");
  outbox.add({
    id: "",
    address: root.dataset.add,
    fields: { kind_of: kind, start: span.start, end: span.end, token: mark() },
    done: async (told) => {
      edit.fields[told.card.id] = told.card.fields;
      heard(told.version);
      undone.push(told.card.id);
      if (!cards.card(told.card.id)) cards.insert(told.card.html);
      await repaint();
      cards.select(told.card.id, { focus: "side" });
      say(word("said_added", { tag: told.card.tag }));
    },
    agrees: () => false,
    conflict: () => {},
    refused: (told) => outbox.refuse(told.message),
  });
}

// By what the server knows a word that it is sent again, because the answer was lost.
function mark() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The text once more, with the marks as they stand now.
async function repaint() {
  try {
    const answer = await fetch(window.location.pathname, { headers: { Accept: "text/html" } });
    if (!answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    cards.paper.replaceChildren(...page.querySelector(".paper").childNodes);
    return page;
  } catch {
    return null; // the next time will do
  }
}

// What others said

let pause = OFTEN;

async function listen() {
  try {
    const answer = await fetch(`${root.dataset.changes}?sau=${root.dataset.version}`, {
      headers: { Accept: "application/json", "X-Background": "1" },
    });
    if (answer.ok) await hear(await answer.json());
    else pause = Math.min(SELDOM, pause * 2);
  } catch {
    pause = Math.min(SELDOM, pause * 2);
  }
  setTimeout(listen, document.hidden ? SELDOM : pause);
}

async function hear(told) {
  if (told.stage !== "review") {
    const line = document.getElementById("saved");
    line.textContent = word("closed");
    line.classList.add("is-waiting");
    pause = SELDOM;
    return;
  }
  pause = told.cards.length ? OFTEN : Math.min(SELDOM, pause * 1.3);
  let strange = false;
  for (const card of told.cards) {
    const shown = cards.card(card.id);
    if (!shown) {
      edit.fields[card.id] = card.fields;
      cards.insert(card.html);
      strange = true;
    } else if (Number(shown.dataset.version) >= card.version || outbox.holds(card.id)) {
      continue;
    } else if (edit.home === shown) {
      edit.say(word("changed_under", { who: card.who, state: card.state }));
      continue;
    } else {
      edit.fields[card.id] = card.fields;
      cards.replace(card.id, card.html).classList.add("is-fresh");
    }
    say(word("said_other", { who: card.who, tag: card.tag, state: card.state }));
  }
  root.dataset.version = told.version;
  if (strange) await repaint();
}

// Buttons

cards.side.addEventListener("submit", (event) => {
  const form = event.target.closest(".card-acts");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const card = form.closest(".card");
  const ruling = event.submitter.value;
  cards.mark(card.dataset.i);
  rule(card, ruling);
  if (ruling !== "open") cards.onward();
});
cards.side.addEventListener("click", (event) => {
  const link = event.target.closest(".act-edit");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const card = link.closest(".card");
  cards.mark(card.dataset.i);
  edit.open(card);
});
for (const id of ["confirm", "accept-rest"]) {
  document.getElementById(id).addEventListener("click", (event) => {
    if (!outbox.tasks.length) return;
    event.preventDefault();
    say(word("sending_count", { count: outbox.tasks.length }));
  });
}

// Keys

const help = document.getElementById("help");
const useKeys = document.getElementById("use-keys");
useKeys.checked = localStorage.getItem(KEYS) !== "off";
document.body.classList.toggle("no-keys", !useKeys.checked);
useKeys.addEventListener("change", () => {
  if (useKeys.checked) localStorage.removeItem(KEYS);
  else localStorage.setItem(KEYS, "off");
  document.body.classList.toggle("no-keys", !useKeys.checked);
});
document.getElementById("open-help").addEventListener("click", () => help.showModal());
help.addEventListener("click", (event) => {
  if (event.target === help) help.close();
});

const current = () => (cards.current ? cards.card(cards.current) : null);
const withCurrent = (act) => () => (current() ? act(current()) : cards.step(1));

function accept(card) {
  if (card.dataset.ruling === "open") rule(card, "accepted");
  if (!cards.onward()) say(word("said_all_checked"));
}

function undo() {
  const shown = current();
  const id = shown && shown.dataset.ruling !== "open" ? shown.dataset.i : undone.at(-1);
  const card = id ? cards.card(id) : null;
  if (!card || card.dataset.ruling === "open") return;
  const at = undone.lastIndexOf(id);
  if (at >= 0) undone.splice(at, 1);
  cards.select(id, { focus: "side" });
  rule(card, card.dataset.ruling === "added" ? "rejected" : "open");
  undone.pop();
}

const ACTS = {
  "?": () => help.showModal(),
  j: () => cards.step(1),
  k: () => cards.step(-1),
  e: withCurrent((card) => edit.open(card)),
  x: withCurrent((card) => {
    if (card.dataset.ruling !== "rejected") rule(card, "rejected");
    cards.onward();
  }),
  u: undo,
  a: () => picking.begin(),
  o: () => cards.across(),
  d: () => cards.toggle("doubt"),
  h: () => cards.toggle("open"),
  "/": () => find.focus(),
  c: () => document.getElementById("confirm").click(),
  0: () => cards.filter(""),
  1: () => cards.filter("head"),
  2: () => cards.filter("target"),
  3: () => cards.filter("task"),
  4: () => cards.filter("cite"),
};

document.addEventListener("keydown", (event) => {
  // A Vietnamese input method sends keys while it composes; they are letters, not commands.
  if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog, .edit")) return;
  if (picking.active && picking.key(event)) return;
  const onControl = event.target.closest("button, a, summary");
  if (event.key === "Enter" && !onControl) {
    event.preventDefault();
    if (current()) accept(current());
    else cards.onward();
    return;
  }
  const inside = cards.side.contains(event.target);
  if (inside && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    cards.step(event.key === "ArrowDown" ? 1 : -1);
    return;
  }
  if (event.key === "Escape") {
    if (!picking.bar.hidden) picking.end();
    else cards.clear();
    return;
  }
  const act = useKeys.checked ? ACTS[event.key] : undefined;
  if (!act) return;
  event.preventDefault();
  act();
});

if (window.location.hash) cards.arrive(window.location.hash);
window.addEventListener("hashchange", () => cards.arrive(window.location.hash));
setTimeout(listen, OFTEN);
