// The page of a force's theme: the page itself wears the colours as they are typed, as long as they can be read, and the
// contrasts are measured as WCAG 2.2 has it. Without this file "Preview" does that on the server, which has the last word.
const PROPERTIES = {
  brand: "--govuk-brand-colour",
  on_brand: "--ya-on-brand-colour",
  accent: "--ya-accent-colour",
  link: "--govuk-link-colour",
  link_hover: "--govuk-link-hover-colour",
  link_visited: "--govuk-link-visited-colour",
};
const COLOUR = /^#[0-9a-f]{6}$/i;

function luminance(colour) {
  const parts = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function wear(form) {
  let readable = true; // a colour that stands out too little would make this very form hard to read
  for (const row of form.querySelectorAll("[data-measured]")) {
    const [colour, ground] = [row.dataset.colour, row.dataset.ground].map((name) =>
      name.startsWith("#") ? name : form.elements[name].value.trim(),
    );
    if (!COLOUR.test(colour) || !COLOUR.test(ground)) {
      readable = false;
      continue;
    }
    const found = contrast(colour, ground);
    const enough = found >= Number(row.dataset.least);
    readable &&= enough;
    row.querySelector("[data-ratio]").textContent = (Math.floor(found * 100) / 100).toFixed(2);
    const verdict = row.querySelector("[data-verdict]");
    verdict.textContent = enough ? row.dataset.enough : row.dataset.short;
    verdict.classList.toggle("ya-measure--short", !enough);
  }
  for (const [name, property] of Object.entries(readable ? PROPERTIES : {})) {
    document.documentElement.style.setProperty(property, form.elements[name].value.trim());
  }
}

for (const form of document.querySelectorAll("[data-theme-form]")) {
  form.addEventListener("input", () => wear(form));
  wear(form);
}
