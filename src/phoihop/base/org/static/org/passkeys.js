// Passkeys: fetch what the browser needs, let it ask the person, send back its answer, go on.
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

export function words() {
  return document.getElementById("passkey-words").dataset;
}

function decoded({ publicKey }) {
  const options = { ...publicKey, challenge: bytes(publicKey.challenge) };
  const known = (list) => list?.map((each) => ({ ...each, id: bytes(each.id) }));
  if (options.user) options.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) options.excludeCredentials = known(options.excludeCredentials);
  if (options.allowCredentials) options.allowCredentials = known(options.allowCredentials);
  return { publicKey: options };
}

function encoded(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

// The browser's answer, as text; throws if the person turns away.
export async function ask(address, kind) {
  const answer = await fetch(address, { headers: { Accept: "application/json", "X-Background": "1" } });
  const options = await answer.json();
  if (!answer.ok) throw Object.assign(new Error("refused"), { told: options });
  return encoded(await navigator.credentials[kind](decoded(options)));
}

async function submit(form) {
  const error = form.querySelector(".door-error");
  const button = form.querySelector("button");
  error.hidden = true;
  button.disabled = true;
  try {
    const body = new FormData(form);
    body.set("credential", await ask(form.action, form.dataset.passkey));
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (told.next) {
      window.location.assign(told.next);
      return;
    }
    error.textContent = told.message;
  } catch (problem) {
    if (problem.told?.next) {
      window.location.assign(problem.told.next);
      return;
    }
    const said = { InvalidStateError: words().known, TypeError: words().offline };
    error.textContent = problem.told?.message ?? said[problem.name] ?? words().stopped;
  }
  error.hidden = false;
  button.disabled = false;
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    const or = form.nextElementSibling;
    if (or?.classList.contains("or")) or.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit(form);
    });
  }
}
