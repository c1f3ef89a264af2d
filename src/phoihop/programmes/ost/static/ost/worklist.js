// The arrow keys walk through the names of a list; Enter opens as for any link.
const links = [...document.querySelectorAll(".work a, .work-table a")];

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, select, textarea, [role=menu], dialog")) {
    return;
  }
  const at = links.indexOf(document.activeElement);
  const next = links[at === -1 && step === -1 ? links.length - 1 : at + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});
