import type { FigureEntry } from "../figure.ts";
import { connectors } from "./connectors.ts";
import { footprint } from "./footprint.ts";
import { grown } from "./grown.ts";
import { latency } from "./latency.ts";
import { paced, sustained } from "./over-time.ts";
import { throughput } from "./throughput.ts";
import { workers } from "./workers.ts";

/** What `npm run bench` measures, in this order. */
export const ENTRIES: readonly FigureEntry[] = [
  throughput,
  sustained,
  paced,
  latency,
  workers,
  grown,
  connectors,
  footprint,
];
