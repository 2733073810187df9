const PORT_DEFAULT = 4010;
const PORT_MAX = 65_535;

/** The only place that reads the environment. `PORT=0` takes any free port. */
export function readEnvironment(
  environment: NodeJS.ProcessEnv = process.env,
): { port: number } | { problem: string } {
  const text = environment["PORT"] ?? String(PORT_DEFAULT);
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= PORT_MAX) return { port };
  return {
    problem: `PORT is "${text}". Give a number from 0 to ${PORT_MAX}, or leave it out for ${PORT_DEFAULT}.`,
  };
}
