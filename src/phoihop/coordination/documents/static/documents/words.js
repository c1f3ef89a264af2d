// The sentences of the page's language, and the way to fill them in and to say them aloud.
const table = JSON.parse(document.getElementById("words").textContent);

export function word(name, values = {}) {
  return String(table[name]).replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

export const limit = table.limit;

const place = document.getElementById("say");
let last = "";

export function say(text) {
  if (text === last) return;
  last = text;
  place.textContent = text;
}
