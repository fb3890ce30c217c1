// Runs on every page: the GOV.UK components, and the map where there is one.
import { CharacterCount, createAll, ErrorSummary, SkipLink } from "govuk-frontend";
import { awaitMap } from "./lazy.js";
import { LeaveThisPage } from "./leave.js";
import { offerLocation } from "./locate.js";
import { offerLookup } from "./lookup.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
createAll(LeaveThisPage);
createAll(CharacterCount);
createAll(ErrorSummary);
createAll(SkipLink);
for (const settings of document.querySelectorAll("script[data-map]")) {
  awaitMap(settings);
}
for (const button of document.querySelectorAll("[data-locate]")) {
  offerLocation(button);
}
for (const form of document.querySelectorAll("[data-lookup]")) {
  offerLookup(form);
}
