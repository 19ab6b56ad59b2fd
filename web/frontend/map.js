// Lets a map that the server drew be moved and looked into closer, and lights up the group under the pointer.
// Everything works without: the map is links, and the list beside it says the same.
import { select } from "d3-selection";
import { zoom, zoomIdentity } from "d3-zoom";

for (const figure of document.querySelectorAll("figure.zooming")) {
  const svg = figure.querySelector("svg"), sheet = figure.querySelector("g.moving");
  const [x, y, width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const arrows = [...figure.querySelectorAll("marker")].map((arrow) => [arrow, Number(arrow.getAttribute("markerWidth"))]);
  const dots = [...figure.querySelectorAll("circle")].map((dot) => [dot, Number(dot.getAttribute("r"))]);
  // Lines and dots keep their size on the screen, so that a crowd of ports comes apart.
  const draw = ({ transform }) => {
    sheet.setAttribute("transform", transform);
    for (const [arrow, size] of arrows) for (const side of ["markerWidth", "markerHeight"]) arrow.setAttribute(side, size / transform.k);
    for (const [dot, radius] of dots) dot.setAttribute("r", radius / Math.sqrt(transform.k));
    svg.classList.toggle("moved", transform.k > 1);
  };
  // The wheel alone and one finger alone go on scrolling the page, until the map is looked into.
  const meant = (event) => !event.button && (event.type === "wheel" ? event.ctrlKey || event.metaKey
    : !event.touches || event.touches.length > 1 || svg.classList.contains("moved"));
  // Two fingers on a touch pad come as many small turns with Ctrl, a mouse as few large ones.
  const pace = (event) => -event.deltaY * (event.deltaMode ? 0.05 : 0.002) * (Math.abs(event.deltaY) < 50 ? 10 : 1);
  const moving = zoom().wheelDelta(pace).scaleExtent([1, 24]).extent([[x, y], [x + width, y + height]])
    .translateExtent([[x, y], [x + width, y + height]]).filter(meant).on("zoom", draw);
  const chosen = select(svg).call(moving).on("dblclick.zoom", null);
  const closer = (factor) => chosen.call(moving.scaleBy, factor);
  const deeds = { in: () => closer(1.6), out: () => closer(1 / 1.6), all: () => chosen.call(moving.transform, zoomIdentity) };
  const shift = (right, down) => chosen.call(moving.translateBy, -right * width / 10, -down * height / 10);
  const keys = {
    "+": deeds.in, "=": deeds.in, "-": deeds.out, 0: deeds.all,
    ArrowLeft: () => shift(-1, 0), ArrowRight: () => shift(1, 0), ArrowUp: () => shift(0, -1), ArrowDown: () => shift(0, 1),
  };
  const bar = figure.querySelector(".zoom"), readout = figure.querySelector(".readout");
  bar.hidden = readout.hidden = false;
  bar.addEventListener("click", (event) => deeds[event.target.dataset.zoom]?.());
  bar.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  });
  const light = (group) => {
    figure.classList.toggle("lit", Boolean(group));
    for (const line of figure.querySelectorAll("a.way")) line.classList.toggle("on", Boolean(group) && line.dataset.group === group);
  };
  svg.addEventListener("pointerover", (event) => {
    const mark = event.target.closest("a");
    readout.textContent = mark?.querySelector("title")?.textContent ?? "";
    light(mark?.dataset.group);
  });
  svg.addEventListener("pointerleave", () => light());
  // What is pointed at or reached by keyboard in the list is lit on the map.
  for (const line of document.querySelectorAll("[data-lights]")) {
    for (const event of ["pointerenter", "focusin"]) line.addEventListener(event, () => light(line.dataset.lights));
    for (const event of ["pointerleave", "focusout"]) line.addEventListener(event, () => light());
  }
}
