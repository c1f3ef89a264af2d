// A block from a spreadsheet: the server says what becomes of each cell, the person looks, then it is put in.
import { post } from "./draft.js";
import { word } from "./words.js";

export class Pasting {
  constructor(form, grid, dialog, { say, mark }) {
    this.form = form;
    this.grid = grid;
    this.dialog = dialog;
    this.say = say;
    this.mark = mark;
    this.found = null;
    this.at = null;
    grid.table.addEventListener("paste", (event) => this.take(event));
    dialog.querySelector("[data-apply]").addEventListener("click", () => this.apply());
    dialog.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => this.at?.focus());
  }

  take(event) {
    const control = event.target.closest("input, select");
    const text = event.clipboardData.getData("text/plain");
    const place = control && this.grid.place(control);
    // One text into one text control is the browser's own business.
    const several = /[\t\n]/.test(text.replace(/[\r\n]+$/, ""));
    if (!place || !text || (!several && control.tagName === "INPUT")) return;
    event.preventDefault();
    this.at = control;
    this.ask(place, text);
  }

  async ask([row, column], text) {
    const body = new URLSearchParams(new FormData(this.form));
    body.set("do", "paste");
    body.set("paste", text);
    body.set("at", `${row}:${column}`);
    let told;
    try {
      const answer = await post(body);
      told = await answer.json();
      if (!answer.ok) return this.say(told.message ?? word("state_refused"));
    } catch {
      return this.say(word("state_waiting"));
    }
    this.found = told;
    if (told.plain) return this.apply();
    this.preview(told);
    return undefined;
  }

  preview(told) {
    this.dialog.querySelector(".paste-counts").textContent = word("paste_counts", {
      ...told.counts,
      accepted: told.counts.accepted + told.counts.understood,
    });
    this.dialog.querySelector("tbody").replaceChildren(...told.cells.map(line));
    this.dialog.querySelector(".paste-list").hidden = told.cells.length === 0;
    this.dialog.querySelector(".paste-more").textContent = told.more ? word("paste_more", { n: told.more }) : "";
    this.dialog.showModal();
    this.dialog.querySelector("[data-apply]").focus();
  }

  apply() {
    const { put } = this.found;
    if (this.dialog.open) this.dialog.close();
    const lines = Math.max(0, ...put.map(([row]) => row + 1));
    if (!this.grid.lengthen(Math.max(lines, this.grid.body.rows.length))) return;
    const columns = this.columns();
    this.grid.write(put.map(([row, code, text]) => [row, columns.get(code), text]));
    this.mark(this.found);
    this.say(word("paste_done", { n: put.length }));
  }

  columns() {
    const heads = [...this.grid.table.tHead.rows[0].cells].slice(1);
    return new Map(heads.map((head, n) => [head.id.replace(/^h-/, ""), n]));
  }
}

function line(cell) {
  const row = document.createElement("tr");
  const texts = [cell.place, cell.typed, [word(`verdict_${cell.verdict}`), cell.message].filter(Boolean).join(": ")];
  for (const text of texts) {
    const made = document.createElement("td");
    made.textContent = text;
    row.append(made);
  }
  row.dataset.verdict = cell.verdict;
  return row;
}
