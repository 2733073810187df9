import { useNotify } from "../ui-kit/kit-root.tsx";
import type { UiKit } from "../ui-kit/ui-kit.ts";
import { Confirm } from "./confirm.tsx";
import { Button, Disclosure, Link, SecretField, Select, Switch, TextField } from "./controls.tsx";
import { Root } from "./root.tsx";
import {
  Alert,
  Badge,
  Code,
  Empty,
  Facts,
  Heading,
  Loading,
  Page,
  Section,
  Stack,
  Text,
} from "./surfaces.tsx";
import { Table } from "./table.tsx";
import { Timeline } from "./timeline.tsx";

/** The reference kit: plain HTML with styles of its own, light and dark as the viewer's system is. */
export const plainUiKit: UiKit = {
  Root,
  Page,
  Section,
  Stack,
  Heading,
  Text,
  Badge,
  Code,
  Facts,
  Link,
  Button,
  TextField,
  SecretField,
  Switch,
  Select,
  Table,
  Alert,
  Confirm,
  Loading,
  Empty,
  Disclosure,
  Timeline,
  useNotify,
};
