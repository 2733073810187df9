/** What connecting a sender asks for, in the order of the form. */
export const CONNECT_FIELDS = ["waba_id", "phone_number_id", "app_id", "app_secret", "access_token"] as const;

export type ConnectField = (typeof CONNECT_FIELDS)[number];
export type ConnectValues = Readonly<Record<ConnectField, string>>;

/** What is wrong with which field, as the key of its text. */
export type ConnectProblems = {
  readonly [F in ConnectField]?: "connect.missing" | "connect.digits" | "connect.same" | undefined;
};

export const NO_VALUES: ConnectValues = {
  waba_id: "",
  phone_number_id: "",
  app_id: "",
  app_secret: "",
  access_token: "",
};

/** Write-only: never read back, never kept after they were sent, whatever the answer. */
export function isSecret(field: ConnectField): field is "app_secret" | "access_token" {
  return field === "app_secret" || field === "access_token";
}

export function withoutSecrets(values: ConnectValues): ConnectValues {
  return { ...values, app_secret: "", access_token: "" };
}

export function trimmed(values: ConnectValues): ConnectValues {
  return Object.fromEntries(CONNECT_FIELDS.map((field) => [field, values[field].trim()])) as Record<
    ConnectField,
    string
  >;
}

/**
 * Problems of the values that need no server to be seen; Meta's ids have 5 to 25 digits.
 *
 * @param replaced the id of the number that is to be replaced, which must not be entered again.
 */
export function connectProblems(values: ConnectValues, replaced?: string): ConnectProblems {
  const given = trimmed(values);
  const problems: { -readonly [F in keyof ConnectProblems]: ConnectProblems[F] } = {};
  for (const field of CONNECT_FIELDS) {
    if (given[field] === "") problems[field] = "connect.missing";
    else if (!isSecret(field) && !/^\d{5,25}$/.test(given[field])) problems[field] = "connect.digits";
  }
  if (given.phone_number_id === replaced) problems.phone_number_id = "connect.same";
  return problems;
}
