// Search in the source text. "dieu tri" finds "điều trị"; with accents typed, accents must agree.
import { word } from "./words.js";

const MOST = 2000;

function fold(text) {
  // One letter for one letter, so that places in the folded text are places in the text.
  let out = "";
  for (const unit of text) {
    const plain = unit === "đ" || unit === "Đ" ? "d" : unit.normalize("NFD")[0].toLowerCase();
    out += plain.length === unit.length ? plain : unit;
  }
  return out;
}

const lower = (text) => [...text].map((c) => (c.toLowerCase().length === c.length ? c.toLowerCase() : c)).join("");

export class Find {
  constructor(root, reader) {
    this.form = root.querySelector("#find");
    this.input = this.form.querySelector("input");
    this.count = this.form.querySelector("output");
    this.paper = root.querySelector(".paper");
    this.reader = reader;
    this.hits = [];
    this.at = -1;
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("click", (event) => {
      const button = event.target.closest("[data-step]");
      if (button) this.step(Number(button.dataset.step));
    });
    this.input.addEventListener("input", (event) => {
      if (!event.isComposing) this.later();
    });
    this.input.addEventListener("compositionend", () => this.later());
    this.input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter") {
        event.preventDefault();
        if (this.asked !== this.input.value) this.search();
        else this.step(event.shiftKey ? -1 : 1);
      } else if (event.key === "Escape") {
        event.stopPropagation();
        this.input.value = "";
        this.search();
        root.querySelector(".source .pane-body").focus();
      }
    });
  }

  focus() {
    this.reader.show("source");
    this.input.focus();
    this.input.select();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search(), 250);
  }

  search() {
    clearTimeout(this.timer);
    this.asked = this.input.value;
    const query = this.asked.trim().normalize("NFC");
    this.hits = query.length < 2 ? [] : this.lookUp(query);
    this.at = -1;
    this.paint();
    if (this.hits.length) this.step(1);
    else this.count.textContent = query.length < 2 ? "" : word("no_hits");
  }

  lookUp(query) {
    const exact = fold(query) !== lower(query);
    const shape = exact ? lower : fold;
    const wanted = shape(query).replace(/\s+/g, " ");
    const hits = [];
    for (const block of this.paper.querySelectorAll(".b")) {
      const nodes = [];
      const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT, (node) =>
        node.parentElement.closest(".tag") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
      );
      let text = "";
      while (walker.nextNode()) {
        nodes.push([text.length, walker.currentNode]);
        text += walker.currentNode.data;
      }
      const shaped = shape(text).replace(/\s/g, " ");
      for (let from = shaped.indexOf(wanted); from >= 0; from = shaped.indexOf(wanted, from + 1)) {
        hits.push(rangeOf(nodes, from, from + wanted.length));
        if (hits.length >= MOST) return hits;
      }
    }
    return hits;
  }

  step(by) {
    if (!this.hits.length) return;
    this.at = (this.at + by + this.hits.length) % this.hits.length;
    this.count.textContent = word("hits", { place: this.at + 1, count: this.hits.length });
    this.paint();
    this.hits[this.at].startContainer.parentElement.scrollIntoView({ block: "center" });
  }

  paint() {
    if (!("highlights" in CSS)) return;
    CSS.highlights.set("find", new Highlight(...this.hits));
    const now = new Highlight(...(this.hits[this.at] ? [this.hits[this.at]] : []));
    now.priority = 1;
    CSS.highlights.set("find-now", now);
  }
}

function rangeOf(nodes, start, end) {
  const range = new Range();
  const at = (offset) => nodes.findLast(([from]) => from <= offset);
  const [a, first] = at(start);
  const [b, last] = at(end - 1);
  range.setStart(first, start - a);
  range.setEnd(last, end - b);
  return range;
}
