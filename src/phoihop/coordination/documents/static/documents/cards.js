// The items beside the text: one is current, on both sides; filters hide some; what was said of each shows.
import { say, word } from "./words.js";

const narrow = window.matchMedia("(max-width: 56rem)");
const KEPT = "phoihop-review"; // the filters of this tab; no word of a document
const RULINGS = ["open", "accepted", "corrected", "rejected", "added"];

export class Cards {
  constructor(root) {
    this.root = root;
    this.panes = root.querySelector(".panes");
    this.paper = root.querySelector(".paper");
    this.side = root.querySelector("#items");
    this.switch = root.querySelector(".pane-switch");
    this.chips = [...root.querySelectorAll(".chips button")];
    this.empty = root.querySelector("#all-hidden");
    this.only = new Set();
    this.open = false;
    this.doubt = false;
    this.current = null;
    this.place = 0;
    this.panes.addEventListener("click", (event) => this.clicked(event));
    this.side.addEventListener("focusin", (event) => {
      const card = event.target.closest(".card");
      if (card && card.dataset.i !== this.current && !event.target.closest(".tag")) this.mark(card.dataset.i);
    });
    this.switch.addEventListener("click", (event) => {
      const wanted = event.target.closest("[data-show]");
      if (wanted) this.show(wanted.dataset.show);
    });
    for (const chip of this.chips) {
      chip.addEventListener("click", () => (chip.dataset.kind ? this.filter(chip.dataset.kind) : this.toggle(chip.dataset.toggle)));
    }
    this.restore();
    this.refresh();
    this.rove(this.visible()[0]);
  }

  all() {
    return [...this.side.querySelectorAll(".card")];
  }

  visible() {
    return this.all().filter((card) => !card.hidden);
  }

  card(id) {
    return this.side.querySelector(`.card[data-i="${CSS.escape(id)}"]`);
  }

  marks(id) {
    return [...this.paper.querySelectorAll(`.m[data-i="${CSS.escape(id)}"]`)];
  }

  // Clicking

  clicked(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const across = event.target.closest("[data-go]");
    if (across) {
      event.preventDefault();
      this.select(across.dataset.go, { focus: "side" });
      return;
    }
    if (event.target.closest("button, input, select, textarea, label, .act-edit, .edit")) return;
    if (String(window.getSelection()) && !event.target.closest("a")) return;
    const found = event.target.closest("[data-i]");
    if (!found) return;
    if (this.paper.contains(found)) {
      const note = found.dataset.i.startsWith("f");
      const id = note ? this.side.querySelector(`[data-note="${CSS.escape(found.dataset.i)}"]`)?.closest(".card").dataset.i : found.dataset.i;
      if (!id) return;
      event.preventDefault();
      this.select(id, { focus: "side", place: note ? 0 : Number(found.dataset.n ?? found.closest(".m")?.dataset.n ?? 0) });
    } else {
      event.preventDefault();
      const tag = event.target.closest(".tag");
      // The same item's tag again: its next place in the text.
      const again = tag && this.current === found.dataset.i ? this.place + 1 : 0;
      this.select(found.dataset.i, { focus: tag ? "text" : "side", place: again });
    }
  }

  // Moving

  // focus: "text" or "side" (where the keyboard goes), or null (leave it where it is).
  select(id, { focus = null, place = 0, record = true } = {}) {
    const card = this.card(id);
    if (!card) return false;
    if (card.hidden) {
      this.only.clear();
      this.open = false;
    }
    this.mark(id, place);
    if (focus && narrow.matches) this.show(focus === "text" ? "source" : "understood");
    const marks = this.marks(id);
    const first = marks.find((mark) => Number(mark.dataset.n) === this.place) ?? marks[0];
    reveal(card, this.side);
    if (first) reveal(first, this.paper);
    if (focus === "text") (first?.querySelector(".tag") ?? card).focus({ preventScroll: true });
    if (focus === "side") card.focus({ preventScroll: true });
    if (record) window.history.replaceState(window.history.state, "", `#${id}`);
    const shown = this.visible();
    say(word("said_card", { card: card.getAttribute("aria-label"), place: shown.indexOf(card) + 1, count: shown.length }));
    return true;
  }

  mark(id, place = 0) {
    for (const element of this.panes.querySelectorAll(".selected")) element.classList.remove("selected");
    const before = this.current;
    this.current = id;
    const card = this.card(id);
    const marks = this.marks(id);
    this.place = place % (Math.max(0, ...marks.map((mark) => Number(mark.dataset.n))) + 1);
    card?.classList.add("selected");
    for (const mark of marks) mark.classList.add("selected");
    if (before !== id) this.refresh();
    this.rove(card);
  }

  clear() {
    for (const element of this.panes.querySelectorAll(".selected")) element.classList.remove("selected");
    this.current = null;
    this.refresh();
    window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
  }

  step(by) {
    const cards = this.visible();
    if (!cards.length) return;
    const at = cards.findIndex((card) => card.dataset.i === this.current);
    const next = at < 0 ? (by > 0 ? 0 : cards.length - 1) : Math.min(cards.length - 1, Math.max(0, at + by));
    this.select(cards[next].dataset.i, { focus: this.where() });
  }

  // On to the next item nobody has looked at, from the top again at the end; false when there is none.
  onward() {
    const cards = this.visible();
    const at = cards.findIndex((card) => card.dataset.i === this.current);
    const open = [...cards.slice(at + 1), ...cards.slice(0, Math.max(at, 0))].find((card) => card.dataset.ruling === "open");
    if (open) this.select(open.dataset.i, { focus: this.where() });
    else this.card(this.current)?.focus({ preventScroll: true });
    return Boolean(open);
  }

  where() {
    return this.paper.contains(document.activeElement) || (narrow.matches && this.panes.dataset.showing === "source") ? "text" : "side";
  }

  across() {
    if (this.current) this.select(this.current, { focus: this.where() === "text" ? "side" : "text", place: this.place });
  }

  show(pane) {
    this.panes.dataset.showing = pane;
    for (const button of this.switch.querySelectorAll("[data-show]")) {
      button.setAttribute("aria-pressed", String(button.dataset.show === pane));
    }
  }

  // Tab stops once in the list of items, at the current one, and then at what can be done with it.
  rove(card) {
    for (const held of this.side.querySelectorAll('.card [tabindex="0"], .card[tabindex="0"]')) held.tabIndex = -1;
    if (!card) return;
    card.tabIndex = 0;
    for (const act of card.querySelectorAll(".card-acts :is(button, a)")) act.tabIndex = 0;
  }

  // Filters

  filter(kind) {
    if (!kind) this.only.clear();
    else if (!this.only.delete(kind)) this.only.add(kind);
    this.filtered();
  }

  toggle(name) {
    this[name] = !this[name];
    this.filtered();
  }

  filtered() {
    this.keep();
    this.refresh();
    const shown = this.visible();
    const still = shown.find((card) => card.dataset.i === this.current);
    if (!still) this.clear();
    this.rove(still ?? shown[0]);
    say(word("said_shown", { count: shown.length }));
  }

  keep() {
    sessionStorage.setItem(KEPT, JSON.stringify({ only: [...this.only], open: this.open, doubt: this.doubt }));
  }

  restore() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
      this.only = new Set(kept.only ?? []);
      this.open = Boolean(kept.open) && this.chips.some((chip) => chip.dataset.toggle === "open");
      this.doubt = Boolean(kept.doubt) && this.chips.some((chip) => chip.dataset.toggle === "doubt");
    } catch {
      sessionStorage.removeItem(KEPT);
    }
  }

  refresh() {
    for (const list of this.side.querySelectorAll(".cards")) this.order(list);
    for (const card of this.all()) {
      const wanted = this.only.size === 0 || this.only.has(card.dataset.kind);
      card.hidden = !wanted || (this.open && card.dataset.ruling !== "open" && card.dataset.i !== this.current);
    }
    for (const panel of this.side.querySelectorAll("[data-panel]")) {
      const cards = [...panel.querySelectorAll(".card")];
      panel.hidden = cards.length > 0 ? cards.every((card) => card.hidden) : this.open || this.only.size > 0;
    }
    if (this.only.size) this.panes.dataset.only = [...this.only].join(" ");
    else delete this.panes.dataset.only;
    this.empty.hidden = this.visible().length > 0;
    for (const chip of this.chips) {
      const on = chip.dataset.kind ? this.only.has(chip.dataset.kind) : this[chip.dataset.toggle];
      chip.setAttribute("aria-pressed", String(on));
    }
    this.count();
  }

  order(list) {
    const cards = [...list.children];
    const rank = (card) => (this.doubt && card.dataset.ruling === "open" ? Number(card.dataset.sure) : 2);
    const at = (card) => Number(card.dataset.at);
    const sorted = cards.toSorted((a, b) => rank(a) - rank(b) || at(a) - at(b) || number(a) - number(b));
    // What has the focus must not be moved under the person's hands.
    if (sorted.some((card, place) => card !== cards[place]) && !list.contains(document.activeElement)) list.append(...sorted);
  }

  // Counts

  tally() {
    const cards = this.all();
    const left = cards.filter((card) => card.dataset.ruling === "open");
    return { total: cards.length, checked: cards.length - left.length, left: left.length, doubtful: left.filter((card) => card.classList.contains("is-weak")).length };
  }

  count() {
    for (const chip of this.chips.filter((each) => each.dataset.kind)) {
      const kin = this.all().filter((card) => card.dataset.kind === chip.dataset.kind);
      const words = `${kin.filter((card) => card.dataset.ruling !== "open").length}/${kin.length}`;
      chip.querySelector(".count").textContent = words;
      const title = this.side.querySelector(`[data-count="${chip.dataset.kind}"]`);
      if (title) title.textContent = words;
    }
    const bar = document.getElementById("progress");
    if (!bar) return;
    const { total, checked, doubtful } = this.tally();
    bar.max = total;
    bar.value = checked;
    document.getElementById("progress-words").textContent = word("progress", { checked, total });
    const doubt = document.getElementById("doubt-words");
    doubt.hidden = doubtful === 0;
    doubt.lastElementChild.textContent = word("doubtful", { count: doubtful });
  }

  // What was said

  // Shown at once, before the server has heard it.
  rule(id, ruling) {
    const card = this.card(id);
    card.dataset.ruling = ruling;
    card.classList.remove("is-weak", ...RULINGS.map((each) => `is-${each}`));
    card.classList.add(`is-${ruling}`, "is-sending");
    card.querySelector(".state").textContent = word(`state_${ruling}`);
    card.querySelector(".who").textContent = word("sending");
    this.paint(id, ruling);
    this.count();
  }

  paint(id, ruling, weak = false) {
    for (const mark of this.marks(id)) {
      mark.classList.remove(...RULINGS.map((each) => `is-${each}`));
      mark.classList.add(`is-${ruling}`);
      mark.classList.toggle("weak", weak);
    }
  }

  // Puts the server's card in the place of the one shown.
  replace(id, html) {
    const old = this.card(id);
    const card = made(html);
    const held = old.contains(document.activeElement);
    const act = held ? document.activeElement.closest("[class*='act-']")?.className : "";
    if (old.classList.contains("selected")) card.classList.add("selected");
    old.replaceWith(card);
    this.paint(id, card.dataset.ruling, card.classList.contains("is-weak"));
    if (this.current === id) this.rove(card);
    this.refresh();
    if (held) ((act && card.querySelector(`.card-acts [class="${act}"]`)) || card).focus({ preventScroll: true });
    return card;
  }

  insert(html) {
    const card = made(html);
    const list = this.side.querySelector(`[data-panel="${card.dataset.kind}"] .cards`);
    const at = (each) => Number(each.dataset.at);
    const after = [...list.children].find((each) => at(each) > at(card));
    list.insertBefore(card, after ?? null);
    this.refresh();
    return card;
  }

  // A deep link to an item.
  arrive(hash) {
    const id = decodeURIComponent(hash.replace(/^#(src-)?/, "")).replace(/(^[a-z]\d+)-\d+$/, "$1");
    if (id) this.select(id, { focus: hash.startsWith("#src-") ? "text" : "side", record: false });
  }
}

const number = (card) => Number(card.dataset.i.slice(1));

export function made(html) {
  const held = document.createElement("template");
  held.innerHTML = html.trim();
  return held.content.firstElementChild;
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
