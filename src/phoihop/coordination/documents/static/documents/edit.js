// Forms within the list: putting an item right, choosing between two words.
import { made } from "./cards.js";
import { word } from "./words.js";

const LISTS = ["signers", "recipients"];

export class Editor {
  constructor(cards, rule) {
    this.cards = cards;
    this.rule = rule;
    this.fields = JSON.parse(document.getElementById("fields").textContent);
    this.form = null;
    this.home = null;
  }

  get isOpen() {
    return this.form !== null;
  }

  // Puts a form under a card. `typed`: what the person had typed, where it comes back.
  open(card, typed = null, faults = null) {
    this.close();
    const kind = card.dataset.kind;
    const given = this.fields[card.dataset.i];
    const template = kind === "head" && LISTS.includes(given.name) ? "form-head-lines" : `form-${kind}`;
    this.begin(template, card, typed ?? given, given);
    if (kind === "head") this.form.querySelector("label").textContent = card.querySelector(".card-label").textContent;
    if (faults) this.fault(faults);
    this.sends = (fields) => this.correct(card, fields, given);
  }

  begin(template, card, values, given) {
    this.home = card;
    this.form = document.getElementById(template).content.firstElementChild.cloneNode(true);
    this.given = given;
    card.append(this.form);
    card.classList.add("is-editing");
    for (const field of this.form.querySelectorAll("[name]")) this.fill(field, values[field.name]);
    this.form.addEventListener("input", () => (this.form.dataset.dirty = ""));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.form.addEventListener("keydown", (event) => this.key(event));
    this.form.querySelector("[data-close]").addEventListener("click", () => this.leave());
    card.scrollIntoView({ block: "nearest" });
    this.form.querySelector("textarea, input:not([type=hidden]), select").focus({ preventScroll: true });
    this.form.scrollIntoView({ block: "nearest" });
  }

  fill(field, value) {
    if (field.type === "hidden" || field.type === "submit" || value === undefined) return;
    if (field.type === "checkbox") field.checked = value === "on";
    else field.value = value;
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.leave();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.submit();
    }
  }

  values() {
    const found = {};
    for (const field of this.form.querySelectorAll("[name]")) {
      if (["hidden", "submit"].includes(field.type) || field.name === "csrfmiddlewaretoken") continue;
      if (field.type === "checkbox") {
        if (field.checked) found[field.name] = "on";
      } else found[field.name] = field.value;
    }
    return found;
  }

  submit() {
    this.sends(this.values());
  }

  correct(card, fields, given) {
    const same = Object.keys(given).every((name) => name === "name" || (fields[name] ?? "") === given[name]);
    this.close();
    this.rule(card, same ? "accepted" : "corrected", same ? {} : fields);
  }

  // Escape: what was typed is asked for once more before it goes.
  leave() {
    const card = this.home;
    if (this.form.dataset.dirty !== undefined && !this.form.dataset.warned) {
      this.form.dataset.warned = "1";
      this.say(word("leave_typed"));
      return;
    }
    this.close();
    if (card.isConnected) card.focus({ preventScroll: true });
    else this.cards.card(this.cards.current)?.focus({ preventScroll: true });
  }

  close() {
    if (!this.form) return;
    const card = this.home;
    this.form.remove();
    card.classList.remove("is-editing");
    this.form = null;
    this.home = null;
  }

  say(text) {
    const line = this.form.querySelector(".edit-words");
    line.textContent = text;
    line.hidden = false;
  }

  fault(faults) {
    let first = null;
    for (const holder of this.form.querySelectorAll("[data-name]")) {
      const words = faults[holder.dataset.name];
      const line = holder.querySelector(".fault");
      holder.classList.toggle("field-wrong", Boolean(words));
      if (!line) continue;
      line.hidden = !words;
      line.querySelector("span").textContent = words ?? "";
      const field = holder.querySelector("input, select, textarea");
      field.toggleAttribute("aria-invalid", Boolean(words));
      if (words) {
        field.setAttribute("aria-invalid", "true");
        field.setAttribute("aria-describedby", line.id);
        first ??= field;
      }
    }
    if (faults[""]) this.say(faults[""]);
    first?.focus();
  }
}

// Somebody else's word stands: it is shown, beside what the person meant to say, and they choose.
export function choose(cards, told, meant, mine) {
  const card = cards.replace(told.card.id, told.card.html);
  const box = made(`<div class="conflict" role="alert"><p></p><p class="acts"><button type="button" class="button"></button><button type="button" class="button primary"></button></p></div>`);
  const [keep, write] = box.querySelectorAll("button");
  box.querySelector("p").textContent = word("conflict", { who: told.card.who || word("somebody"), theirs: told.card.state, mine: meant });
  keep.textContent = word("keep_theirs");
  write.textContent = word("write_mine");
  keep.addEventListener("click", () => {
    box.remove();
    card.focus();
  });
  write.addEventListener("click", () => {
    box.remove();
    mine(card);
  });
  card.append(box);
  cards.select(told.card.id, { focus: "side" });
  keep.focus();
}
