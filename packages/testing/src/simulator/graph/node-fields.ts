import { type GraphRefusal, invalidParameter } from "../graph-errors.ts";

/** Names at the top level of `fields=a,b{c,d},e.limit(5)`. */
function fieldNames(fields: string): string[] {
  const names: string[] = [];
  let depth = 0;
  let name = "";
  for (const character of `${fields},`) {
    if (character === "{" || character === "(") depth += 1;
    if (character === "," && depth === 0) {
      const plain = /^\s*([a-z_0-9]+)/i.exec(name)?.[1];
      if (plain) names.push(plain);
      name = "";
    } else {
      name += character;
    }
    if (character === "}" || character === ")") depth -= 1;
  }
  return names;
}

/**
 * The asked fields of a node, `id` always among them; without `fields` the ones Graph gives by default.
 * A field whose value is undefined is left out, as Graph does.
 */
// behaviour: fields-parameter
export function selectFields(
  node: Record<string, unknown>,
  defaults: string[],
  asked: string | null,
  nodeType: string,
): { node: Record<string, unknown> } | { refused: GraphRefusal } {
  const names = asked === null ? defaults : fieldNames(asked);
  const unknown = names.find((name) => !Object.hasOwn(node, name));
  if (unknown) {
    return {
      refused: invalidParameter(`Tried accessing nonexistent field (${unknown}) on node type (${nodeType})`),
    };
  }
  const selected: Record<string, unknown> = {};
  for (const name of [...names, "id"]) if (node[name] !== undefined) selected[name] = node[name];
  return { node: selected };
}
