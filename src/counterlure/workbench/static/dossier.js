// One account: verdicts, notes, tags, events by key and by click.

import { again, ask, attempt, bindKeys, draftLetter, followJudging, home, prompt, settings, toQueue, words } from "./page.js";

const here = `accounts/${settings.account}`;
const [before, after] = settings.neighbours;
const goto = (account) => account && location.assign(`${home}a/${account}`);

async function decide(verdict) {
  if (!settings.may_review) return;
  const line = document.getElementById("verdict");
  const told = line.textContent;
  line.textContent = `${words[`v_${verdict}`]} …`;
  const done = await attempt(() => ask("POST", "verdicts", { accounts: [settings.account], verdict }), "");
  if (!done) line.textContent = told;
  else again(words.saved);
}

async function undo() {
  if (settings.may_review && (await attempt(() => ask("POST", "undo", {}), ""))) again(words.undone);
}

async function note() {
  if (!settings.may_review) return;
  const text = await prompt(words.note_title, words.note_label);
  if (text && (await attempt(() => ask("POST", `${here}/notes`, { text }), ""))) again(words.saved);
}

async function tag() {
  if (!settings.may_review) return;
  const text = await prompt(words.tag_title, words.tag_label);
  if (!text) return;
  const body = { tag: text.replace(/^-\s*/, ""), present: !text.startsWith("-") };
  if (await attempt(() => ask("POST", `${here}/tags`, body), "")) again(words.saved);
}

async function reveal() {
  if (!settings.may_reveal) return;
  const purpose = await prompt(words.reveal_title, words.reveal_label);
  if (purpose && (await attempt(() => ask("POST", `${here}/reveal`, { purpose }), ""))) again();
}

async function letter() {
  if (!settings.may_write) return;
  const all = settings.targets;
  const target = all.length === 1 ? all[0] : await prompt(words.letter_title, words.letter_label, all[0] ?? "", all.join(", "));
  if (target) await draftLetter(target);
}

const form = document.getElementById("event");
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const sent = form.elements;
  const at = sent.at.value ? Date.parse(`${sent.at.value}Z`) / 1000 : null;
  const body = { target: sent.target.value, kind: sent.kind.value, at, incoming: !sent.outgoing.checked, text: sent.text.value };
  if (await attempt(() => ask("POST", `${here}/events`, body))) followJudging(settings.run);
});
for (const button of document.querySelectorAll("[data-withdraw]")) {
  button.addEventListener("click", async () => {
    if (!(await prompt(words.event_withdraw_title, "", "", words.event_withdraw_text))) return;
    if (await attempt(() => ask("DELETE", `${here}/events/${button.dataset.withdraw}`))) followJudging(settings.run);
  });
}

const steps = {
  j: () => goto(after),
  k: () => goto(before),
  Escape: toQueue,
  u: undo,
  c: note,
  t: tag,
  r: reveal,
  a: letter,
  g: () => location.assign(`${home}groups`),
  e: () => print(),
  "/": toQueue,
};
settings.verdicts.forEach((verdict, place) => {
  steps[String(place + 1)] = () => decide(verdict);
});
bindKeys(steps);
for (const button of document.querySelectorAll("[data-verdict]")) {
  button.addEventListener("click", () => decide(button.dataset.verdict));
}
