// Suggestions while a name is typed. The form works without them.
const WAIT = 250; // milliseconds after the last letter
const form = document.querySelector("form[data-suggest]");
const field = form?.querySelector("#q");
const list = form?.querySelector("#suggestions");
let timer = 0;
let asked = 0;

function later() {
  clearTimeout(timer);
  timer = setTimeout(suggest, WAIT);
}

async function suggest() {
  const mine = ++asked;
  const text = field.value.trim();
  if (text.length < 2) return hide();
  const wanted = new URLSearchParams({ q: text, on: form.elements.on.value });
  let answer;
  try {
    answer = await fetch(`${form.dataset.suggest}?${wanted}`, { headers: { Accept: "application/json" } });
  } catch {
    return hide();
  }
  if (mine !== asked || !answer.ok) return hide();
  const told = await answer.json();
  list.replaceChildren(...told.units.map(line));
  list.hidden = told.units.length === 0;
}

function line(unit) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const on = new URLSearchParams({ on: form.elements.on.value });
  link.href = `${window.location.pathname}${encodeURIComponent(unit.key)}/?${on}`;
  link.textContent = unit.above ? `${unit.name}, ${unit.above}` : unit.name;
  if (unit.via) {
    const via = document.createElement("small");
    via.textContent = ` (${unit.via})`;
    link.append(via);
  }
  item.append(link);
  return item;
}

function hide() {
  list.hidden = true;
  list.replaceChildren();
}

if (field && list) {
  // While an input method composes, what stands in the field is no word yet.
  field.addEventListener("input", (event) => {
    if (!event.isComposing) later();
  });
  field.addEventListener("compositionend", later);
  form.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const links = [...list.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Escape") {
      hide();
      field.focus();
    } else if (event.key === "ArrowDown" && links.length > 0 && (at >= 0 || document.activeElement === field)) {
      event.preventDefault();
      links[Math.min(at + 1, links.length - 1)].focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      event.preventDefault();
      (links[at - 1] ?? field).focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) hide();
  });
}

// Faults come first: whoever cannot see the page hears them at once.
document.getElementById("faults")?.focus();
