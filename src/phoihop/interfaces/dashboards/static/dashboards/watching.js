// A build that is under way says how far it is. When it ends, the page is asked for anew.
const card = document.querySelector("[data-watch]");
const bar = card?.querySelector("progress");
const words = card?.querySelector("[role=status]");

async function look() {
  if (document.hidden) return;
  const answer = await fetch(card.dataset.watch, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const told = await answer.json();
  if (told.ended) {
    location.reload();
    return;
  }
  bar.max = told.whole || 1;
  bar.value = told.done;
  words.textContent = told.words;
}

if (card) {
  setInterval(() => look().catch(() => {}), 3000);
}
