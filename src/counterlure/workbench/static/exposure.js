// Who was reached: names, where people work, letters.

import { again, ask, attempt, bindKeys, draftLetter, followJudging, home, prompt, settings, toQueue, words } from "./page.js";

const dialog = document.getElementById("facts");

for (const button of document.querySelectorAll("[data-reveal]")) {
  button.addEventListener("click", async () => {
    const purpose = await prompt(`${words.reveal_title} · ${button.dataset.reveal}`, words.reveal_label);
    const path = `targets/${button.dataset.reveal}/reveal`;
    if (purpose && (await attempt(() => ask("POST", path, { purpose }), ""))) again();
  });
}
for (const button of document.querySelectorAll("[data-letter]")) {
  button.addEventListener("click", () => draftLetter(button.dataset.letter));
}
for (const button of document.querySelectorAll("[data-facts]")) {
  button.addEventListener("click", () => {
    const fields = dialog.querySelector("form").elements;
    const target = button.dataset.facts;
    document.getElementById("facts-h").textContent = target;
    for (const name of ["organisation", "department", "role"]) fields[name].value = button.dataset[name];
    dialog.returnValue = "";
    dialog.showModal();
    dialog.addEventListener(
      "close",
      async () => {
        if (dialog.returnValue !== "ok") return;
        const body = Object.fromEntries(["organisation", "department", "role"].map((name) => [name, fields[name].value]));
        if (await attempt(() => ask("PUT", `targets/${target}/facts`, body))) followJudging();
      },
      { once: true },
    );
  });
}
bindKeys({ Escape: toQueue, g: () => location.assign(`${home}groups`), e: () => print() });
