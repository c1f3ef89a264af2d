// The table of a register under the fingers: the keys that people know from spreadsheets, on plain controls.
const START = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class Grid {
  // `changed` is called with the cells that hold something else, `say` tells what happened.
  constructor(form, table, { changed, say }) {
    this.form = form;
    this.table = table;
    this.body = table.tBodies[0];
    this.most = Number(table.dataset.most);
    this.changed = changed;
    this.say = say;
    this.mode = "move"; // move between cells; enter what replaces a cell; edit within one
    this.before = "";
    this.tabbedFrom = null;
    this.done = [];
    this.undone = [];
    table.addEventListener("focusin", (event) => this.came(event.target));
    table.addEventListener("input", (event) => this.typed(event.target));
    table.addEventListener("change", (event) => this.commit(event.target));
    table.addEventListener("dblclick", () => (this.mode = "edit"));
    table.addEventListener("keydown", (event) => this.key(event));
    form.addEventListener("formdata", (event) => this.pack(event.formData));
  }

  control(row, column) {
    return this.body.rows[row]?.cells[column + 1]?.firstElementChild ?? null;
  }

  place(control) {
    const cell = control.closest("td");
    return cell ? [cell.parentElement.sectionRowIndex, cell.cellIndex - 1] : null;
  }

  get columns() {
    return this.table.tHead.rows[0].cells.length - 1;
  }

  // However long the table, it is sent as one field.
  pack(data) {
    for (const name of new Set([...data.keys()])) if (name.startsWith("r-") || name === "row-key") data.delete(name);
    const rows = [...this.body.rows].map((row) => [
      row.cells[0].querySelector("input").value,
      ...[...row.cells].slice(1).map((cell) => (cell.firstElementChild.tagName === "OUTPUT" ? "" : cell.firstElementChild.value)),
    ]);
    data.set("rows", JSON.stringify(rows));
  }

  came(control) {
    if (!this.place(control)) return;
    this.mode = "move";
    this.before = control.value;
    if (control.tagName === "INPUT") control.select();
    const told = control.title;
    this.say(told ? `${this.nameOf(control)}: ${told}` : "", true);
  }

  nameOf(control) {
    const [row, column] = this.place(control);
    return `${row + 1}, ${this.table.tHead.rows[0].cells[column + 1].firstChild.textContent.trim()}`;
  }

  typed(control) {
    if (this.mode === "move") this.mode = "enter";
    this.changed(control);
  }

  commit(control) {
    const place = this.place(control);
    if (!place || control.value === this.before) return;
    this.record([[...place, this.before, control.value]]);
    this.before = control.value;
  }

  record(step) {
    this.done.push(step);
    this.undone = [];
  }

  key(event) {
    const control = event.target;
    const place = this.place(control);
    // While an input method composes, keys are its own.
    if (event.isComposing || !place) return;
    const command = event.ctrlKey || event.metaKey;
    if (event.key === "Enter" && !command) {
      event.preventDefault();
      this.entered(place, event.shiftKey ? -1 : 1);
    } else if (event.key === "Tab") {
      this.tabbedFrom ??= place[1];
    } else if (event.key === "F2") {
      event.preventDefault();
      this.edit(control);
    } else if (event.key === "Escape" && (this.mode !== "move" || control.value !== this.before)) {
      event.preventDefault();
      this.giveUp(control);
    } else if (command && this.mode === "move" && "zyd".includes(event.key.toLowerCase())) {
      event.preventDefault();
      this.command(event.key.toLowerCase(), event.shiftKey, place);
    } else if (this.mode !== "edit" && !event.altKey && !event.shiftKey) {
      this.go(event, control, place, command);
    }
  }

  go(event, control, [row, column], command) {
    const last = this.body.rows.length - 1;
    let to = null;
    if (START[event.key]) {
      const [down, right] = START[event.key];
      const far = (n, end) => (n < 0 ? 0 : n > 0 ? end : null);
      to = command
        ? [far(down, last) ?? row, far(right, this.columns - 1) ?? column]
        : [row + down, column + right];
    } else if (event.key === "Home" || event.key === "End") {
      const end = event.key === "End";
      to = [command ? (end ? last : 0) : row, end ? this.columns - 1 : 0];
    } else if (event.key === "Delete" && control.tagName === "SELECT") {
      event.preventDefault();
      this.write([[row, column, ""]]);
      return;
    }
    if (!to) return;
    event.preventDefault();
    this.tabbedFrom = null;
    this.to(...to, START[event.key]?.[1] ?? (event.key === "End" ? -1 : 1));
  }

  // Calculated cells cannot be entered: the next one in the same direction can.
  to(row, column, direction) {
    if (row < 0) return;
    if (row >= this.body.rows.length && !this.lengthen(row + 1)) return;
    let at = column;
    while (at >= 0 && at < this.columns && this.control(row, at).tagName === "OUTPUT") at += direction || 1;
    this.control(row, at)?.focus();
  }

  entered([row, column], down) {
    const start = down > 0 ? (this.tabbedFrom ?? column) : column;
    this.tabbedFrom = null;
    this.to(row + down, start, 1);
  }

  edit(control) {
    this.mode = "edit";
    if (control.tagName === "SELECT") control.showPicker?.();
    else control.setSelectionRange(control.value.length, control.value.length);
  }

  giveUp(control) {
    control.value = this.before;
    this.mode = "move";
    if (control.tagName === "INPUT") control.select();
    this.changed(control);
  }

  command(key, shift, [row, column]) {
    if (key === "d") {
      const above = this.control(row - 1, column);
      if (above && this.control(row, column).tagName !== "OUTPUT") this.write([[row, column, above.value]]);
    } else if (key === "z" && !shift) this.replay(this.done, this.undone, 2, "undone");
    else this.replay(this.undone, this.done, 3, "redone");
  }

  // Puts texts into cells as one step that can be undone: [[row, column, text], …]
  write(cells) {
    const step = cells.map(([row, column, text]) => {
      const control = this.control(row, column);
      const before = control.value;
      put(control, text);
      return [row, column, before, control.value];
    });
    this.record(step);
    this.settled(step);
  }

  replay(from, to, index, words) {
    const step = from.pop();
    if (!step) return;
    to.push(step);
    for (const cell of step) put(this.control(cell[0], cell[1]), cell[index]);
    this.settled(step);
    this.say(words);
  }

  settled(step) {
    const active = document.activeElement;
    const changed = [];
    for (const [row, column] of step) {
      const control = this.control(row, column);
      if (control === active) this.before = control.value;
      changed.push(control);
    }
    this.changed(...changed);
  }

  // Adds empty lines until there are so many; false where the table takes no more.
  lengthen(count) {
    if (count > this.most) return false;
    const empty = blank(this.body.rows[this.body.rows.length - 1]);
    const made = document.createDocumentFragment();
    for (let row = this.body.rows.length; row < count; row += 1) made.append(numbered(empty.cloneNode(true), row));
    this.body.append(made);
    return true;
  }
}

function put(control, text) {
  control.value = text;
  if (control.tagName === "SELECT" && control.selectedIndex < 0) control.value = "";
}

function blank(line) {
  const made = line.cloneNode(true);
  made.cells[0].querySelector("input").value = "";
  for (const cell of [...made.cells].slice(1)) {
    const control = cell.firstElementChild;
    cell.className = "";
    control.removeAttribute("aria-invalid");
    control.removeAttribute("title");
    control.value = "";
  }
  return made;
}

function numbered(line, row) {
  line.cells[0].firstChild.textContent = String(row + 1);
  for (const cell of [...line.cells].slice(1)) {
    const control = cell.firstElementChild;
    control.id = control.id.replace(/^c-\d+-/, `c-${row}-`);
  }
  return line;
}
