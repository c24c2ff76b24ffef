import { FvmError } from "../errors.js";

/**
 * Imports a package that only some need, and that is not installed with this one.
 *
 * @param packages that have to be installed, as npm takes them
 * @param purpose what needs it
 * @throws FvmError PACKAGE_MISSING
 */
export async function optionalPackage<T>(name: string, packages: string, purpose: string): Promise<T> {
  try {
    return (await import(name)) as T;
  } catch (cause) {
    if (!isAbsent(cause, name)) throw cause;
    throw new FvmError(
      "PACKAGE_MISSING",
      { packages, purpose, remedy: `npm install ${packages}` },
      { cause },
    );
  }
}

/** Whether the package itself is not there, and not one that it needs. */
function isAbsent(error: unknown, name: string): boolean {
  if (!(error instanceof Error && "code" in error)) return false;
  const isMissing = error.code === "ERR_MODULE_NOT_FOUND" || error.code === "MODULE_NOT_FOUND";
  return isMissing && error.message.includes(`'${name}'`);
}
