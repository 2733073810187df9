export { type StrapiShop, strapi } from "./strapi.ts";
