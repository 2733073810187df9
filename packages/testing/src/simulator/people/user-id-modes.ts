/**
 * How Meta tells a business who a person is. `legacy`: phone only, as before 2026. `default`: phone and
 * business-scoped user id. The other two are people who chose a username; whether their phone is shown depends
 * on their history with the business.
 */
// behaviour: user-id-modes
export const USER_ID_MODES = ["legacy", "default", "username_without_phone", "username_with_phone"] as const;
export type UserIdMode = (typeof USER_ID_MODES)[number];
