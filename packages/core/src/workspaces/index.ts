export { createWorkspaces, type Workspace, type Workspaces } from "./workspaces.ts";
