// Who somebody is, as rules say it on the server too: a code with its check sign, a name, a birth date.
const SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXY";
const LENGTH = 9;
const READ_AS = { I: "1", L: "1", O: "0", Z: "2" };

export function plain(text) {
  const marked = text.normalize("NFD").replace(/\p{M}/gu, "");
  return marked.toLowerCase().replaceAll("đ", "d").trim();
}

// The code that was typed or scanned: null for what is no code at all, "" where the check sign does not fit.
export function codeOf(text) {
  const said = text.toUpperCase().replace(/[\s-]/g, "").replace(/[ILOZ]/g, (sign) => READ_AS[sign]);
  if (said.length !== LENGTH || !/\d/.test(said) || [...said].some((sign) => !SIGNS.includes(sign))) return null;
  const body = said.slice(0, -1);
  const total = [...body].reduce((sum, sign, at) => sum + (at + 2) * SIGNS.indexOf(sign), 0);
  const check = SIGNS[(SIGNS.length - (total % SIGNS.length)) % SIGNS.length];
  return check === said.at(-1) ? said : "";
}

// Whether what a person says of their birth fits what is known: "1988", "1988-04" or "1988-04-02".
export function sameBirth(born, code, said) {
  let parts = said.match(/[\p{L}\p{N}]+/gu) ?? [];
  if (!born) return parts.join("").toUpperCase() === code.slice(-3);
  const [year, month, day] = born.split("-").map(Number);
  if (parts.length === 0 || parts.some((part) => !/^\d+$/.test(part))) return false;
  if (parts.length === 1 && [4, 8].includes(parts[0].length) && parts[0] !== String(year)) {
    const whole = parts[0];
    parts = [whole.slice(0, 2), whole.slice(2, 4), ...(whole.length === 8 ? [whole.slice(4)] : [])];
  }
  const numbers = parts.map(Number);
  const is = (...wanted) => wanted.length === numbers.length && wanted.every((each, at) => each === numbers[at]);
  if (numbers.length === 1) return is(year);
  if (!month || !day) return is(month, year);
  return is(day, month) || is(day, month, year);
}
