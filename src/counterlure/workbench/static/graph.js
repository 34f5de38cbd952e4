// Groups: the picture of who reached whom. Places come from the server; here they are drawn, moved, searched and opened.

import { glyphProgram, graphics, shape } from "./graph-glyphs.js";
import { panelFor } from "./graph-panel.js";
import { ask, bindKeys, home, tell, words } from "./page.js";

const SOFTWARE_LINES = 1200;
const SMALLEST = 18; // units: a small picture is not blown up beyond this
const LABEL = 12;
const OPEN_KEPT = 12;
const number = new Intl.NumberFormat(document.documentElement.lang);

const at = (id) => document.getElementById(id);
const stage = at("stage");
const panel = at("panel");
const find = at("find");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");

let renderer = null;
let shown = null; // the document of the server
let colours = inks();
let hovered = null;
let near = new Set();
let chosen = null;
let opened = [];
let taken = []; // where names stand in this frame
const software = graphics();

function inks() {
  const style = getComputedStyle(document.documentElement);
  const ink = (name) => style.getPropertyValue(`--${name}`).trim();
  const names = ["ink", "soft", "card", "paper", "rule", "accent", "alert", "watch", "clear", "insufficient"];
  return Object.fromEntries(names.map((name) => [name, ink(name)]));
}

const colour = (node) => (node.kind === "target" ? colours.ink : (colours[node.level] ?? colours.insufficient));

function graphOf(told) {
  const graph = new graphology.Graph({ type: "undirected", multi: false });
  for (const node of told.nodes) {
    const { x, y, size, label, kind } = node;
    graph.addNode(node.id, { x, y, size, label, type: "glyph", shape: shape(node), node, zIndex: kind === "target" ? 1 : 2 });
  }
  const lines = [...told.edges].sort((a, b) => far(graph, a) - far(graph, b) || b.n - a.n);
  for (const { source, target, n } of software ? lines.slice(0, SOFTWARE_LINES) : lines) {
    const between = far(graph, { source, target });
    graph.addEdge(source, target, { n, between, size: Math.min(0.05 + 0.03 * Math.log2(n), 0.3), type: "line" });
  }
  return graph;
}

const far = (graph, { source, target }) =>
  Number(graph.getNodeAttribute(source, "node").cluster !== graph.getNodeAttribute(target, "node").cluster);

function drawNode(id, held) {
  const dim = hovered && !near.has(id);
  const ink = dim ? colours.rule : colour(held.node);
  const marked = id === chosen || id === hovered;
  return { ...held, color: ink, ground: colours.card, forceLabel: !dim && (marked || (hovered && near.size < 30)),
    label: dim ? "" : held.label, zIndex: dim ? 0 : held.zIndex, highlighted: marked };
}

function drawEdge(edge, held) {
  const [a, b] = renderer.getGraph().extremities(edge);
  if (hovered && a !== hovered && b !== hovered) return { ...held, hidden: true };
  if (hovered) return { ...held, color: colours.accent, size: Math.max(held.size, 0.12) };
  return { ...held, color: held.between ? colours.rule : colours.soft };
}

/** The name beside a glyph; inside it where it stands for a cluster. */
function drawLabel(context, data) {
  if (!data.label) return;
  const inside = data.shape === 5;
  context.font = `${inside ? 600 : 400} ${LABEL}px ${getComputedStyle(document.body).fontFamily}`;
  let text = data.label;
  if (inside && context.measureText(text).width > data.size * 2) text = `${data.node.mark ?? ""} ${number.format(data.node.n)}`;
  if (inside && !data.highlighted && context.measureText(text).width > data.size * 2.2) return;
  context.textAlign = inside ? "center" : "left";
  const x = inside ? data.x : data.x + data.size + 4;
  if (!data.highlighted && !free(inside ? x - data.size : x, data.y, context.measureText(text).width)) return;
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = colours.card;
  context.strokeText(text, x, data.y + LABEL / 3);
  context.fillStyle = colours.ink;
  context.fillText(text, x, data.y + LABEL / 3);
  context.textAlign = "left";
}

/** Whether no name stands there yet in this frame; if so it is taken. */
function free(x, y, width) {
  if (taken.some((one) => x < one.x + one.width && one.x < x + width && Math.abs(y - one.y) < LABEL)) return false;
  taken.push({ x, y, width });
  return true;
}

/** A ring round what is chosen or under the pointer, and its whole name. */
function drawHover(context, data) {
  context.beginPath();
  context.arc(data.x, data.y, data.size + 3, 0, 2 * Math.PI);
  context.lineWidth = 2;
  context.strokeStyle = colours.accent;
  context.stroke();
  drawLabel(context, { ...data, shape: 0, label: data.node.label, y: data.shape === 5 ? data.y - data.size - LABEL : data.y });
}

/** The discs of clusters behind everything, with the names of those that are large enough on the screen. */
function drawClusters() {
  const canvas = renderer.getCanvases().clusters;
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.font = `600 ${LABEL}px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = "center";
  const origin = renderer.graphToViewport({ x: 0, y: 0 });
  const unit = renderer.graphToViewport({ x: 1, y: 0 }).x - origin.x;
  if (unit <= 0) return; // no room: on paper
  const names = [];
  for (const one of shown.clusters) {
    if (!one.open || (one.n < 2 && !one.group)) continue;
    const { x, y } = renderer.graphToViewport(one);
    const r = one.r * unit;
    context.beginPath();
    context.arc(x, y, r, 0, 2 * Math.PI);
    context.fillStyle = colours.paper;
    context.fill();
    context.setLineDash(one.group ? [] : [3, 4]);
    context.lineWidth = one.id === chosen ? 3 : one.group ? 1.5 : 1;
    context.strokeStyle = one.id === chosen ? colours.accent : one.group ? (colours[one.level] ?? colours.soft) : colours.rule;
    context.stroke();
    const name = `${one.group ? (one.mark ?? "") : ""} ${one.label}`;
    if (r * 2 > context.measureText(name).width * 1.2) names.push({ name, x, y: y - r - 4, ink: one.group ? colours.ink : colours.soft });
  }
  context.setLineDash([]);
  context.lineWidth = 4;
  context.strokeStyle = colours.card;
  for (const { name, x, y, ink } of names) {
    context.strokeText(name, x, y);
    context.fillStyle = ink;
    context.fillText(name, x, y);
  }
}

function start(graph) {
  renderer = new Sigma(graph, at("canvas"), {
    nodeProgramClasses: { glyph: glyphProgram(Sigma) },
    nodeHoverProgramClasses: { glyph: glyphProgram(Sigma) },
    nodeReducer: drawNode,
    edgeReducer: drawEdge,
    defaultDrawNodeLabel: drawLabel,
    defaultDrawNodeHover: drawHover,
    itemSizesReference: "positions",
    zoomToSizeRatioFunction: (ratio) => ratio,
    minEdgeThickness: 1.5,
    hideEdgesOnMove: true,
    allowInvalidContainer: true, // on paper there is no stage
    labelRenderedSizeThreshold: 7,
    labelDensity: 0.15,
    labelGridCellSize: 24,
    zIndex: true,
    enableCameraRotation: false,
    minCameraRatio: 0.01,
    maxCameraRatio: 2.5,
    stagePadding: 24,
    inertiaDuration: still.matches ? 0 : 200,
    zoomDuration: still.matches ? 0 : 200,
  });
  renderer.createCanvasContext("clusters", { beforeLayer: "edges", style: { pointerEvents: "none" } });
  renderer.resize(true);
  renderer.on("beforeRender", () => {
    taken = [];
  });
  renderer.on("afterRender", drawClusters);
  renderer.on("enterNode", ({ node }) => hover(node));
  renderer.on("leaveNode", () => hover(null));
  renderer.on("clickNode", ({ node }) => click(node));
  renderer.on("clickStage", () => stage.focus({ preventScroll: true }));
  renderer.on("wheelStage", letScroll);
  renderer.on("wheelNode", letScroll);
}

/** The wheel moves the page until the picture has been clicked or reached by Tab. */
function letScroll(event) {
  const { original } = event.event;
  if (original.ctrlKey || stage.contains(document.activeElement)) return;
  event.preventSigmaDefault();
  original.preventDefault = () => {};
}

function hover(id) {
  hovered = id;
  near = new Set(id ? [id, ...renderer.getGraph().neighbors(id)] : []);
  stage.classList.toggle("over", Boolean(id));
  renderer.refresh({ skipIndexation: true });
}

async function draw(wanted = opened) {
  const asked = wanted.map((id) => `unfolded=${encodeURIComponent(id)}`).join("&");
  shown = await ask("GET", `graph?${asked}`);
  opened = wanted;
  at("fold").hidden = opened.length === 0;
  at("told").textContent = [...shown.told, ...(software && shown.edges.length > SOFTWARE_LINES ? [words.slow_graphics] : [])].join(" ");
  at("canvas").setAttribute("aria-label", shown.told.join(" "));
  at("wait").hidden = true;
  if (!renderer) start(new graphology.Graph());
  hovered = null;
  renderer.setCustomBBox(box(shown));
  renderer.setGraph(graphOf(shown));
}

/** At least so wide that a handful of glyphs stays small. */
function box({ clusters, nodes }) {
  const round = [...clusters, ...nodes.map((node) => ({ ...node, r: node.size }))];
  const ends = (key) => [Math.min(...round.map((one) => one[key] - one.r)), Math.max(...round.map((one) => one[key] + one.r))];
  const wide = ([low, high]) => {
    const more = Math.max(0, SMALLEST - (high - low)) / 2;
    return [low - more, high + more];
  };
  return round.length ? { x: wide(ends("x")), y: wide(ends("y")) } : { x: [0, SMALLEST], y: [0, SMALLEST] };
}

const nodeOf = (id) => shown.nodes.find((node) => node.id === id);
const clusterOf = (id) => shown.clusters.find((one) => one.id === id);

async function open(id) {
  const before = opened;
  try {
    await draw([...opened.filter((one) => one !== id), id].slice(-OPEN_KEPT));
    if (shown.folded.includes(id)) await draw([id]);
  } catch (fault) {
    opened = before;
    tell(fault.message, true);
  }
}

async function click(id) {
  const node = nodeOf(id);
  stage.focus({ preventScroll: true });
  if (node.kind === "cluster") {
    await open(id);
    centre(id);
    highlight(id);
  } else choose(id);
}

function choose(id) {
  chosen = id;
  renderer.refresh({ skipIndexation: true });
  const node = nodeOf(id);
  const around = renderer.getGraph().neighbors(id).map(nodeOf);
  at("panel-h").textContent = node.label;
  at("panel-body").replaceChildren(...panelFor(node, clusterOf(node.cluster), around, drawLines));
  panel.hidden = false;
}

async function drawLines(id) {
  await open(id);
  choose(id);
}

function closePanel() {
  panel.hidden = true;
  chosen = null;
  renderer?.refresh({ skipIndexation: true });
  stage.focus({ preventScroll: true });
}

function centre(id) {
  const cluster = clusterOf(id);
  const place = cluster ?? nodeOf(id);
  if (!place) return;
  const framed = renderer.viewportToFramedGraph(renderer.graphToViewport(place));
  const { width, height } = renderer.getDimensions();
  const [low, high] = renderer.getCustomBBox().x;
  const reach = cluster ? cluster.r * 3 : 14;
  const ratio = Math.min(1, Math.max(0.02, (reach / (high - low)) * Math.max(1, width / height)));
  move({ x: framed.x + (cluster ? 0 : besidePanel(ratio)), y: framed.y, ratio });
}

/** How far to the left of the middle a glyph stands so that the panel does not cover it, at a zoom. */
function besidePanel(ratio) {
  const across = (x) => renderer.viewportToFramedGraph({ x, y: 0 }).x;
  const { width } = renderer.getDimensions();
  return width < 480 ? 0 : ((across(150) - across(0)) * ratio) / renderer.getCamera().getState().ratio;
}

function move(state) {
  const camera = renderer.getCamera();
  if (still.matches) camera.setState(state);
  else camera.animate(state, { duration: 250 });
}

function zoom(factor) {
  move({ ratio: renderer.getCamera().getBoundedRatio(renderer.getCamera().getState().ratio * factor) });
}

function pan(dx, dy) {
  const { x, y, ratio } = renderer.getCamera().getState();
  move({ x: x + dx * ratio * 0.12, y: y + dy * ratio * 0.12 });
}

/** A pseudonym as it is written: "a12" is A-0012. */
function pseudonym(text) {
  const told = text.trim().match(/^([at]?)[-\s]*0*(\d+)$/i);
  return told ? `${(told[1] || "a").toUpperCase()}-${told[2].padStart(4, "0")}` : text.trim().toUpperCase();
}

async function search(id) {
  const there = () => nodeOf(id) ?? clusterOf(id);
  if (!there() || shown.folded.includes(id)) await open(id);
  if (!there()) return tell(words.p_not_found.replace("{what}", id), true);
  centre(id);
  if (nodeOf(id) && nodeOf(id).kind !== "cluster") choose(id);
  else highlight(id);
}

/** Marks a cluster in both, and brings its rows into view. */
function highlight(id) {
  for (const rows of document.querySelectorAll("tbody.here")) rows.classList.remove("here");
  const rows = at(id);
  rows?.classList.add("here");
  const pane = at("blocks");
  if (rows && pane.scrollHeight > pane.clientHeight + 1) pane.scrollTop += rows.getBoundingClientRect().top - pane.getBoundingClientRect().top - 60;
  else rows?.scrollIntoView({ block: "nearest" });
  chosen = id;
  renderer?.refresh({ skipIndexation: true });
}

async function fromAddress() {
  const id = decodeURIComponent(location.hash.slice(1));
  if (!id || !(at(id)?.tagName === "TBODY" || /^(G|C|A|T)-/.test(id))) return;
  if (renderer) await search(id);
  else highlight(id);
}

const deeds = {
  in: () => zoom(1 / 1.5),
  out: () => zoom(1.5),
  whole: () => move({ x: 0.5, y: 0.5, ratio: 1, angle: 0 }),
  fold: () => draw([]).then(() => deeds.whole()).catch((fault) => tell(fault.message, true)),
};
const stageKeys = {
  "+": deeds.in, "=": deeds.in, "-": deeds.out, "0": deeds.whole,
  ArrowLeft: () => pan(-1, 0), ArrowRight: () => pan(1, 0), ArrowUp: () => pan(0, 1), ArrowDown: () => pan(0, -1),
};

function listen() {
  for (const button of document.querySelectorAll("[data-do]")) button.addEventListener("click", () => deeds[button.dataset.do]());
  stage.addEventListener("keydown", (event) => {
    const deed = stageKeys[event.key];
    if (!deed || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    deed();
  });
  at("tools").addEventListener("submit", (event) => {
    event.preventDefault();
    if (find.value.trim()) search(pseudonym(find.value));
  });
  find.addEventListener("keydown", (event) => event.key === "Escape" && stage.focus());
  at("panel-close").addEventListener("click", closePanel);
  addEventListener("hashchange", fromAddress);
  dark.addEventListener("change", repaint);
}

function repaint() {
  colours = inks();
  renderer?.refresh({ skipIndexation: true });
}

/** Without WebGL the table stands alone. */
function withoutPicture() {
  at("wait").textContent = words.no_webgl;
  at("wait").hidden = false;
  document.body.classList.add("no-picture");
}

bindKeys({
  "/": () => find && (find.focus(), find.select()),
  Escape: () => (panel && !panel.hidden ? closePanel() : location.assign(home)),
  e: () => print(),
});
if (stage && software === null) {
  withoutPicture();
  addEventListener("hashchange", fromAddress);
  fromAddress();
} else if (stage) {
  listen();
  draw()
    .then(fromAddress)
    .catch((fault) => {
      at("wait").textContent = fault.message;
      at("wait").hidden = false;
    });
}
