// Runs on staff pages besides page.js: what a form hides until it is asked for, and what keeps a form that was not sent.
import { Button, Checkboxes, createAll, Radios } from "govuk-frontend";
import { forgetSent, keepForm } from "./keep.js";

// GOV.UK's component says aria-expanded of a radio button, which has no such state; what it reveals comes next anyway.
class RevealingRadios extends Radios {
  syncConditionalRevealWithInputState(input) {
    super.syncConditionalRevealWithInputState(input);
    input.removeAttribute("aria-expanded");
  }
}

document.body.classList.add("js-enabled", "govuk-frontend-supported"); // page.js may come later
forgetSent();
for (const form of document.querySelectorAll("form[data-keep]")) {
  keepForm(form); // before the radios, which then show what belongs to the one that was chosen
}
createAll(Button);
createAll(Checkboxes);
createAll(RevealingRadios);
