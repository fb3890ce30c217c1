// What was typed in a form of the staff stays in the browser until the server has it, so that a lost connection, a
// closed tab or a session that ended loses nothing. It is kept for the account that typed it and for a day at most;
// files, hidden fields and whatever is marked as private are not.
const PREFIX = "yourarea-form:";
const LONGEST_MS = 24 * 60 * 60 * 1000;
const UNKEPT = new Set(["hidden", "file", "password", "submit", "button"]);

const fieldsOf = (form) =>
  [...form.elements].filter(
    (field) => field.name && !UNKEPT.has(field.type) && !("private" in field.dataset),
  );
const ticked = (field) => field.type === "checkbox" || field.type === "radio";
const nameOf = (field) => (ticked(field) ? `${field.name}=${field.value}` : field.name);
const valueOf = (field) => (ticked(field) ? field.checked : field.value);
const initialOf = (field) => {
  if (ticked(field)) return field.defaultChecked;
  if (field.tagName !== "SELECT") return field.defaultValue;
  return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value ?? "";
};

function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "null");
    return kept && Date.now() - kept.at < LONGEST_MS ? kept.values : null;
  } catch {
    return null;
  }
}

function write(form, key) {
  const values = Object.fromEntries(
    fieldsOf(form)
      .filter((field) => valueOf(field) !== initialOf(field))
      .map((field) => [nameOf(field), valueOf(field)]),
  );
  try {
    if (Object.keys(values).length) localStorage.setItem(key, JSON.stringify({ at: Date.now(), values }));
    else localStorage.removeItem(key);
  } catch {
    // no room, or not allowed: the form works as without scripts
  }
}

function notice(form, text, button) {
  const told = form.querySelector(".ya-desk__kept") ?? document.createElement("div");
  told.className = "ya-desk__kept";
  told.setAttribute("role", "status");
  told.textContent = `${text} `;
  if (button) told.append(button);
  form.prepend(told);
}

function restore(form, key) {
  const values = read(key);
  if (!values) return;
  let changed = false;
  for (const field of fieldsOf(form)) {
    const value = values[nameOf(field)];
    if (value === undefined || value === valueOf(field)) continue;
    if (ticked(field)) field.checked = value;
    else field.value = value;
    changed = true;
  }
  if (!changed) return;
  const discard = document.createElement("button");
  discard.type = "button";
  discard.className = "ya-desk__step";
  discard.textContent = form.dataset.wordsDiscard;
  discard.addEventListener("click", () => {
    localStorage.removeItem(key);
    form.reset();
    window.dispatchEvent(new Event("pageshow")); // the radios look again
    form.querySelector(".ya-desk__kept").remove();
  });
  notice(form, form.dataset.wordsRestored, discard);
}

export function keepForm(form) {
  const key = `${PREFIX}${form.dataset.keep}:${location.pathname}`;
  // a form that the server answered with faults holds what was typed already
  if ("answered" in form.dataset) write(form, key);
  else restore(form, key);
  form.addEventListener("input", () => write(form, key));
  form.addEventListener("change", () => write(form, key));
  form.addEventListener("submit", (event) => {
    if (navigator.onLine !== false) return;
    event.preventDefault();
    notice(form, form.dataset.wordsOffline);
  });
}

// The page that comes after says which form the server has; and what is older than a day goes on any page.
export function forgetSent() {
  const sent = document.querySelector("[data-kept]")?.dataset.kept;
  try {
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
      const path = key.slice(key.indexOf(":", PREFIX.length) + 1);
      if (path === sent || !read(key)) localStorage.removeItem(key);
    }
  } catch {
    return;
  }
  if (sent) {
    // reloading this page later must not forget what is typed there by then
    const address = new URL(location.href);
    address.searchParams.delete("kept");
    history.replaceState(history.state, "", address);
  }
}
