// Pointing at a sentence that was missed: with the mouse, or with keys sentence by sentence.
import { say, word } from "./words.js";

const KINDS = { 2: "target", 3: "task", 4: "cite" };
const SENTENCE = /[^.;!?…\n]+(?:[.;!?…]+(?=\s|$)|\n|$)|[.;!?…]+/gu;

export class Picking {
  constructor(cards, picked) {
    this.cards = cards;
    this.paper = cards.paper;
    this.picked = picked;
    this.bar = document.getElementById("picker");
    this.pane = this.paper.closest(".pane-body");
    this.sentences = null;
    document.addEventListener("selectionchange", () => this.selected());
    this.bar.addEventListener("mousedown", (event) => event.preventDefault()); // or the selection would go
    this.bar.addEventListener("click", (event) => {
      const button = event.target.closest("[data-kind]");
      if (button) this.choose(button.dataset.kind);
      else if (event.target.closest("[data-close]")) this.end();
    });
    this.bar.addEventListener("keydown", (event) => this.key(event));
    document.getElementById("add").addEventListener("click", () => this.begin());
  }

  get active() {
    return this.sentences !== null;
  }

  // The mouse

  selected() {
    if (this.active) return;
    const range = this.marked();
    this.bar.hidden = !range;
    if (range) this.range = range;
  }

  marked() {
    const selection = window.getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    return this.paper.contains(range.commonAncestorContainer) && range.toString().trim() ? range.cloneRange() : null;
  }

  // The keys

  begin() {
    this.range = this.marked();
    this.cards.show("source");
    this.bar.hidden = false;
    if (this.range) {
      this.bar.querySelector("button").focus();
      return;
    }
    this.sentences = sentencesOf(this.paper);
    if (!this.sentences.length) return this.end();
    const from = this.cards.marks(this.cards.current ?? "")[0];
    const near = from ? this.sentences.findIndex((each) => each.comparePoint(from, 0) <= 0) : -1;
    this.first = Math.max(0, near);
    this.last = this.first;
    this.pane.focus({ preventScroll: true });
    this.paint();
  }

  key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false;
    const kind = KINDS[event.key];
    const moves = { ArrowDown: 1, j: 1, J: 1, ArrowUp: -1, k: -1, K: -1 }[event.key];
    if (event.key === "Escape") this.end();
    else if (kind) this.choose(kind);
    else if (moves && this.active && !this.bar.contains(event.target)) this.move(moves, event.shiftKey);
    else if (event.key === "Enter" && this.active && !this.bar.contains(event.target)) this.bar.querySelector("button").focus();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  move(by, extends_) {
    const most = this.sentences.length - 1;
    if (extends_) this.last = Math.min(most, Math.max(this.first, this.last + by));
    else this.first = this.last = Math.min(most, Math.max(0, (by > 0 ? this.last : this.first) + by));
    this.paint();
  }

  paint() {
    const range = new Range();
    range.setStart(this.sentences[this.first].startContainer, this.sentences[this.first].startOffset);
    range.setEnd(this.sentences[this.last].endContainer, this.sentences[this.last].endOffset);
    this.range = range;
    if ("highlights" in CSS) CSS.highlights.set("pick", new Highlight(range));
    range.startContainer.parentElement.scrollIntoView({ block: "center" });
    say(word("said_pick", { text: wordsOf(range).slice(0, 300) }));
  }

  choose(kind) {
    const range = this.range;
    if (!range) return;
    const span = spanOf(range);
    this.end();
    if (span) this.picked(kind, span);
  }

  end() {
    this.sentences = null;
    this.range = null;
    this.bar.hidden = true;
    if ("highlights" in CSS) CSS.highlights.delete("pick");
    window.getSelection().removeAllRanges();
  }
}

// The text of a stretch as the file has it: the tags before items are ours, not the file's.
function wordsOf(range) {
  return nodesIn(range)
    .map(([node, from, to]) => node.data.slice(from, to))
    .join("")
    .replace(/\s+/g, " ")
    .trim();
}

function nodesIn(range) {
  const root = range.commonAncestorContainer.nodeType === Node.TEXT_NODE ? range.commonAncestorContainer.parentNode : range.commonAncestorContainer;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT, (node) =>
    !range.intersectsNode(node) || node.parentElement.closest(".tag") || !node.parentElement.closest(".b") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const from = node === range.startContainer ? range.startOffset : 0;
    const to = node === range.endContainer ? range.endOffset : node.length;
    if (from < to) found.push([node, from, to]);
  }
  return found;
}

// Offsets into the whole text, blanks at either end left out. The server counts letters, JavaScript halves of
// some of them.
function spanOf(range) {
  const nodes = nodesIn(range);
  while (nodes.length && !nodes[0][0].data.slice(nodes[0][1], nodes[0][2]).trim()) nodes.shift();
  while (nodes.length && !nodes.at(-1)[0].data.slice(nodes.at(-1)[1], nodes.at(-1)[2]).trim()) nodes.pop();
  if (!nodes.length) return null;
  const [first, from, to] = nodes[0];
  const [last, begin, end] = nodes.at(-1);
  const lead = first.data.slice(from, to).match(/^\s*/)[0].length;
  const trail = last.data.slice(begin, end).match(/\s*$/)[0].length;
  return { start: offsetOf(first, from + lead), end: offsetOf(last, end - trail) };
}

function offsetOf(node, offset) {
  const block = node.parentElement.closest(".b");
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT, (each) =>
    each.parentElement.closest(".tag") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  let found = Number(block.dataset.s);
  while (walker.nextNode() && walker.currentNode !== node) found += [...walker.currentNode.data].length;
  return found + [...node.data.slice(0, offset)].length;
}

function sentencesOf(paper) {
  const found = [];
  for (const block of paper.querySelectorAll(".b:not(.outside)")) {
    const whole = new Range();
    whole.selectNodeContents(block);
    const nodes = nodesIn(whole);
    const text = nodes.map(([node]) => node.data).join("");
    for (const match of text.matchAll(SENTENCE)) {
      const start = match.index + match[0].match(/^\s*/)[0].length;
      const end = match.index + match[0].trimEnd().length;
      if (end - start > 1) found.push(within(nodes, start, end));
    }
  }
  return found;
}

function within(nodes, start, end) {
  const range = new Range();
  let passed = 0;
  for (const [node] of nodes) {
    if (passed <= start && start < passed + node.length) range.setStart(node, start - passed);
    if (passed < end && end <= passed + node.length) range.setEnd(node, end - passed);
    passed += node.length;
  }
  return range;
}
