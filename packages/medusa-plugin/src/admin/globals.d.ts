/** What Medusa's admin bundle defines for its own code and for extensions. */
declare const __BACKEND_URL__: string | undefined;
declare const __BASE__: string | undefined;
declare const __AUTH_TYPE__: "session" | "jwt" | undefined;
declare const __JWT_TOKEN_STORAGE_KEY__: string | undefined;
