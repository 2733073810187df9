import type { MessageSummary } from "@webxkey/core/contract";
import { useAdmin } from "../admin/admin-context.ts";
import { useDenial } from "../admin/viewer.tsx";
import { entityLabel } from "./message-view.ts";
import { type Navigation, UNSURE_LIST } from "./navigation.ts";

type Cause = "settings" | "alike" | "unsure" | "entity";

/** The page on which a person sees and mends the cause of a reason. */
const CAUSES: Readonly<Record<string, Cause>> = {
  sender_missing: "settings",
  sender_token_invalid: "settings",
  sender_app_secret_invalid: "settings",
  waiting_for_sender: "settings",
  template_missing: "settings",
  template_language_missing: "settings",
  template_not_approved: "settings",
  template_category_mismatch: "settings",
  template_auto_generated: "settings",
  template_unsuitable: "settings",
  waiting_for_template: "settings",
  burst_guard: "alike",
  security_workspace_limit: "alike",
  opt_out_unsure: "unsure",
  wish_unknown: "entity",
  outcome_parked: "entity",
  no_consent: "entity",
  consent_other_order: "entity",
  consent_not_confirmed: "entity",
  consent_withdrawn: "entity",
  phone_missing: "entity",
  phone_unparseable: "entity",
  parameter_missing: "entity",
};

/** Leads to what a message waits for, as far as the host has a page about it. */
export function CauseLink({ message, navigation }: { message: MessageSummary; navigation: Navigation }) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const mayNotRead = useDenial("unsure:read");
  switch (message.reason ? CAUSES[message.reason.code] : undefined) {
    case "settings":
      return (
        navigation.settings && (
          <kit.Link href={navigation.settings.href} onSelect={navigation.settings.open}>
            {t("message.cause.settings")}
          </kit.Link>
        )
      );
    case "alike":
      return (
        <kit.Link onSelect={() => navigation.openList("needs_decision")}>{t("message.cause.alike")}</kit.Link>
      );
    case "unsure":
      return mayNotRead === undefined ? (
        <kit.Link onSelect={() => navigation.openList(UNSURE_LIST)}>{t("message.cause.unsure")}</kit.Link>
      ) : null;
    case "entity": {
      const place = navigation.entityPlace?.(message.entity);
      return place ? (
        <kit.Link href={place.href} onSelect={place.open}>
          {t("message.cause.entity", { entity: entityLabel(i18n, message.entity) })}
        </kit.Link>
      ) : null;
    }
    default:
      return null;
  }
}
