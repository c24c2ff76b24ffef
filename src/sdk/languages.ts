/** Languages that actors can be written in. */
export const ACTOR_LANGUAGES = ["javascript", "typescript", "c"] as const;
/** One of them. */
export type ActorLanguage = (typeof ACTOR_LANGUAGES)[number];
