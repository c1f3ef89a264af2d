// Asks how far each file is, and loads the page anew when one is done or has ended.
const EVERY = 2000;
const AWAY = 15000; // while nobody looks at the page

async function ask(card) {
  const answer = await fetch(card.dataset.status, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.status);
  const now = await answer.json();
  card.querySelector("[data-words]").textContent = now.words;
  const bar = card.querySelector("progress");
  if (bar) {
    bar.max = Math.max(1, now.rows);
    bar.value = now.done;
  }
  return now.moves;
}

async function watch(card) {
  let moves = true;
  while (moves) {
    await new Promise((done) => setTimeout(done, document.hidden ? AWAY : EVERY));
    try {
      moves = await ask(card);
    } catch {
      // Signed out, or the server is starting again: the page itself tells at the next visit.
      return;
    }
  }
  location.reload();
}

for (const card of document.querySelectorAll("[data-status]")) watch(card);
