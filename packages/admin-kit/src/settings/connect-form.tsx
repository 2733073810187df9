import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { SenderSummary } from "@webxkey/core/contract";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useAdmin } from "../admin/admin-context.ts";
import { ProblemAlert } from "../admin/problem-alert.tsx";
import { queryKeys } from "../admin/queries.ts";
import { fieldProblem, type Problem, problemOf } from "../client/problem.ts";
import {
  CONNECT_FIELDS,
  type ConnectField,
  type ConnectProblems,
  type ConnectValues,
  connectProblems,
  isSecret,
  NO_VALUES,
  trimmed,
  withoutSecrets,
} from "./connect-fields.ts";

interface ConnectFormProps {
  /** The ids of the sender whose credentials are entered anew. */
  readonly ids?: Pick<ConnectValues, "waba_id" | "phone_number_id" | "app_id"> | undefined;
  /** The number that the one entered here takes the place of. */
  readonly replaces?: Pick<SenderSummary, "sender_id" | "phone_number_id"> | undefined;
  readonly onDone?: () => void;
  readonly onCancel?: (() => void) | undefined;
}

/**
 * The five values that connect a sender. Secrets leave the page's memory as soon as they were sent; what was wrong with
 * a field, found here or by the server, stands beside it.
 */
export function ConnectForm({ ids, replaces, onDone, onCancel }: ConnectFormProps) {
  const { kit, client, i18n } = useAdmin();
  const { t } = i18n;
  const queries = useQueryClient();
  const notify = kit.useNotify();
  const form = useRef<HTMLFormElement>(null);
  const [answers, setAnswers] = useState(0);
  const [values, setValues] = useState<ConnectValues>({ ...NO_VALUES, ...ids });
  const [found, setFound] = useState<ConnectProblems>({});
  const [refused, setRefused] = useState<Problem | null>(null);
  const connect = useMutation({
    mutationFn: (input: ConnectValues) =>
      client.senders.connect({ ...input, ...(replaces && { replaces: replaces.sender_id }) }),
    // Kept nowhere: the cache of mutations would otherwise hold the secrets for minutes.
    gcTime: 0,
    onSuccess: async () => {
      notify({ tone: "success", text: t(replaces ? "connect.replaced" : "connect.done") });
      await Promise.all([
        queries.invalidateQueries({ queryKey: queryKeys.senders }),
        queries.invalidateQueries({ queryKey: queryKeys.templates }),
        queries.invalidateQueries({ queryKey: queryKeys.rules }),
      ]);
      onDone?.();
    },
  });

  // Opened by a press, it has the focus, in the first field that is left to fill in.
  const isOpened = onCancel !== undefined;
  useEffect(() => {
    const inputs = Array.from(form.current?.querySelectorAll("input") ?? []);
    if (isOpened) inputs.find(({ value }) => value === "")?.focus();
  }, [isOpened]);

  // After each answer to a press of the button, from here or from the server: on to the first field that is wrong.
  useEffect(() => {
    if (answers > 0) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [answers]);

  function submit(event: FormEvent) {
    event.preventDefault();
    const problems = connectProblems(values, replaces?.phone_number_id);
    setFound(problems);
    setRefused(null);
    if (Object.keys(problems).length > 0) return setAnswers((count) => count + 1);
    connect.mutate(trimmed(values), {
      onError(error) {
        setRefused(problemOf(error));
        setAnswers((count) => count + 1);
        connect.reset();
      },
    });
    setValues(withoutSecrets);
  }

  function field(name: ConnectField) {
    // A field that was edited since is no longer wrong, whoever said so: its entry is there and empty.
    const own = found[name];
    const error = name in found ? own && t(own) : fieldProblem(refused, name);
    return {
      label: t(`connect.${name}`),
      description: t(`connect.${name}.hint`),
      error: error ?? undefined,
      value: values[name],
      required: true,
      onChange(value: string) {
        setValues((before) => ({ ...before, [name]: value }));
        setFound((before) => ({ ...before, [name]: undefined }));
      },
    };
  }

  return (
    <form
      ref={form}
      noValidate
      aria-label={t(replaces ? "connect.replace" : "connect.form")}
      onSubmit={submit}
    >
      <kit.Stack>
        {replaces && <kit.Text>{t("connect.replace.detail")}</kit.Text>}
        {refused && (
          <>
            <ProblemAlert problem={refused} />
            <kit.Text tone="muted">{t("connect.secretsCleared")}</kit.Text>
          </>
        )}
        {CONNECT_FIELDS.map((name) =>
          isSecret(name) ? (
            <kit.SecretField key={name} {...field(name)} />
          ) : (
            <kit.TextField key={name} inputMode="numeric" {...field(name)} />
          ),
        )}
        <kit.Stack direction="row">
          <kit.Button type="submit" variant="primary" busy={connect.isPending}>
            {t(replaces ? "connect.replace.submit" : "connect.submit")}
          </kit.Button>
          {onCancel && <kit.Button onSelect={onCancel}>{t("connect.cancel")}</kit.Button>}
        </kit.Stack>
      </kit.Stack>
    </form>
  );
}
