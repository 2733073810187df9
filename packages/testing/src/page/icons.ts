const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  one: { box: "0 0 17 12", d: ["m3.5 6.5 3 3 6-7"] },
  two: { box: "0 0 20 12", d: ["m1.5 6.5 3 3 6-7", "m8.4 8.5 1 1 6-7"] },
  clock: { box: "0 0 17 12", d: ["M8.5 1.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Z", "M8.5 3.8V6l1.6 1"] },
  reply: { box: "0 0 16 16", d: ["M6.5 3.5 2.5 7l4 3.5V8.6c3.3-.2 5.4.9 7 3.4-.4-4-3-6.6-7-6.8Z"] },
  link: {
    box: "0 0 16 16",
    d: [
      "M9.5 2.5h4v4",
      "M13.5 2.5 7 9",
      "M12 9.5v3.5a.5.5 0 0 1-.5.5h-8.5a.5.5 0 0 1-.5-.5v-8.5a.5.5 0 0 1 .5-.5H6.5",
    ],
  },
  phone: {
    box: "0 0 16 16",
    d: [
      "M3 2.5h2.5l1.2 3-1.5 1.2a8 8 0 0 0 4 4l1.3-1.5 3 1.3V13a1 1 0 0 1-1 1A10.5 10.5 0 0 1 2 3.5a1 1 0 0 1 1-1Z",
    ],
  },
  copy: { box: "0 0 16 16", d: ["M5.5 5.5h8v8h-8z", "M10.5 5.5v-3h-8v8h3"] },
  send: { box: "0 0 20 20", d: ["M3 10 17 3.5 13 17l-3.2-5.6Z", "M9.8 11.4 17 3.5"] },
  media: {
    box: "0 0 20 20",
    d: ["M2.5 4h15v12h-15z", "m2.5 14 4.5-4.5 3.5 3.5 2.5-2.5 4.5 4"],
  },
  bars: {
    box: "0 0 34 12",
    d: [
      "M1 10.5v-2M4.5 10.5v-4M8 10.5v-6M11.5 10.5v-8.5",
      "M18 2.5h11a1.5 1.5 0 0 1 1.5 1.5v4.5a1.5 1.5 0 0 1-1.5 1.5H18a1.5 1.5 0 0 1-1.5-1.5V4A1.5 1.5 0 0 1 18 2.5Z",
      "M19 5v2.5M21.5 5v2.5M24 5v2.5M26.5 5v2.5",
    ],
  },
  off: {
    box: "0 0 34 12",
    d: ["M21.5 2 31 10.5", "M22 9.5h7.5a1.5 1.5 0 0 0 1.5-1.5V4.5"],
  },
} as const;

export type Icon = keyof typeof PATHS;

/** A drawn sign. It says nothing to a screen reader: words stand beside it. */
export function icon(name: Icon): SVGElement {
  const { box, d } = PATHS[name];
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", box);
  svg.setAttribute("aria-hidden", "true");
  for (const line of d) {
    const path = document.createElementNS(SVG, "path");
    for (const [key, value] of Object.entries({
      d: line,
      fill: "none",
      stroke: "currentColor",
      "stroke-width": "1.5",
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    })) {
      path.setAttribute(key, value);
    }
    svg.append(path);
  }
  return svg;
}
