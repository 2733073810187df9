export { createWorkspaces, type Workspace, type WorkspaceSettings, type Workspaces } from "./workspaces.ts";
