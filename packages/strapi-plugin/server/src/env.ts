/** The one place where the plugin looks at the process's environment. Strapi puts the application's `.env` into it first. */
export const environment: Readonly<Record<string, string | undefined>> = process.env;

export type Environment = typeof environment;
