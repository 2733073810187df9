/**
 * Minor units of ISO 4217, List One as SIX Financial Information published it on 2024-06-25
 * (https://www.six-group.com/dam/download/financial-information/data-center/iso-currrency/lists/list-one.xml). What amendments have
 * added since, XCG and XAD, has two like most. A runtime's own data follows what people pay in cash and changes with its version: by
 * that an amount of IDR would be a hundred times as much on one machine as on another.
 */
const WITHOUT_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
const WITH_THREE = "BHD IQD JOD KWD LYD OMR TND";
const WITH_FOUR = "CLF UYW";

const DECIMALS: ReadonlyMap<string, number> = new Map([
  ...WITHOUT_DECIMALS.split(" ").map((code) => [code, 0] as const),
  ...WITH_THREE.split(" ").map((code) => [code, 3] as const),
  ...WITH_FOUR.split(" ").map((code) => [code, 4] as const),
]);

/** The number of decimals of a currency: 2 for EUR and for codes that the standard does not list, 0 for JPY, 3 for KWD. */
export function currencyDecimals(currency: string): number {
  return DECIMALS.get(currency) ?? 2;
}
