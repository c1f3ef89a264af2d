// What the server found about what was typed, marked on the page. One reading for everything: the server's.
const asksOfCells = document.getElementById("cell-asks");
const line = document.getElementById("ask-line");

// Faults are told of fields that were left already, not of the one being typed into.
export function mark(found, touched) {
  const told = (id) => touched.has(id) && document.activeElement?.id !== id;
  for (const control of document.querySelectorAll("[aria-invalid]")) {
    // That something is missing is told when saving; until it is filled in, it stays told.
    if (!found.faults[control.id] && control.value !== "") fault(control, "");
  }
  for (const [id, message] of Object.entries(found.faults)) {
    const control = document.getElementById(id);
    if (control && (told(id) || control.hasAttribute("aria-invalid"))) fault(control, message);
  }
  for (const words of document.querySelectorAll(".entry-understood")) {
    const id = words.id.replace(/-understood$/, "");
    if (touched.has(id)) understood(words, id, found.understood[id] ?? "");
  }
  for (const [id, text] of Object.entries(found.results)) {
    const output = document.getElementById(id);
    if (output && output.value !== text) output.value = text;
  }
  ask(found.asks.filter((each) => told(each.place) || known(each.key)));
}

function fault(control, message) {
  const cell = control.closest("td");
  control.toggleAttribute("aria-invalid", false);
  if (message) control.setAttribute("aria-invalid", "true");
  if (cell) {
    cell.classList.toggle("is-wrong", Boolean(message));
    if (message) control.title = message;
    else control.removeAttribute("title");
    return;
  }
  const words = document.getElementById(`${control.id}-fault`);
  words.querySelector("span").textContent = message;
  words.hidden = !message;
  control.closest(".field").classList.toggle("field-wrong", Boolean(message));
  describe(control);
}

function understood(words, id, message) {
  words.textContent = message;
  words.hidden = !message;
  describe(document.getElementById(id));
}

function describe(control) {
  const ids = ["hint", "fault", "theirs", "understood"].map((name) => `${control.id}-${name}`);
  const told = ids.filter((id) => document.getElementById(id)?.hidden === false);
  if (told.length) control.setAttribute("aria-describedby", told.join(" "));
  else control.removeAttribute("aria-describedby");
}

const all = () => [...document.querySelectorAll("#entry .ask")];
const known = (key) => all().some((each) => each.dataset.key === key);

// Warnings that are new get a line to say why; those that are over lose theirs.
function ask(asks) {
  const keys = new Set(asks.map((each) => each.key));
  for (const each of all()) if (!keys.has(each.dataset.key)) each.remove();
  for (const each of asks) {
    if (known(each.key)) continue;
    const made = line.content.firstElementChild.cloneNode(true);
    made.dataset.key = each.key;
    made.id = each.id;
    made.querySelector("[name=warned]").value = each.key;
    made.querySelector(".ask-title").textContent = each.title;
    made.querySelector(".ask-message").textContent = each.message;
    const control = document.getElementById(each.place);
    (control?.closest(".field")?.querySelector(".entry-asks") ?? asksOfCells).append(made);
  }
  const odd = new Set(asks.map((each) => each.place));
  for (const cell of document.querySelectorAll("td.is-odd")) {
    if (!odd.has(cell.firstElementChild.id)) cell.classList.remove("is-odd");
  }
  for (const id of odd) document.getElementById(id)?.closest("td")?.classList.add("is-odd");
}
