// Beside the picture: what is known of the glyph that was chosen.

import { home, words } from "./page.js";

const ACCOUNTS = 12;
const number = new Intl.NumberFormat(document.documentElement.lang);
const filled = (wording, n) => wording.replace("{n}", number.format(n));

function piece(tag, text, kind = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function link(text, href) {
  const made = piece("a", text);
  made.href = href;
  return made;
}

function list(items, more = 0) {
  const made = document.createElement("ul");
  made.className = "plain";
  for (const item of items) {
    const line = document.createElement("li");
    line.append(item);
    made.append(line);
  }
  if (more > 0) made.append(piece("li", filled(words.p_and, more), "small"));
  return made;
}

function facts(node, cluster) {
  const made = document.createElement("dl");
  const level = piece("span", `${node.mark} ${node.level_words}`, `level ${node.level}`);
  const told = [[words.p_level, level], [words.p_likelihood, node.likelihood], [words.p_reading, node.reading], [words.p_stage, node.stage]];
  if (cluster && cluster.n > 1) told.push([words.p_cluster, link(cluster.label, `#${cluster.id}`)]);
  for (const [name, value] of told) {
    const line = document.createElement("div");
    const held = document.createElement("dd");
    held.append(value);
    line.append(piece("dt", name), held);
    made.append(line);
  }
  return made;
}

/** What the panel says of a glyph: its row, or what it stands for; drawLines opens a hub. */
export function panelFor(node, cluster, around, drawLines) {
  const body = [];
  if (node.kind === "account" && node.account) {
    body.push(facts(node, cluster), piece("p", filled(words.p_reached, node.n), "small"));
    body.push(list(node.targets.map((target) => piece("bdi", target)), node.n - node.targets.length));
    body.push(link(words.p_dossier, `${home}a/${node.account}`));
  } else if (node.kind === "target") {
    const accounts = around.filter((one) => one.account).slice(0, ACCOUNTS);
    body.push(piece("p", filled(words.p_reached_by, node.n), "small"));
    body.push(list(accounts.map((one) => link(`${one.mark} ${one.label}`, `${home}a/${one.account}`)), node.n - accounts.length));
    body.push(link(words.p_exposure, `${home}exposure#${node.id}`));
  } else if (node.kind === "account") body.push(piece("p", words.p_unjudged));
  else body.push(piece("p", words.p_more), link(words.p_queue, home));
  if (node.hub) {
    const lines = piece("button", words.p_lines);
    lines.type = "button";
    lines.addEventListener("click", () => drawLines(node.id));
    body.push(lines);
  }
  return body;
}
