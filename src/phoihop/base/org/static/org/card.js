// What stands after the # of a card's address never reached the server: put it into the form and forget it.
const form = document.getElementById("card");
const [name, code] = decodeURIComponent(window.location.hash.slice(1)).split(/\.(?=[^.]*$)/);
if (name && code) {
  history.replaceState(null, "", window.location.pathname);
  form.elements.login.value = name;
  form.elements.code.value = code.replace(/(.{4})(?=.)/g, "$1-");
  form.querySelector("button").focus();
}
