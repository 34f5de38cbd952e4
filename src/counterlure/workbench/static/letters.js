// The register: drafting a letter to somebody who has none.

import { bindKeys, draftLetter, home, toQueue } from "./page.js";

for (const button of document.querySelectorAll("[data-letter]")) {
  button.addEventListener("click", () => draftLetter(button.dataset.letter));
}
bindKeys({ Escape: toQueue, g: () => location.assign(`${home}groups`), e: () => print() });
