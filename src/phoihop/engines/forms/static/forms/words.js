// The sentences of the page's language, and the way to fill them in.
const table = JSON.parse(document.getElementById("form-words").textContent);

export function word(name, values = {}) {
  return String(table[name]).replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}
