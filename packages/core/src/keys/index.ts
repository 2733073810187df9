export {
  createKeys,
  type Keys,
  keyedHash,
  open,
  type SubjectKeys,
  seal,
  type WorkspaceKeys,
} from "./keys.ts";
