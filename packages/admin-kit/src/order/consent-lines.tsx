import { useQuery } from "@tanstack/react-query";
import type { ConsentSummary } from "@webxkey/core/contract";
import { useAdmin } from "../admin/admin-context.ts";
import { Loaded } from "../admin/loaded.tsx";
import { Moment } from "../admin/moment.tsx";
import { queryKeys } from "../admin/queries.ts";
import type { EntityType } from "../messages/message-view.ts";
import { consentView } from "./consent-view.ts";

/** Whether the person agreed: to what, how, when, to which wording, and how sure that is. */
export function ConsentLines({ entityType, entityRef }: { entityType: EntityType; entityRef: string }) {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const consents = useQuery({
    queryKey: queryKeys.consents(entityType, entityRef),
    queryFn: () => client.consents.list({ entity_type: entityType, entity_ref: entityRef }),
  });
  return (
    <>
      <kit.Heading level={3}>{t("order.consent")}</kit.Heading>
      <Loaded query={consents}>
        {(found) =>
          found.consents.length === 0 ? (
            <kit.Alert tone="warning" title={t("order.consent.none.title")}>
              {t("order.consent.none.detail")}
            </kit.Alert>
          ) : (
            found.consents.map((consent) => <ConsentLine key={consent.consent_id} consent={consent} />)
          )
        }
      </Loaded>
    </>
  );
}

function ConsentLine({ consent }: { consent: ConsentSummary }) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const { badges, line, limit } = consentView(i18n, consent);
  const { wording, occurred_at, recorded_at } = consent;
  return (
    <kit.Stack>
      <kit.Stack direction="row">
        {badges.map(({ tone, label }) => (
          <kit.Badge key={label} tone={tone}>
            {label}
          </kit.Badge>
        ))}
      </kit.Stack>
      <kit.Text>
        {line} · <Moment at={occurred_at} style="full" />
      </kit.Text>
      {limit !== null && <kit.Text tone="muted">{limit}</kit.Text>}
      {wording && (
        <kit.Disclosure summary={t("consent.wording")}>
          <kit.Text>
            <q lang={wording.language} dir="auto">
              {wording.text}
            </q>
          </kit.Text>
          <kit.Facts
            facts={[
              {
                term: t("consent.wording.version"),
                value: <kit.Code>{`${wording.id} ${wording.version}`}</kit.Code>,
              },
              { term: t("consent.wording.language"), value: <kit.Code>{wording.language}</kit.Code> },
              { term: t("consent.recorded"), value: <Moment at={recorded_at} style="full" /> },
            ]}
          />
        </kit.Disclosure>
      )}
    </kit.Stack>
  );
}
