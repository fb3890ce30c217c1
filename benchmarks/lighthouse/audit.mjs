// Lighthouse's accessibility, best practices and SEO of each address given, in one Chromium; prints what each page
// scores and what it fails, and ends with 1 where a score is below 100. Left out are audits that fail on purpose: /area,
// /find, /feedback and /embed are noindex, the last without a description, and links to a page's other language and
// canonical address name no host.
// Run through `make lighthouse`.
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const [chromePath, ...addresses] = process.argv.slice(2);
const chromeFlags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];
const chrome = await launch({ chromePath, chromeFlags });
let failed = false;
for (const address of addresses) {
  const hidden = /\/(area|find|feedback|embed)\b/.test(address);
  const { lhr } = await lighthouse(address, {
    port: chrome.port,
    logLevel: "error",
    onlyCategories: ["accessibility", "best-practices", "seo"],
    skipAudits: ["hreflang", "canonical", ...(hidden ? ["is-crawlable", "meta-description"] : [])],
  });
  const scores = Object.values(lhr.categories).map(({ id, score }) => `${id} ${Math.round(score * 100)}`);
  console.log(`${new URL(address).pathname}: ${lhr.runtimeError?.message ?? scores.join(", ")}`);
  for (const { auditRefs, score } of Object.values(lhr.categories)) {
    failed ||= !(score >= 1);
    for (const { id, weight } of auditRefs) {
      const { title, score: got, details } = lhr.audits[id] ?? {};
      if (weight > 0 && got !== null && got < 1) {
        console.log(`  ${id}: ${title}`);
        for (const { node, description, url } of details?.items ?? []) {
          console.log(`    ${node?.snippet ?? description ?? url ?? ""}`);
        }
      }
    }
  }
}
await chrome.kill();
process.exit(failed ? 1 : 0);
