// What every page shares: asking the server, telling the reader, dialogs, keys.

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
const held = document.getElementById("settings");

export const settings = held ? JSON.parse(held.textContent) : {};
export const words = settings.words ?? {};
export const caseId = meta("case");
export const home = `/c/${caseId}/`;

/** Sends a change or a question to the interface; rejects with the server's own words. */
export async function ask(method, path, body) {
  let answer;
  try {
    answer = await fetch(`/api/cases/${caseId}/${path}`, {
      method,
      headers: { "content-type": "application/json", "x-counterlure-csrf": meta("csrf") },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Error(words.offline);
  }
  if (answer.status === 401) location.assign("/login");
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return told;
  const fields = (told.fields ?? []).map((one) => `${one.field}: ${one.reason}`);
  throw new Error([told.detail ?? words.failed, ...fields].join(" "));
}

const toasts = document.getElementById("toasts");

/** Says something for a few seconds; faults stay until they are clicked or Escape is pressed, each once. */
export function tell(text, fault = false) {
  if (fault && [...toasts.children].some((line) => line.textContent === text)) return;
  const line = document.createElement("p");
  line.textContent = text;
  line.className = fault ? "wrong" : "";
  line.addEventListener("click", () => line.remove());
  toasts.append(line);
  if (!fault) setTimeout(() => line.remove(), 4000);
}

/** Does something and tells how it went. */
export async function attempt(deed, done = words.saved) {
  try {
    const result = await deed();
    if (done) tell(done);
    return result;
  } catch (fault) {
    tell(fault.message, true);
    return null;
  }
}

let questions = 0;

/** Asks for a text; resolves with it, or with null where the reader changed their mind. */
export function prompt(title, label, value = "", explanation = "") {
  const dialog = document.getElementById("ask");
  const field = document.getElementById("ask-t");
  document.getElementById("ask-h").textContent = title;
  document.getElementById("ask-p").textContent = explanation;
  document.getElementById("ask-l").textContent = label;
  field.parentElement.hidden = !label;
  field.value = value;
  dialog.returnValue = "";
  const mine = (questions += 1);
  dialog.showModal();
  return new Promise((resolve) => {
    const ended = () => {
      // The close of an earlier question may be told only now that the next one stands open.
      if (mine === questions && dialog.open) return;
      dialog.removeEventListener("close", ended);
      const agreed = mine === questions && dialog.returnValue === "ok";
      resolve(agreed ? field.value.trim() || (label ? null : "yes") : null);
    };
    dialog.addEventListener("close", ended);
  });
}

const kept = "again";

/** Loads the page anew; the focus, the place in a text and a word of confirmation come back. */
export function again(told = "") {
  const at = document.activeElement;
  const name = ["id", "name", "data-key", "data-verdict"].find((one) => at.getAttribute?.(one));
  const focus = name ? `[${name}="${CSS.escape(at.getAttribute(name))}"]` : "";
  const caret = at.tagName === "TEXTAREA" ? [at.selectionStart, at.scrollTop] : null;
  sessionStorage.setItem(kept, JSON.stringify({ path: location.pathname, focus, caret, told }));
  location.reload();
}

/** Does the second half of `again`. */
function comeBack() {
  const before = JSON.parse(sessionStorage.getItem(kept) ?? "null");
  sessionStorage.removeItem(kept);
  if (before?.path !== location.pathname) return;
  if (before.told) tell(before.told);
  const at = before.focus && document.querySelector(before.focus);
  if (!at) return;
  at.focus({ preventScroll: true });
  if (before.caret) {
    at.setSelectionRange(before.caret[0], before.caret[0]);
    at.scrollTop = before.caret[1];
  }
}

/** Follows a judging to its end, then loads the page anew. */
export async function followJudging(run) {
  tell(words.judging);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const state = await ask("GET", "judging").catch((fault) => ({ failed: fault.message }));
    if (state.running) continue;
    if (state.failed) return tell(state.failed, true);
    return again();
  }
}

/** Drafts a letter to a target and opens it. */
export async function draftLetter(target) {
  const made = await attempt(() => ask("POST", "letters", { target }), "");
  if (made) location.assign(`/c/${caseId}/letters/${made.letter}`);
}

/** Back to the queue as it was last looked at. */
export function toQueue() {
  const before = JSON.parse(sessionStorage.getItem(`queue:${caseId}`) ?? "null");
  location.assign(before?.query ? `${home}?${before.query}` : home);
}

const typing = (element) => element.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, dialog");

/** Binds keys to deeds; ignored while somebody types. Buttons with data-key do the same as their key. */
export function bindKeys(deeds) {
  const all = { "?": () => document.getElementById("keys")?.showModal(), ...deeds };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const fault = toasts.querySelector(".wrong");
    const deed = event.key === "Escape" && fault ? () => fault.remove() : all[event.key];
    if (!deed) return;
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
    if (event.key.startsWith("Arrow") && event.target.matches("[type=radio]")) return;
    event.preventDefault();
    deed(event);
  });
  for (const button of document.querySelectorAll("[data-key]")) {
    button.addEventListener("click", () => all[button.dataset.key]?.());
  }
  const field = document.getElementById("ask-t");
  field?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    field.form.requestSubmit(field.form.querySelector("[value=ok]"));
  });
  comeBack();
}
