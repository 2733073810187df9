export { createRootKeys } from "./root-keys.ts";
export { createWorkspaces, type Workspace, type WorkspaceSettings, type Workspaces } from "./workspaces.ts";
