// The static edition's way from a postcode to its neighbourhood: only the outward code is ever asked for, so whoever
// keeps the files learns no more than the first half. Without this file the form stays hidden, and the list leads on.
const WHOLE = /^([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})$/;

export function offerLookup(form) {
  const input = form.elements.postcode;
  const fault = form.querySelector("[data-lookup-fault]");
  const tell = (words) => {
    fault.textContent = words;
    input.classList.add("govuk-input--error");
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };
  input.setAttribute("aria-describedby", `postcode-fault ${input.getAttribute("aria-describedby") ?? ""}`.trim());
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    fault.textContent = "";
    const typed = WHOLE.exec(input.value.toUpperCase().replace(/[^A-Z0-9]/g, ""));
    if (!typed) return tell(form.dataset.bad);
    let place;
    try {
      place = await find(form.dataset.lookup, typed[1], typed[2]);
    } catch {
      return tell(form.dataset.failed);
    }
    if (place?.page) return location.assign(form.dataset.prefix + place.page);
    if (place?.force) return tell(form.dataset.elsewhere.replace("{force}", () => place.force[form.dataset.language]));
    return tell(place ? form.dataset.nowhere : form.dataset.unknown);
  });
}

// The place of a postcode; an empty one where its ground is nobody's here, nothing where the postcode is not known.
async function find(folder, outward, inward) {
  const answer = await fetch(`${folder}${outward}.json`);
  if (answer.status === 404) return {}; // there is a file for every outward code with a postcode on this ground
  if (!answer.ok) throw new Error(answer.statusText);
  const { codes, places } = await answer.json();
  return places[codes[inward]];
}
