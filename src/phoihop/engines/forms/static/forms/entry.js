// A form being filled in: keys, fields that come and go, drafts, the table. Without any of this it still works.
import { Drafts } from "./draft.js";
import { mark } from "./found.js";
import { Grid } from "./grid.js";
import { Pasting } from "./pasting.js";
import { word } from "./words.js";

const form = document.getElementById("entry");
const save = document.getElementById("entry-save");
const table = document.getElementById("entry-table");
const cellLine = document.getElementById("entry-cell");
const touched = new Set();
const drafts = new Drafts(form, document.getElementById("entry-state"), heard);

function heard(told) {
  notice("entry-others", told.others.join(", "));
  notice("entry-newer", told.newer);
  mark(told, touched);
}

function notice(id, who) {
  const line = document.getElementById(id);
  line.querySelector(".entry-who").textContent = who;
  line.hidden = !who;
}

function changed(...controls) {
  for (const control of controls) if (control.id) touched.add(control.id);
  drafts.changed();
}

// Fields that are asked only after a certain answer.
function conditions() {
  for (const holder of form.querySelectorAll("[data-when]")) {
    const asked = document.getElementById(`f-${holder.dataset.when}`);
    const shown = !asked.closest("[data-when][hidden]");
    const ticks = [...asked.querySelectorAll("input:checked")].map((each) => each.value);
    const answers = asked.tagName === "SELECT" ? [asked.value] : ticks;
    holder.hidden = !(shown && holder.dataset.whenIs.split(" ").some((one) => answers.includes(one)));
  }
}

const isShown = (control) => control.type !== "hidden" && control.tabIndex >= 0 && control.offsetParent !== null;

function next(control, back) {
  const all = [...form.querySelectorAll("input, select, textarea, #entry-save")].filter(isShown);
  return all[all.indexOf(control) + (back ? -1 : 1)];
}

form.addEventListener("input", (event) => {
  if (!event.target.closest("table")) changed(event.target);
  conditions();
});
form.addEventListener("change", () => drafts.now());
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.requestSubmit(save);
  } else if (["INPUT", "SELECT"].includes(event.target.tagName) && !event.target.closest("table")) {
    event.preventDefault();
    next(event.target, event.shiftKey)?.focus();
  }
});

let leaving = false;
form.addEventListener("submit", async (event) => {
  if (leaving) return;
  event.preventDefault();
  leaving = true;
  await drafts.end();
  form.requestSubmit(save);
});

document.querySelector(".entry-draft")?.addEventListener("submit", () => {
  drafts.over = true;
});

// A page taken out of the browser's memory is written on as before.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

if (table) {
  const dialog = document.getElementById("paste-preview");
  const say = (told, quietly = false) => {
    const words = ["undone", "redone"].includes(told) ? word(told) : told;
    if (!quietly || words || cellLine.textContent) cellLine.textContent = words;
  };
  const grid = new Grid(form, table, { changed, say });
  new Pasting(form, grid, dialog, { say, mark: (found) => mark(found, touched) });
}

conditions();
document.getElementById("faults")?.focus();
for (const link of document.querySelectorAll("#faults a")) {
  link.addEventListener("click", (event) => {
    const wanted = document.getElementById(link.hash.slice(1));
    if (!wanted) return;
    event.preventDefault();
    (wanted.matches("fieldset") ? wanted.querySelector("select, input:not([type=hidden])") : wanted).focus();
  });
}
