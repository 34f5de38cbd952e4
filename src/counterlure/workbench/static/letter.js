// One letter: edited, approved by somebody else, handed over.

import { again, ask, attempt, bindKeys, caseId, prompt, settings, words } from "./page.js";

const here = `letters/${settings.letter}`;
const form = document.getElementById("text");
const field = form.elements.body;
const written = field.value;
const changed = document.getElementById("changed");
const approve = document.getElementById("approve");
const mayApprove = approve && !approve.disabled;

field.addEventListener("input", () => {
  const differs = field.value !== written;
  if (changed) changed.textContent = differs ? words.unsaved : "";
  if (mayApprove) approve.disabled = differs;
});
addEventListener("beforeunload", (event) => {
  if (field.value !== written && !form.dataset.saved) event.preventDefault();
});
async function save() {
  if (field.readOnly) return;
  if (await attempt(() => ask("PUT", here, { body: field.value, base: settings.version }), "")) {
    form.dataset.saved = "yes";
    again(words.saved);
  }
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});
addEventListener("keydown", (event) => {
  if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  save();
});
field.addEventListener("keydown", (event) => {
  if (event.key === "Escape") field.blur();
});
approve?.addEventListener("click", async () => {
  if (await attempt(() => ask("POST", `${here}/approval`, { digest: settings.digest }), "")) again();
});
document.getElementById("handover")?.addEventListener("click", async () => {
  const how = await prompt(words.handover_title, words.handover_label);
  if (how && (await attempt(() => ask("POST", `${here}/handover`, { how }), ""))) again();
});
document.getElementById("withdraw")?.addEventListener("click", async () => {
  if (!(await prompt(words.withdraw_title, "", "", words.withdraw_text))) return;
  if (await attempt(() => ask("POST", `${here}/withdrawal`, {}), "")) again();
});
bindKeys({ Escape: () => location.assign(`/c/${caseId}/letters`), e: () => print(), "/": () => field.focus() });
