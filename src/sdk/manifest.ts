/** `actor.json`: what an actor is called, what it is written in, what its methods take and return. */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { exportedMethodNumber } from "../builtin/frc42.js";
import { FvmError } from "../errors.js";
import { ACTOR_LANGUAGES, type ActorLanguage } from "./languages.js";
import { type ValueType, valueType } from "./values.js";

/** A method of an actor. */
export interface ActorMethod {
  /** FRC-0042's number of its name. */
  readonly number: number;
  /** Undefined: none. */
  readonly params: ValueType | undefined;
  readonly returns: ValueType | undefined;
}

/** An actor's description. */
export interface ActorManifest {
  /** Folder that it was read from. */
  readonly folder: string;
  readonly name: string;
  readonly language: ActorLanguage;
  /** Main source, as an absolute path. */
  readonly entry: string;
  readonly methods: ReadonlyMap<string, ActorMethod>;
}

/** File of the description, in an actor's folder. */
export const MANIFEST = "actor.json";

/** Reads the description of the actor in a folder. Throws `FvmError` INVALID_ACTOR. */
export function readActorManifest(folder: string): ActorManifest {
  const file = join(resolve(folder), MANIFEST);
  return actorManifest(file, parsed(file));
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new FvmError("INVALID_ACTOR", { field: file, reason: (cause as Error).message }, { cause });
  }
}

function actorManifest(file: string, json: unknown): ActorManifest {
  const { name, language, entry, methods } = objectOf(json, file);
  if (typeof name !== "string" || !/^[a-z][a-z0-9-]*$/.test(name))
    refuse("name", "small letters, digits and -");
  if (!isLanguage(language)) refuse("language", ACTOR_LANGUAGES.join(" or "));
  if (typeof entry !== "string" || entry === "") refuse("entry", "the path of a source");
  const folder = dirname(file);
  return { folder, name, language, entry: resolve(folder, entry), methods: methodsOf(methods) };
}

function methodsOf(json: unknown): ReadonlyMap<string, ActorMethod> {
  return new Map(
    Object.entries(objectOf(json, "methods")).map(([name, method]) => {
      const field = `methods.${name}`;
      if (!/^[A-Z][A-Za-z0-9_]*$/.test(name)) refuse(field, "a name that begins with a capital letter");
      const { params, returns, ...others } = objectOf(method, field);
      const [other] = Object.keys(others);
      if (other !== undefined) refuse(`${field}.${other}`, "params or returns");
      return [
        name,
        {
          number: exportedMethodNumber(name),
          params: params === undefined ? undefined : valueType(params, `${field}.params`),
          returns: returns === undefined ? undefined : valueType(returns, `${field}.returns`),
        },
      ];
    }),
  );
}

function isLanguage(value: unknown): value is ActorLanguage {
  return (ACTOR_LANGUAGES as readonly unknown[]).includes(value);
}

function objectOf(json: unknown, field: string): Record<string, unknown> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) refuse(field, "an object");
  return json as Record<string, unknown>;
}

function refuse(field: string, expected: string): never {
  throw new FvmError("INVALID_ACTOR", { field, reason: `has to be ${expected}` });
}
