// A document that is only read: either side finds the other, and the text can be searched.
import { Cards } from "./cards.js";
import { Find } from "./find.js";

const root = document.getElementById("main");
document.body.classList.remove("no-script");
const cards = new Cards(root);
new Find(root, cards);
if (window.location.hash) cards.arrive(window.location.hash);
window.addEventListener("hashchange", () => cards.arrive(window.location.hash));
