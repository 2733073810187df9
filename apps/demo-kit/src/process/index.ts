export { type Api, ApiError, createApi } from "./api.ts";
export { NO_GRAPH_API, type Program, spawnProgram } from "./program.ts";
export { type Store, serve } from "./store.ts";
