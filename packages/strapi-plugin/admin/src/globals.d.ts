interface Window {
  /** What Strapi tells its admin. */
  readonly strapi: { readonly backendURL: string };
}
