import { type UiKit, useNotify } from "@webxkey/admin-kit";
import { Confirm } from "./confirm.tsx";
import { Button, Disclosure, Link, Switch } from "./controls.tsx";
import { SecretField, Select, TextField } from "./fields.tsx";
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

/** WebxKey's pages in the design of Medusa's admin. */
export const medusaUiKit: UiKit = {
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
