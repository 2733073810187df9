/** The message that every side sends: the demo account's order confirmation with its four named values. */
export const TEMPLATE = { name: "order_confirmation", language: "en" } as const;

export function valuesOf(n: number): readonly (readonly [name: string, value: string])[] {
  return [
    ["customer_name", "Canaryfirst"],
    ["order_code", `#${n}`],
    ["shop_name", "Lucky Shrub"],
    ["order_total", "$49.99"],
  ];
}

/** The `template` of Meta's own request. */
export function templateOf(n: number) {
  return {
    name: TEMPLATE.name,
    language: { code: TEMPLATE.language },
    components: componentsOf(n),
  };
}

export function componentsOf(n: number) {
  const parameters = valuesOf(n).map(([parameter_name, text]) => ({
    type: "text" as const,
    parameter_name,
    text,
  }));
  return [{ type: "body" as const, parameters }];
}
