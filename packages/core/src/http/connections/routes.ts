import { actorOf } from "../../access/index.ts";
import {
  type ChangedConnection as Changed,
  consentFieldSentence,
  type ConnectionDetail as Detail,
  type ListedConnection,
  problemSentence,
  type Shown,
  settingFields,
  standingOf,
  stopsReading,
} from "../../connections/index.ts";
import type { PlatformAdvice } from "../../events/index.ts";
import { secret } from "../../kernel/secret.ts";
import { type ApiPorts, needs, os } from "../api.ts";
import type { ChangedConnection, ConnectionDetail, ConnectionSummary, ShownConnection } from "./contract.ts";

type Mapping = ConnectionSummary["consent_mapping"];

export function connectionRoutes(ports: Pick<ApiPorts, "connections" | "connectorsUrl">) {
  const { connections } = ports;
  const shown = (one: Shown) => shownOf(one, ports.connectorsUrl);
  const adviceOf = new Map(connections.platforms.map(({ id, advice }) => [id, advice]));
  const summaryOf = (one: ListedConnection) => summarised(one, adviceOf.get(one.connector));
  const changedOf = (one: Changed): ChangedConnection => ({
    ...summaryOf(one.connection),
    same_shop_as: one.sameShopAs ?? null,
  });
  const shownOf = (one: Shown, connectorsUrl: string): ShownConnection => ({
    ...changedOf(one),
    webhook_url: one.address && `${connectorsUrl}/${one.address.reveal()}`,
    webhook_secret: one.webhookSecret?.reveal() ?? null,
  });
  const detailOf = ({
    untold,
    oldAddressUntil,
    oldSecretUntil,
    ...connection
  }: Detail): ConnectionDetail => ({
    ...summaryOf(connection),
    old_address_until: oldAddressUntil?.toISOString() ?? null,
    old_secret_until: oldSecretUntil?.toISOString() ?? null,
    untold: untold.map(untoldOf),
  });
  return {
    list: os.connections.list.use(needs("connection:read")).handler(async ({ context: { member } }) => ({
      connections: (await connections.list(member.workspaceId)).map(summaryOf),
      connectors: connections.platforms.map((platform) => ({
        id: platform.id,
        name: platform.name,
        signed: platform.proof.kind === "signature",
        settings: settingFields(platform),
        setup: platform.setup
          ? { webhooks: platform.setup.webhooks, consent_field: platform.setup.consentField }
          : null,
      })),
    })),
    show: os.connections.show
      .use(needs("connection:read"))
      .handler(async ({ context: { member }, input }) =>
        detailOf(await connections.show(member.workspaceId, input.connection_id)),
      ),
    create: os.connections.create
      .use(needs("connection:write"))
      .handler(async ({ context: { member }, input }) =>
        shown(
          await connections.create(actorOf(member), member.workspaceId, {
            connector: input.connector,
            name: input.name,
            source: input.source,
            settings: input.settings,
            webhookSecret: input.webhook_secret === undefined ? undefined : secret(input.webhook_secret),
            consentMapping: mappingOf(input.consent_mapping ?? []),
          }),
        ),
      ),
    update: os.connections.update
      .use(needs("connection:write"))
      .handler(async ({ context: { member }, input }) =>
        changedOf(
          await connections.update(actorOf(member), member.workspaceId, input.connection_id, {
            name: input.name,
            settings: input.settings,
            consentMapping: input.consent_mapping && mappingOf(input.consent_mapping),
            state: input.state,
          }),
        ),
      ),
    rotateAddress: os.connections.rotateAddress
      .use(needs("connection:write"))
      .handler(async ({ context: { member }, input }) =>
        shown(
          await connections.rotateAddress(actorOf(member), member.workspaceId, input.connection_id, {
            now: input.now,
          }),
        ),
      ),
    rotateSecret: os.connections.rotateSecret
      .use(needs("connection:write"))
      .handler(async ({ context: { member }, input }) => {
        const given = input.webhook_secret === undefined ? undefined : secret(input.webhook_secret);
        return shown(
          await connections.rotateSecret(actorOf(member), member.workspaceId, input.connection_id, {
            given,
            now: input.now,
          }),
        );
      }),
    test: os.connections.test
      .use(needs("connection:write"))
      .handler(async ({ context: { member }, input }) =>
        summaryOf(await connections.test(member.workspaceId, input.connection_id)),
      ),
    retry: os.connections.retry
      .use(needs("connection:write"))
      .handler(
        async ({ context: { member }, input }) =>
          await connections.retry(actorOf(member), member.workspaceId, input.connection_id),
      ),
    remove: os.connections.remove
      .use(needs("connection:write"))
      .handler(async ({ context: { member }, input }) => {
        await connections.remove(actorOf(member), member.workspaceId, input.connection_id);
        return { connection_id: input.connection_id };
      }),
  };
}

function mappingOf(mapping: Mapping) {
  return mapping.map(({ field, equals, wording_id, wording_version, wording_language }) => ({
    field,
    ...(equals !== undefined && { equals }),
    wordingId: wording_id,
    wordingVersion: wording_version,
    wordingLanguage: wording_language,
  }));
}

function summarised(connection: ListedConnection, advice: PlatformAdvice | undefined): ConnectionSummary {
  const { lastProblem } = connection;
  return {
    connection_id: connection.connectionId,
    connector: connection.connector,
    name: connection.name,
    source: connection.source,
    state: connection.state,
    consent_sentences: connection.consentMapping.map(
      ({ field, equals, wordingId, wordingVersion, wordingLanguage }) =>
        consentFieldSentence(field, `${wordingId}@${wordingVersion} (${wordingLanguage}).`, equals),
    ),
    consent_mapping: connection.consentMapping.map((mapped) => ({
      field: mapped.field,
      ...(mapped.equals !== undefined && { equals: mapped.equals }),
      wording_id: mapped.wordingId,
      wording_version: mapped.wordingVersion,
      wording_language: mapped.wordingLanguage,
    })),
    installed_at: connection.installedAt.toISOString(),
    last_delivery_at: connection.lastDeliveryAt?.toISOString() ?? null,
    last_problem: lastProblem && {
      code: lastProblem.code,
      sentence: problemSentence(lastProblem, advice),
      at: lastProblem.at.toISOString(),
    },
    problems: connection.problems.map((problem) => ({
      code: problem.code,
      sentence: problemSentence(problem, advice),
      since: problem.since.toISOString(),
      last_at: problem.lastAt.toISOString(),
      times: problem.times,
      entity_ref: problem.entityId,
      stops_reading: stopsReading(problem.code),
    })),
    facts: { ...connection.facts },
  };
}

function untoldOf(fact: Detail["untold"][number]): ConnectionDetail["untold"][number] {
  const { standing, code, sentence, since } = standingOf(fact);
  return {
    entity_ref: fact.entityId,
    tells: fact.state ?? fact.type,
    standing,
    since: since.toISOString(),
    tries: fact.tries,
    next_try_at: standing === "waiting" ? fact.dueAt.toISOString() : null,
    reason: { code, sentence },
  };
}
