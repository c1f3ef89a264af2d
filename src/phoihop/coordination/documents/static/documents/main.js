// The reader page: dropping files, moving between results without losing the queue, keys.
import { Find } from "./find.js";
import { Queue } from "./queue.js";
import { Reader } from "./select.js";

let reader = null;
let find = null;
let watching = 0;
let shown = address();

// What the server was asked for; a change of the fragment alone is no new page.
function address() {
  return window.location.pathname + window.location.search;
}

function begin() {
  const root = document.getElementById("result");
  reader = root.querySelector(".panes") ? new Reader(root) : null;
  find = reader ? new Find(root, reader) : null;
  root.querySelector("#print")?.addEventListener("click", () => window.print());
  if (reader && window.location.hash) reader.arrive(window.location.hash);
  if (root.querySelector("[data-watch]")) watch(root);
}

// A result opened before it is read: wait for it, then show it.
async function watch(root) {
  const mine = ++watching;
  const bar = root.querySelector("progress");
  while (mine === watching) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const answer = await fetch(`/doc/${root.dataset.job}/status`);
    if (!answer.ok) return;
    const told = await answer.json();
    if (told.state !== "reading" && told.state !== "waiting") {
      if (mine === watching) await open(window.location.href, { push: false });
      return;
    }
    bar.value = told.progress;
    root.querySelector("[data-watch]").textContent = told.stage_words;
  }
}

async function open(wanted, { push = true } = {}) {
  let page;
  try {
    const answer = await fetch(wanted);
    if (!answer.ok) throw new Error(String(answer.status));
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    window.location.assign(wanted);
    return;
  }
  watching += 1;
  if (push) window.history.pushState({}, "", wanted);
  shown = address();
  document.getElementById("result").replaceWith(page.getElementById("result"));
  document.querySelector(".sample-list")?.replaceWith(page.querySelector(".sample-list"));
  for (const field of document.querySelectorAll('input[name="next"]')) field.value = shown;
  queue.mark(document.getElementById("result").dataset.job);
  begin();
  if (push && !window.location.hash) document.getElementById("main").focus();
}

const queue = new Queue((wanted) => open(wanted));

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(link.href);
});
window.addEventListener("popstate", () => {
  if (address() !== shown) open(window.location.href, { push: false });
});
window.addEventListener("hashchange", () => reader?.arrive(window.location.hash));
window.addEventListener("beforeunload", (event) => {
  if (queue.sendingNow) event.preventDefault();
});

// Files: the button, and the whole page as a place to drop
const chooser = document.getElementById("files");
document.getElementById("pick").addEventListener("click", () => chooser.click());
chooser.addEventListener("change", () => {
  queue.add(chooser.files);
  chooser.value = "";
});
let depth = 0;
const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
window.addEventListener("dragenter", (event) => {
  if (!carriesFiles(event)) return;
  depth += 1;
  document.body.classList.add("dropping");
});
window.addEventListener("dragleave", (event) => {
  if (!carriesFiles(event)) return;
  depth = Math.max(0, depth - 1);
  if (!depth) document.body.classList.remove("dropping");
});
window.addEventListener("dragover", (event) => {
  if (carriesFiles(event)) event.preventDefault();
});
window.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  depth = 0;
  document.body.classList.remove("dropping");
  queue.add(event.dataTransfer.files);
});

// Keys
const help = document.getElementById("help");
document.getElementById("open-help").addEventListener("click", () => help.showModal());
help.addEventListener("click", (event) => {
  if (event.target === help) help.close();
});
document.addEventListener("keydown", (event) => {
  // A Vietnamese input method sends keys while it composes; they are letters, not commands.
  if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]") || help.open) return;
  const act = {
    "?": () => help.showModal(),
    u: () => chooser.click(),
    j: () => reader?.step(1),
    k: () => reader?.step(-1),
    o: () => reader?.outline(),
    "/": () => find?.focus(),
    Escape: () => reader?.clear(),
    0: () => reader?.filter(""),
  }[event.key];
  if (act) {
    event.preventDefault();
    act();
  } else if (/^[1-5]$/.test(event.key) && reader) {
    event.preventDefault();
    reader.byKey(Number(event.key));
  } else if (event.key === "Enter" && event.target.matches(".pane-body, body, main")) {
    reader?.across();
  }
});

begin();
