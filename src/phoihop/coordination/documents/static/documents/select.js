// One item is selected at a time, on both sides; filters show some kinds only.
import { say, word } from "./words.js";

const narrow = window.matchMedia("(max-width: 56rem)");
const KINDS = ["finding", "head", "target", "task", "cite"];

export class Reader {
  constructor(root) {
    this.panes = root.querySelector(".panes");
    this.paper = root.querySelector(".paper");
    this.side = root.querySelector(".understood");
    this.switch = root.querySelector(".pane-switch");
    this.chips = [...root.querySelectorAll(".chips [data-kind]")];
    this.rows = [...this.side.querySelectorAll(".row[data-i]")];
    this.only = new Set();
    this.current = null;
    this.place = 0;
    this.panes.addEventListener("click", (event) => this.clicked(event));
    this.switch.addEventListener("click", (event) => {
      const wanted = event.target.closest("[data-show]");
      if (wanted) this.show(wanted.dataset.show);
    });
    for (const chip of this.chips) chip.addEventListener("click", () => this.filter(chip.dataset.kind));
    this.rove(this.rows[0]);
  }

  row(id) {
    return this.side.querySelector(`.row[data-i="${CSS.escape(id)}"]`);
  }

  marks(id) {
    return [...this.paper.querySelectorAll(`.m[data-i="${CSS.escape(id)}"]`)];
  }

  visible() {
    return this.rows.filter((row) => this.only.size === 0 || this.only.has(row.dataset.kind));
  }

  clicked(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const section = event.target.closest("[data-section]");
    if (section) {
      event.preventDefault();
      return this.goToSection(section.dataset.section);
    }
    const across = event.target.closest("[data-go]");
    if (across) {
      event.preventDefault();
      return this.select(across.dataset.go, { focus: "side" });
    }
    if (window.getSelection().toString() && !event.target.closest("a")) return;
    const found = event.target.closest("[data-i]");
    if (!found || this.hidden(found)) return;
    event.preventDefault();
    if (this.paper.contains(found)) {
      this.select(found.dataset.i, { focus: "side", place: Number(found.dataset.n ?? this.placeOf(found)) });
    } else {
      const asked = found.dataset.n === undefined ? undefined : Number(found.dataset.n);
      // The same item again: its next place in the text.
      const again = asked === undefined && this.current === found.dataset.i ? this.place + 1 : 0;
      this.select(found.dataset.i, { focus: "text", place: asked ?? again });
    }
  }

  placeOf(tag) {
    return tag.closest(".m")?.dataset.n ?? 0;
  }

  hidden(element) {
    const mark = element.closest(".m");
    if (!mark || this.only.size === 0) return false;
    return !KINDS.some((kind) => this.only.has(kind) && mark.classList.contains(`m-${kind}`));
  }

  // focus: "text" or "side" (where the keyboard goes), or null (leave it where it is).
  select(id, { focus = null, place = 0, record = true } = {}) {
    const row = this.row(id);
    if (!row) return false;
    const kind = row.dataset.kind;
    if (this.only.size && !this.only.has(kind)) this.filter("");
    this.clear({ record: false });
    const marks = this.marks(id);
    const places = Math.max(0, ...marks.map((mark) => Number(mark.dataset.n))) + 1;
    this.current = id;
    this.place = place % places;
    row.classList.add("selected");
    for (const mark of marks) mark.classList.add("selected");
    this.rove(row);
    if (focus && narrow.matches) this.show(focus === "text" ? "source" : "understood");
    const first = marks.find((mark) => Number(mark.dataset.n) === this.place) ?? marks[0];
    const tagInText = first?.querySelector(".tag");
    const tagInSide = row.querySelector(".tag");
    reveal(row, this.side);
    if (first) reveal(first, this.paper);
    (focus === "text" ? (tagInText ?? tagInSide) : focus === "side" ? tagInSide : null)?.focus({ preventScroll: true });
    if (record) window.history.replaceState(window.history.state, "", `#${id}`);
    const kin = this.visible().filter((other) => other.dataset.kind === kind);
    const label = this.chips.find((chip) => chip.dataset.kind === kind).firstChild.nextSibling.textContent.trim();
    say(word("said_item", { label, place: kin.indexOf(row) + 1, count: kin.length }));
    return true;
  }

  clear({ record = true } = {}) {
    for (const element of this.panes.querySelectorAll(".selected")) element.classList.remove("selected");
    this.current = null;
    if (record) window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
  }

  step(by) {
    const rows = this.visible();
    if (!rows.length) return;
    const at = rows.findIndex((row) => row.dataset.i === this.current);
    const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by));
    const inText = this.paper.contains(document.activeElement);
    this.select(rows[next].dataset.i, { focus: inText ? "text" : narrow.matches ? this.showing() : "side" });
  }

  showing() {
    return this.panes.dataset.showing === "source" ? "text" : "side";
  }

  // Enter on a tag does this by itself (a tag is a link); this serves Enter elsewhere in a pane.
  across() {
    if (!this.current) return;
    this.select(this.current, { focus: this.paper.contains(document.activeElement) ? "side" : "text", place: this.place });
  }

  filter(kind) {
    if (!kind) this.only.clear();
    else if (!this.only.delete(kind)) this.only.add(kind);
    if (this.only.size === KINDS.length) this.only.clear();
    if (this.only.size) this.panes.dataset.only = [...this.only].join(" ");
    else delete this.panes.dataset.only;
    for (const chip of this.chips) {
      if (chip.dataset.kind) chip.setAttribute("aria-pressed", String(this.only.has(chip.dataset.kind)));
      else chip.hidden = this.only.size === 0;
    }
    const rows = this.visible();
    if (this.current && !rows.some((row) => row.dataset.i === this.current)) this.clear();
    this.rove(rows[0]);
    say(word("said_shown", { count: rows.length }));
  }

  byKey(number) {
    if (number === 0) return this.filter("");
    this.filter(KINDS[number - 1]);
  }

  // Tab stops once in the list of items, at the current one.
  rove(row) {
    this.side.querySelector('.tag[tabindex="0"]')?.setAttribute("tabindex", "-1");
    row?.querySelector(".tag").setAttribute("tabindex", "0");
  }

  show(pane) {
    this.panes.dataset.showing = pane;
    for (const button of this.switch.querySelectorAll("[data-show]")) {
      button.setAttribute("aria-pressed", String(button.dataset.show === pane));
    }
  }

  outline() {
    const panel = this.side.querySelector('[data-panel="outline"]');
    if (!panel) return;
    if (narrow.matches) this.show("understood");
    panel.scrollIntoView({ block: "start" });
    panel.querySelector("a").focus({ preventScroll: true });
  }

  goToSection(id) {
    const heading = this.paper.querySelector(`#${CSS.escape(id)}`);
    if (!heading) return;
    if (narrow.matches) this.show("source");
    heading.tabIndex = -1;
    heading.scrollIntoView({ block: "start" });
    heading.focus({ preventScroll: true });
    window.history.replaceState(window.history.state, "", `#${id}`);
  }

  // A deep link: an item, or a section.
  arrive(hash) {
    const id = decodeURIComponent(hash.replace(/^#(src-)?/, "")).replace(/(^[a-z]\d+)-\d+$/, "$1");
    if (!id) return;
    if (/^s\d+$/.test(id)) this.goToSection(id);
    else this.select(id, { focus: hash.startsWith("#src-") ? "text" : "side", record: false });
  }
}

// Scroll only if the element is out of sight, then to the middle: a list that jumps at every
// step is hard to follow. Twice, because chunks get their real height only when they come near.
function reveal(element, within) {
  const body = within.closest(".pane-body") ?? within.querySelector(".pane-body");
  const frame = narrow.matches ? { top: 60, bottom: window.innerHeight } : body.getBoundingClientRect();
  const seen = () => {
    const box = element.getBoundingClientRect();
    return box.height > 0 && box.top >= frame.top + 8 && box.top + Math.min(box.height, 80) <= frame.bottom - 8;
  };
  if (seen()) return;
  element.scrollIntoView({ block: "center" });
  requestAnimationFrame(() => {
    if (!seen()) element.scrollIntoView({ block: "center" });
  });
}
