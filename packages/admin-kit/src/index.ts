export { WebxkeyAdmin, type WebxkeyAdminProps } from "./admin/webxkey-admin.tsx";
export {
  type AdminClient,
  type AdminClientOptions,
  createAdminClient,
} from "./client/admin-client.ts";
export { type Access, createHostClient, type HostClient, type TeamMember } from "./client/host-client.ts";
export { AdminProblemError, type FieldProblem, type Problem, problemOf } from "./client/problem.ts";
export type { Catalogs } from "./i18n/i18n.ts";
export type { Catalog, MessageKey } from "./i18n/translator.ts";
export type { Mapping, MappingState, PreviewEntry } from "./mapping/mapping.ts";
export { MappingPage } from "./mapping/mapping-page.tsx";
export { MessagesPage } from "./messages/messages-page.tsx";
export type { Navigation, Place } from "./messages/navigation.ts";
export { OrderWidget, type OrderWidgetProps } from "./order/order-widget.tsx";
export { SettingsPage } from "./settings/settings-page.tsx";
export { KitRoot, type KitRootProps, useLanguage, useNotify } from "./ui-kit/kit-root.tsx";
export { rememberFocus } from "./ui-kit/remember-focus.ts";
export type {
  AlertProps,
  ButtonProps,
  ConfirmProps,
  Direction,
  Fact,
  FieldProps,
  Notice,
  NoticeProps,
  PageProps,
  RootProps,
  SectionProps,
  SelectProps,
  SwitchProps,
  TableProps,
  TextFieldProps,
  TimelineIcon,
  TimelineItem,
  Tone,
  UiKit,
} from "./ui-kit/ui-kit.ts";
