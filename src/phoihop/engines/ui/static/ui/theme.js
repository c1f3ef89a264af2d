// Changing the theme without a reload: the dark tokens' media attribute decides, the server's cookie remembers.
const MEDIA = { system: "screen and (prefers-color-scheme: dark)", light: "not all", dark: "screen" };

const form = document.getElementById("theme");
form?.addEventListener("submit", (event) => {
  const wanted = event.submitter?.value;
  if (!(wanted in MEDIA)) return;
  event.preventDefault();
  const sent = new FormData(form);
  sent.set("theme", wanted);
  // Kept alive, so that the choice of whoever goes on at once is still remembered.
  fetch(form.action, { method: "POST", body: sent, headers: { Accept: "application/json" }, keepalive: true });
  document.documentElement.dataset.theme = wanted;
  document.getElementById("dark-tokens").media = MEDIA[wanted];
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.value === wanted));
  }
});

// A menu closes when the person turns to something else.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target) || event.target.closest("a")) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Returning from a change of language to the very item that was open.
for (const each of document.querySelectorAll("form.language")) {
  each.addEventListener("submit", () => {
    const { pathname, search, hash } = window.location;
    each.elements.next.value = pathname + search + hash;
  });
}
