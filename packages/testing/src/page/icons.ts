const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  one: { box: "0 0 17 12", d: ["m3.5 6.5 3 3 6-7"] },
  two: { box: "0 0 17 12", d: ["m1 6.5 3 3 6-7", "m7.5 9 .6.5 6-7"] },
  clock: { box: "0 0 17 12", d: ["M8.5 1.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9Z", "M8.5 3.8V6l1.6 1"] },
  reply: { box: "0 0 16 16", d: ["M6.5 3.5 2.5 7l4 3.5V8.6c3.3-.2 5.400.9 7 3.4-.4-4-3-6.600-7-6.800Z"] },
  link: {
    box: "0 0 16 16",
    d: [
      "M9.500 2.500h4v4",
      "M13.500 2.500 7 9",
      "M12 9.500v3.500a.5.5 0 0 1-.5.5h-8.500a.5.5 0 0 1-.5-.5v-8.500a.5.5 0 0 1 .5-.5H6.500",
    ],
  },
  phone: {
    box: "0 0 16 16",
    d: [
      "M3 2.500h2.500l1.200 3-1.500 1.200a8 8 0 0 0 4 4l1.300-1.500 3 1.300V13a1 1 0 0 1-1 1A10.500 10.500 0 0 1 2 3.500a1 1 0 0 1 1-1Z",
    ],
  },
  copy: { box: "0 0 16 16", d: ["M5.500 5.500h8v8h-8z", "M10.500 5.500v-3h-8v8h3"] },
  send: { box: "0 0 20 20", d: ["M3 10 17 3.500 13 17l-3.200-5.600Z", "M9.800 11.400 17 3.500"] },
  media: {
    box: "0 0 20 20",
    d: ["M2.500 4h15v12h-15z", "m2.500 14 4.500-4.500 3.500 3.500 2.500-2.500 4.500 4"],
  },
  bars: {
    box: "0 0 34 12",
    d: [
      "M1 10.500v-2M4.500 10.500v-4M8 10.500v-6M11.500 10.500v-8.500",
      "M18 2.500h11a1.500 1.500 0 0 1 1.500 1.500v4.500a1.500 1.500 0 0 1-1.500 1.500H18a1.500 1.500 0 0 1-1.500-1.500V4A1.500 1.500 0 0 1 18 2.500Z",
      "M19 5v2.500M21.500 5v2.500M24 5v2.500M26.500 5v2.500",
    ],
  },
  off: {
    box: "0 0 34 12",
    d: ["M21.500 2 31 10.500", "M22 9.500h7.500a1.500 1.500 0 0 0 1.500-1.500V4.500"],
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
