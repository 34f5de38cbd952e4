// The triage queue: a window onto any number of rows, moved by keys, decided by keys.

import { ask, attempt, bindKeys, caseId, draftLetter, home, prompt, settings, tell, words } from "./page.js";

const ROW = 44;
const PAGE = 100;
const BEYOND = 10;
const CELLS = ["verdict", "level", "account", "reading", "likelihood", "stage", "reached", "evidence", "last"];
const CUT = new Set(["account", "reading", "stage", "evidence"]);
const MARKS = { alert: "▲", watch: "◆", clear: "○", insufficient: "–" };
const number = new Intl.NumberFormat(document.documentElement.lang);

const grid = document.getElementById("grid");
const body = document.getElementById("body");
const form = document.getElementById("filters");
const find = document.getElementById("find");
const kept = `queue:${caseId}`;

let total = 0;
let turn = 0;
const stood = new Map();
let run = null;
let chosen = 0;
let pages = new Map();
let query = asQuery();
const drawn = new Map();
const pending = new Map();

function asQuery() {
  const asked = new URLSearchParams();
  for (const name of ["level", "reading", "stage", "verdict", "text", "sort"]) {
    const value = form.elements[name].value;
    if (value && !(name === "sort" && value === "level")) asked.set(name, value);
  }
  if (form.elements.ascending.checked) asked.set("descending", "false");
  if (form.elements.group.checked) asked.set("by", "group");
  return asked.toString();
}

const row = (place) => pages.get(Math.floor(place / PAGE))?.[place % PAGE];

async function load(page) {
  if (pages.has(page)) return;
  pages.set(page, undefined);
  const of = query;
  const asked = (turn += 1);
  try {
    const told = await ask("GET", `queue?offset=${page * PAGE}&limit=${PAGE}&${of}`);
    if (of === query) take(page, told, asked);
  } catch (fault) {
    pages.delete(page);
    tell(fault.message, true);
  }
}

/** The verdict of a row: one that was answered after the row was asked for is newer than what the row says. */
function verdictOf(held) {
  const newer = stood.get(held.account);
  return newer && newer.turn > held.asked ? newer.verdict : held.verdict;
}

function take(page, told, asked) {
  if (run !== told.run) {
    // Another judgement has taken the place of this one; rows of two are not mixed.
    if (run !== null) tell(words.judged_anew);
    run = told.run;
    pages = new Map();
  }
  for (const one of told.rows) one.asked = asked;
  pages.set(page, told.rows);
  total = told.total;
  chosen = Math.max(0, Math.min(chosen, total - 1));
  const sentence = total === 0 ? words.no_rows : total === 1 ? words.one_row : words.rows.replace("{n}", number.format(total));
  const line = document.getElementById("total");
  if (line.textContent !== sentence) line.textContent = sentence;
  grid.setAttribute("aria-rowcount", total + 1);
  body.style.blockSize = `${total * ROW}px`;
  draw(true);
}

function draw(anew = false) {
  const first = Math.max(0, Math.floor(grid.scrollTop / ROW) - BEYOND);
  const last = Math.min(total, Math.ceil((grid.scrollTop + grid.clientHeight) / ROW) + BEYOND);
  for (const [place, line] of drawn) {
    if (anew || ((place < first || place >= last) && place !== chosen)) {
      line.remove();
      drawn.delete(place);
    }
  }
  for (let place = first; place < last; place += 1) show(place);
  if (total) show(chosen); // the row that is told as active is always there
  mark();
}

function show(place) {
  if (!row(place)) load(Math.floor(place / PAGE));
  if (drawn.has(place)) return;
  const line = build(place);
  drawn.set(place, line);
  body.append(line);
}

function build(place) {
  const line = document.createElement("div");
  const held = row(place);
  line.id = `row-${place}`;
  line.className = "row";
  line.setAttribute("role", "row");
  line.setAttribute("aria-rowindex", place + 2);
  line.style.transform = `translateY(${place * ROW}px)`;
  for (const name of CELLS) {
    const cell = document.createElement("span");
    cell.setAttribute("role", name === "account" ? "rowheader" : "gridcell");
    cell.className = `c-${name}`;
    if (held) fill(cell, name, held);
    else if (name === "account") cell.textContent = words.loading;
    if (held && CUT.has(name)) cell.title = cell.textContent;
    line.append(cell);
  }
  line.addEventListener("click", () => choose(place));
  line.addEventListener("dblclick", open);
  return line;
}

function piece(kind, text, tag = "span") {
  const made = document.createElement(tag);
  made.className = kind;
  made.textContent = text;
  return made;
}

function fill(cell, name, held) {
  if (name === "verdict") {
    const decided = pending.get(held.account) ?? verdictOf(held) ?? "none";
    cell.append(piece(`verdict ${decided}`, words[`v_${decided}`] + (pending.has(held.account) ? " …" : "")));
  } else if (name === "level") {
    const badge = piece(`level ${held.level}`, "");
    const sign = piece("", `${MARKS[held.level]} `);
    sign.setAttribute("aria-hidden", "true");
    badge.append(sign, held.level_words);
    cell.append(badge);
  } else if (name === "account") {
    const link = piece("", "", "a");
    link.href = `${home}a/${held.account}`;
    link.tabIndex = -1;
    link.append(piece("", held.name, "bdi"));
    cell.append(link);
    if (held.group) cell.append(" ", piece("tag", held.accounts.length > 1 ? `${held.group} · ${words.in_group.replace("{n}", held.accounts.length)}` : held.group));
    for (const tag of held.tags) cell.append(" ", piece("tag", `#${tag}`));
  } else if (name === "likelihood") {
    cell.append(piece("", held.likelihood), piece("small", held.percents));
  } else if (name === "evidence") {
    cell.textContent = held.families.join(", ") || "–";
  } else {
    cell.textContent = { reading: held.reading, stage: held.stage, reached: number.format(held.targets), last: held.last }[name];
  }
}

function mark() {
  for (const [place, line] of drawn) {
    const here = place === chosen;
    line.classList.toggle("chosen", here);
    line.setAttribute("aria-selected", String(here));
  }
  if (total) grid.setAttribute("aria-activedescendant", `row-${chosen}`);
  else grid.removeAttribute("aria-activedescendant");
}

function choose(place) {
  if (!total) return;
  chosen = Math.max(0, Math.min(place, total - 1));
  const top = chosen * ROW;
  const head = grid.firstElementChild.offsetHeight;
  if (top < grid.scrollTop) grid.scrollTop = top;
  else if (top + ROW > grid.scrollTop + grid.clientHeight - head) grid.scrollTop = top + ROW - grid.clientHeight + head;
  draw();
}

/** How many rows are in sight. */
const onScreen = () => Math.floor((grid.clientHeight - grid.firstElementChild.offsetHeight) / ROW);

function open() {
  const held = row(chosen);
  if (held) location.assign(`${home}a/${held.account}`);
}

/** What is on the screen comes back when the reader does. */
function keep() {
  sessionStorage.setItem(kept, JSON.stringify({ chosen, top: grid.scrollTop, query }));
}

/** Deeds reach the server in the order of the keys. */
let last = Promise.resolve();
function inTurn(deed) {
  last = last.then(deed, deed);
  return last;
}

async function decide(verdict) {
  const held = row(chosen);
  if (!held || !settings.may_review) return;
  pending.set(held.account, verdict);
  redraw(chosen);
  choose(chosen + 1);
  const deed = () => attempt(() => ask("POST", "verdicts", { accounts: held.accounts, verdict }), "");
  const done = await inTurn(deed);
  pending.delete(held.account);
  if (done) stood.set(held.account, { verdict, turn: (turn += 1) });
  for (const place of [...drawn.keys()]) if (row(place)?.account === held.account) redraw(place);
}

function redraw(place) {
  const line = drawn.get(place);
  if (!line) return;
  const made = build(place);
  line.replaceWith(made);
  drawn.set(place, made);
  mark();
}

async function undo() {
  if (!settings.may_review) return;
  if (await inTurn(() => attempt(() => ask("POST", "undo", {}), words.undone))) refresh();
}

async function note() {
  const held = row(chosen);
  if (!held || !settings.may_review) return;
  const text = await prompt(`${words.note_title} · ${held.name}`, words.note_label);
  if (text) await attempt(() => ask("POST", `accounts/${held.account}/notes`, { text }));
  grid.focus();
}

async function tag() {
  const held = row(chosen);
  if (!held || !settings.may_review) return;
  const text = await prompt(`${words.tag_title} · ${held.name}`, words.tag_label);
  if (text) {
    const present = !text.startsWith("-");
    const deed = () => ask("POST", `accounts/${held.account}/tags`, { tag: text.replace(/^-\s*/, ""), present });
    if (await attempt(deed)) refresh();
  }
  grid.focus();
}

async function letter() {
  const held = row(chosen);
  if (!held || !settings.may_write) return;
  const known = await ask("GET", `accounts/${held.account}`).catch(() => ({ targets: [] }));
  const target = known.targets.length === 1 ? known.targets[0] : await prompt(words.letter_title, words.letter_label, known.targets[0] ?? "", known.targets.join(", "));
  if (target) await draftLetter(target);
}

/** What is seen as a spreadsheet, where one may; else on paper. */
function save() {
  if (!settings.may_export) return print();
  const sent = document.createElement("form");
  const token = document.createElement("input");
  sent.method = "post";
  sent.action = `${home}queue.csv?${query}`;
  token.type = "hidden";
  token.name = "csrf";
  token.value = document.querySelector('meta[name="csrf"]').content;
  sent.append(token);
  document.body.append(sent);
  sent.submit();
  sent.remove();
}

function refresh() {
  pages = new Map();
  load(Math.floor(chosen / PAGE));
}

function filter() {
  query = asQuery();
  history.replaceState(null, "", query ? `?${query}` : location.pathname);
  chosen = 0;
  grid.scrollTop = 0;
  refresh();
}

let waiting;
form.addEventListener("change", filter);
form.addEventListener("submit", (event) => event.preventDefault());
find.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(filter, 150);
});
find.addEventListener("keydown", (event) => {
  if (event.key === "Escape" || event.key === "Enter") grid.focus();
});
grid.addEventListener("scroll", () => requestAnimationFrame(() => draw()), { passive: true });
addEventListener("resize", () => draw());
addEventListener("pagehide", keep);

const steps = {
  j: () => choose(chosen + 1),
  k: () => choose(chosen - 1),
  ArrowDown: () => choose(chosen + 1),
  ArrowUp: () => choose(chosen - 1),
  PageDown: () => choose(chosen + onScreen()),
  PageUp: () => choose(chosen - onScreen()),
  Home: () => choose(0),
  End: () => choose(total - 1),
  Enter: open,
  u: undo,
  c: note,
  t: tag,
  a: letter,
  g: () => location.assign(`${home}groups${row(chosen)?.group ? `#${row(chosen).group}` : ""}`),
  e: save,
  "/": () => find.select() ?? find.focus(),
};
settings.verdicts.forEach((verdict, place) => {
  steps[String(place + 1)] = () => decide(verdict);
});
bindKeys(steps);

// What was on the screen before another page was opened comes back.
const before = JSON.parse(sessionStorage.getItem(kept) ?? "null");
take(0, settings.first, turn);
if (settings.first.rows.length < Math.min(PAGE, settings.first.total)) {
  const asked = (turn += 1);
  ask("GET", `queue?offset=0&limit=${PAGE}&${query}`).then((told) => take(0, told, asked)).catch(() => {});
}
if (before && before.query === query) {
  grid.scrollTop = before.top;
  choose(before.chosen);
}
grid.focus({ preventScroll: true });
