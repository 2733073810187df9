import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useAdmin } from "../admin/admin-context.ts";
import { ProblemAlert } from "../admin/problem-alert.tsx";
import { queryKeys } from "../admin/queries.ts";
import { useDenial } from "../admin/viewer.tsx";
import type { HostClient } from "../client/host-client.ts";
import { type Problem, problemOf } from "../client/problem.ts";
import { AccountSection, AttributesSection } from "./attributes-section.tsx";
import { ConsentSection } from "./consent-section.tsx";
import { ContentTypeSection } from "./content-type-section.tsx";
import type { Editing } from "./editing.ts";
import type { Mapping, MappingState } from "./mapping.ts";
import { attributesOf, formOf, mappingOf } from "./mapping-form.ts";
import { mappingProblems } from "./mapping-problems.ts";
import { foundByServer, foundHere, type Wrong, withoutPlace } from "./mapping-view.ts";
import { PreviewTable } from "./preview-table.tsx";
import { SavedState } from "./saved-state.tsx";
import { StatesSection } from "./states-section.tsx";

/** The form; what was saved is where it begins, and no later answer takes away what is being edited. */
export function MappingEditor({ client, state }: { client: HostClient["mapping"]; state: MappingState }) {
  const { kit, i18n } = useAdmin();
  const { t } = i18n;
  const mayNotMap = useDenial("rule:write", "right.mapping");
  const mayNotAttest = useDenial("consent:grant");
  const isConsentOnly = mayNotMap !== undefined && mayNotAttest === undefined;
  const denial = isConsentOnly ? undefined : mayNotMap;
  const queries = useQueryClient();
  const notify = kit.useNotify();
  const place = useRef<HTMLFormElement>(null);
  const [form, setForm] = useState(() => formOf(state.mapping, state));
  const [wrong, setWrong] = useState<Wrong>(() => foundByServer(state.problems));
  const [refused, setRefused] = useState<Problem | null>(null);
  const [answers, setAnswers] = useState(0);
  const preview = useMutation({ mutationFn: (mapping: Mapping) => client.preview(mapping) });
  const save = useMutation({
    mutationFn: (mapping: Mapping) => client.save(mapping),
    onSuccess: async () => {
      notify({ tone: "success", text: t("mapping.saved") });
      await queries.invalidateQueries({ queryKey: queryKeys.mapping });
    },
  });

  // After each answer to a press of a button, from here or from the server: on to the first field that is wrong.
  useEffect(() => {
    if (answers > 0) place.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [answers]);

  const editing: Editing = {
    form,
    content: state,
    attributes: attributesOf(form, state),
    wrongAt: (pointer) => wrong[pointer],
    edit(edited, change) {
      setForm(change);
      setWrong((before) => withoutPlace(before, edited));
      setRefused(null);
      preview.reset();
    },
  };

  /** Hands the mapping on, unless it can be seen from here that it is wrong. */
  function handOn(to: typeof save | typeof preview) {
    const found = foundHere(i18n, mappingProblems(form, state));
    setWrong(found);
    setRefused(null);
    if (Object.keys(found).length > 0) return setAnswers((count) => count + 1);
    to.mutate(mappingOf(form, state), {
      onError(error: unknown) {
        const problem = problemOf(error);
        setRefused(problem);
        setWrong(foundByServer(problem.fields));
        setAnswers((count) => count + 1);
      },
    });
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    handOn(save);
  }

  return (
    <>
      <SavedState state={state} />
      <form ref={place} noValidate aria-label={t("mapping.form")} onSubmit={submit}>
        <kit.Stack>
          <ContentTypeSection {...editing} />
          {form.contentType !== "" && (
            <>
              <AttributesSection {...editing} />
              <StatesSection {...editing} />
              <ConsentSection {...editing} />
              <AccountSection {...editing} />
            </>
          )}
          {refused && <ProblemAlert problem={refused} />}
          {isConsentOnly && <kit.Text tone="muted">{t("mapping.consentOnly")}</kit.Text>}
          {denial && <kit.Text tone="muted">{denial}</kit.Text>}
          <kit.Stack direction="row">
            <kit.Button type="submit" variant="primary" busy={save.isPending} unavailable={denial}>
              {t("mapping.save")}
            </kit.Button>
            <kit.Button busy={preview.isPending} onSelect={() => handOn(preview)}>
              {t("mapping.preview")}
            </kit.Button>
          </kit.Stack>
        </kit.Stack>
      </form>
      <div role="status">{preview.data && <PreviewTable entries={preview.data.entries} />}</div>
    </>
  );
}
